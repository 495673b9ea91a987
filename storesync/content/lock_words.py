"""What stores may do with a block, in words, and what changed in that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, BaseBlock, choice_label
from storesync.content.limits import is_day
from storesync.core import formats


class LockChange(NamedTuple):
    """One field that stores may treat otherwise than before; each side in words, with the reason told."""

    field: str
    before: str
    after: str


def lock_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[LockChange]:
    """Which fields of a block (plain data of one type) have other locks, limits or reasons.

    Of a block that is locked now there are none: that is told of the block. Fields of one that was locked are
    told where they are not simply free now.
    """
    kind = BLOCK_TYPES[str(after["type"])]
    if after.get("locked"):
        return
    for field in kind.content_fields():
        old = _("fixed") if before.get("locked") else freedom(kind, field, before)
        new = freedom(kind, field, after)
        if old != new and not (before.get("locked") and new == freedom(kind, field, {})):
            yield LockChange(field, old, new)


def freedom(kind: type[BaseBlock], field: str, block: Mapping[str, Any]) -> str:
    """What stores may do with one field of a block that is not locked, and why."""
    rule = (block.get("rules") or {}).get(field)
    if rule is None:
        return _("fixed") if field in kind.appearance else _("free")
    words = _("fixed") if rule.get("locked") else ", ".join(_limits(kind, field, rule)) or _("free")
    if rule.get("reason"):
        return _("%(freedom)s (%(reason)s)") % {"freedom": words, "reason": rule["reason"]}
    return words


def _limits(kind: type[BaseBlock], field: str, rule: Mapping[str, Any]) -> Iterator[str]:
    if rule.get("max_length"):
        yield _("at most %(limit)d characters") % {"limit": rule["max_length"]}
    if rule.get("minimum") is not None:
        yield _("from %(limit)s") % {"limit": _shown(rule["minimum"])}
    if rule.get("maximum") is not None:
        yield _("up to %(limit)s") % {"limit": _shown(rule["maximum"])}
    if rule.get("choices"):
        known = bool(kind.choices(field))
        choices = [choice_label(field, one) if known else str(one) for one in rule["choices"]]
        yield _("one of: %(choices)s") % {"choices": "; ".join(choices)}


def _shown(limit: str) -> str:
    return formats.day(date.fromisoformat(limit)) if is_day(limit) else limit

"""Reads: which guidelines are in force, and what they say about a message."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.brands.models import Location
from storesync.content.checks import Finding
from storesync.core.errors import ActionRefused
from storesync.guidelines.checking import Compiled, Message, Place
from storesync.guidelines.models import GuidelineSet, GuidelineVersion
from storesync.guidelines.rules import read_rules

_KEPT: Final = 64
_compiled: OrderedDict[UUID, Compiled] = OrderedDict()


def set_of(brand_id: UUID) -> GuidelineSet:
    """The guidelines of a brand; an empty set that is not saved where it has none yet."""
    found: GuidelineSet | None = (
        GuidelineSet.objects.select_related("in_force", "brand").filter(brand_id=brand_id).first()
    )
    return found or GuidelineSet(brand_id=brand_id)


def version_in_force(brand_id: UUID) -> GuidelineVersion | None:
    """The version that messages are held against now, without its rules; None when none is."""
    found: GuidelineVersion | None = (
        GuidelineVersion.objects.filter(
            pk__in=GuidelineSet.objects.filter(brand_id=brand_id).values("in_force_id")
        )
        .defer("rules")
        .first()
    )
    return found


def rules_in_force(brand_id: UUID) -> Compiled | None:
    """The rules that messages are held against now; None when no version is in force.

    A version never changes, so its compiled rules are kept by its id: one small query when they are known.
    """
    version_id = GuidelineSet.objects.filter(brand_id=brand_id).values_list("in_force_id", flat=True).first()
    return compiled(version_id) if version_id else None


def wording_of(brand_id: UUID, rule_id: str) -> str:
    """The words that a rule in force wants in a legal block.

    Raises:
        ActionRefused: the guidelines no longer have such a rule.
    """
    rules = rules_in_force(brand_id)
    wording = rules.wording(rule_id) if rules else ""
    if not wording:
        raise ActionRefused(_("The guidelines no longer ask for this text."))
    return wording


def compiled(version_id: UUID) -> Compiled:
    """The rules of a version, made ready once a process."""
    if version_id in _compiled:
        _compiled.move_to_end(version_id)
        return _compiled[version_id]
    rules, number = GuidelineVersion.objects.values_list("rules", "number").get(pk=version_id)
    _compiled[version_id] = found = Compiled(read_rules(rules), number=number)
    while len(_compiled) > _KEPT:
        _compiled.popitem(last=False)
    return found


def check_content(rules: Compiled | None, message: Message, place: Place) -> list[Finding]:
    """What the guidelines say about a message of one store; errors first, nothing where none are in force."""
    return rules.check(message, place) if rules is not None else []


def location_paths(location_ids: Iterable[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
    """The regions of each of these stores, its own and all above it, in one query."""
    rows: Any = Location.objects.filter(pk__any_of=set(location_ids), region__isnull=False).order_by()
    return {pk: tuple(path) for pk, path in rows.values_list("pk", "region__path")}


def draft_at(found: GuidelineSet, number: int) -> list[Any]:
    """The draft as it was at one of its numbers, from the history; empty before the first."""
    if found._state.adding:
        return []
    row = found.history.filter(draft_number=number).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    return list(row.draft) if row else []

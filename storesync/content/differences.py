"""Differences between two contents in words: revision against template, against the one approved last.

For people who decide: "Discount: 10 % → 20 %", "Legal text removed", "Button: link changed to …". Texts
come with word-level segments, so that a page can mark what was put in and what was taken out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from babel.dates import format_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, block_type_name, choice_label, field_name
from storesync.content.language import format_day, format_number, locale_of
from storesync.content.variables import NUMERIC, ValueRefused, Variable

if TYPE_CHECKING:
    from storesync.content.models import Revision

Kind = Literal["added", "removed", "changed", "moved"]
_WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|[^\w\s]", re.S)
_SHORT: Final = 60


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a compared text: kept ("same"), put in ("ins") or taken out ("del")."""

    kind: Literal["same", "ins", "del"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, in words, and for texts word by word.

    `block_id` and `field` name the place for the page; `place` names it for people.
    """

    kind: Kind
    place: str
    words: str
    block_id: str = ""
    field: str = ""
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What is compared; whatever one side does not know (a template has no audience) is left None."""

    subject: str
    preheader: str
    blocks: Sequence[Mapping[str, Any]]
    values: Mapping[str, str] | None = None
    audience: Mapping[str, Any] | None = None
    schedule: Mapping[str, Any] | None = None
    sender: Mapping[str, Any] | None = None
    facts: Mapping[str, str] | None = field(default=None)


def content_of(revision: Revision) -> Content:
    """All of a revision that a person may have changed, and the facts of its store."""
    return Content(
        subject=revision.subject,
        preheader=revision.preheader,
        blocks=revision.blocks,
        values=revision.values,
        audience=revision.audience,
        schedule=revision.schedule,
        sender=revision.sender,
        facts=revision.facts,
    )


def word_segments(before: str, after: str) -> tuple[Segment, ...]:
    """Both texts word by word; joining "same" and "del" gives the first, "same" and "ins" the second."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Segment] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Segment("del", "".join(old[a:b])))
        if c < d:
            found.append(Segment("ins", "".join(new[c:d])))
    return tuple(found)


def differences(
    before: Content, after: Content, variables: Mapping[str, Variable] | None = None
) -> list[Difference]:
    """Everything that differs, in the order a reader meets it. Empty: nothing differs.

    Args:
        before, after: what is compared.
        variables: gives values their label and format; names stand in without it.
    """
    found: list[Difference] = []
    for name in ("subject", "preheader"):
        found.extend(_text(field_name(name), getattr(before, name), getattr(after, name), "", name))
    found.extend(_blocks(before.blocks, after.blocks))
    found.extend(_values(before, after, variables or {}))
    found.extend(_audience(before.audience, after.audience))
    found.extend(_schedule(before.schedule, after.schedule))
    found.extend(_plain_fields(_("Sender"), before.sender, after.sender, _sender_field))
    found.extend(_plain_fields(_("Store"), before.facts, after.facts, _fact_name(variables or {})))
    return found


# -- blocks --


def _blocks(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    old, new = ({str(block["id"]): block for block in blocks} for blocks in (before, after))
    for block_id, block in old.items():
        if block_id not in new:
            name = _name(block)
            yield Difference("removed", name, _("%(block)s removed") % {"block": name}, block_id)
    for block_id, block in new.items():
        name = _name(block)
        if block_id not in old:
            yield Difference("added", name, _("%(block)s added") % {"block": name}, block_id)
        else:
            yield from _block(old[block_id], block, block_id)
    kept = [block_id for block_id in new if block_id in old]
    for block_id in _moved([block_id for block_id in old if block_id in new], kept):
        name = _name(new[block_id])
        yield Difference("moved", name, _("%(block)s moved") % {"block": name}, block_id)


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The fewest blocks whose moving explains the new order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    stayed: set[str] = set()
    for match in matcher.get_matching_blocks():
        stayed.update(before[match.a : match.a + match.size])
    return [block_id for block_id in after if block_id not in stayed]


def _name(block: Mapping[str, Any]) -> str:
    """The type of a block, and the words that tell it from others of its type."""
    name = block_type_name(str(block.get("type", "")))
    words = next((block[key] for key in ("label", "title", "alt") if isinstance(block.get(key), str)), "")
    return _("%(block)s “%(words)s”") % {"block": name, "words": _shortened(words)} if words else name


def _block(before: Mapping[str, Any], after: Mapping[str, Any], block_id: str) -> Iterator[Difference]:
    kind = BLOCK_TYPES.get(str(after.get("type", "")))
    if before.get("type") != after.get("type") or kind is None:
        name = _name(after)
        yield Difference("changed", name, _("%(block)s replaced") % {"block": name}, block_id)
        return
    block_name = block_type_name(str(after["type"]))
    for key in kind.content_fields():
        # What has its default may be left out of the data.
        default = kind.model_fields[key].get_default()
        old, new = before.get(key, default), after.get(key, default)
        if old == new:
            continue
        place = block_name if key == "text" else f"{block_name}: {field_name(key)}"
        if key in ("url", "src"):
            yield _link(block_name, old, new, block_id, key)
        elif key == "products":
            yield from _products(block_name, old or [], new or [], block_id)
        elif kind.choices(key):
            yield _changed(place, choice_label(key, old), choice_label(key, new), block_id, key)
        elif isinstance(new, str) and isinstance(old, str) and key not in ("starts_on", "ends_on"):
            yield from _text(place, old, new, block_id, key)
        else:
            yield _changed(place, _shown(old), _shown(new), block_id, key)
    if bool(before.get("locked")) != bool(after.get("locked")):
        sentence = _("%(block)s locked") if after.get("locked") else _("%(block)s unlocked")
        yield Difference("changed", block_name, sentence % {"block": block_name}, block_id, "locked")


def _changed(place: str, before: str, after: str, block_id: str, key: str) -> Difference:
    words = {"place": place, "before": before, "after": after}
    return Difference("changed", place, _("%(place)s: %(before)s → %(after)s") % words, block_id, key)


def _link(block_name: str, before: Any, after: Any, block_id: str, key: str) -> Difference:
    kind: Kind = "changed" if before and after else "added" if after else "removed"
    sentence = {
        "changed": _("%(block)s: %(field)s changed to %(address)s"),
        "added": _("%(block)s: %(field)s added: %(address)s"),
        "removed": _("%(block)s: %(field)s removed"),
    }[kind]
    words = {"block": block_name, "field": field_name(key), "address": after}
    return Difference(
        kind, block_name, sentence % words, block_id, key, word_segments(str(before or ""), str(after or ""))
    )


def _products(
    block_name: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], block_id: str
) -> Iterator[Difference]:
    old, new = ({str(given.get("name", "")): given for given in side} for side in (before, after))
    for name in old.keys() - new.keys():
        words = _("%(block)s: %(name)s removed") % {"block": block_name, "name": name}
        yield Difference("removed", block_name, words, block_id, "products")
    for name, product in new.items():
        if name not in old:
            words = _("%(block)s: %(name)s added") % {"block": block_name, "name": name}
            yield Difference("added", block_name, words, block_id, "products")
            continue
        for key in sorted(key for key in product if product[key] != old[name].get(key)):
            words = _("%(block)s: %(name)s, %(field)s: %(before)s → %(after)s") % {
                "block": block_name,
                "name": name,
                "field": _product_field(key),
                "before": _shown(old[name].get(key)),
                "after": _shown(product[key]),
            }
            yield Difference("changed", block_name, words, block_id, "products")
    if old.keys() == new.keys() and list(old) != list(new):
        words = _("%(block)s: order changed") % {"block": block_name}
        yield Difference("moved", block_name, words, block_id, "products")


def _product_field(key: str) -> str:
    return {
        "name": _("name"),
        "note": _("note"),
        "price": _("price"),
        "old_price": _("former price"),
        "image": _("image"),
        "url": _("link"),
    }.get(key, key)


# -- texts and plain fields --


def _text(place: str, before: str, after: str, block_id: str, key: str) -> Iterator[Difference]:
    if before == after:
        return
    segments = word_segments(before, after)
    if not before or not after:
        kind: Kind = "added" if after else "removed"
        sentence = _("%(place)s added: %(text)s") if after else _("%(place)s removed: %(text)s")
        words = sentence % {"place": place, "text": _shortened(after or before)}
    else:
        kind = "changed"
        old, new = _around_change(segments)
        words = _("%(place)s: “%(before)s” → “%(after)s”") % {"place": place, "before": old, "after": new}
    yield Difference(kind, place, words, block_id, key, segments)


def _around_change(segments: Sequence[Segment]) -> tuple[str, str]:
    """Of a long text only what changed; of a short one all."""
    old = "".join(s.text for s in segments if s.kind != "ins")
    new = "".join(s.text for s in segments if s.kind != "del")
    if max(len(old), len(new)) <= _SHORT:
        return old, new
    changed = [n for n, segment in enumerate(segments) if segment.kind != "same"]
    part = segments[max(changed[0] - 1, 0) : changed[-1] + 2]
    trimmed = [
        Segment("same", _edge(s.text, first=n == 0, last=n == len(part) - 1)) if s.kind == "same" else s
        for n, s in enumerate(part)
    ]
    shown_old = "".join(s.text for s in trimmed if s.kind != "ins")
    shown_new = "".join(s.text for s in trimmed if s.kind != "del")
    return _shortened(shown_old, 2 * _SHORT), _shortened(shown_new, 2 * _SHORT)


def _edge(text: str, *, first: bool, last: bool) -> str:
    if first and len(text) > 20:
        return "…" + text[-20:]
    return text[:20] + "…" if last and len(text) > 20 else text


def _shortened(text: str, limit: int = _SHORT) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return format_day(date.fromisoformat(value), "long", _language())
    return _shortened(str(value))


def _language() -> str:
    return get_language() or "en"


# -- values, audience, schedule, sender, facts --


def _values(before: Content, after: Content, variables: Mapping[str, Variable]) -> Iterator[Difference]:
    if before.values is None or after.values is None:
        return
    currency = (after.facts or {}).get("currency", "")
    for name in sorted({*before.values, *after.values}):
        old, new = before.values.get(name, ""), after.values.get(name, "")
        if old == new:
            continue
        variable = variables.get(name)
        label = variable.label if variable else name
        words = _("%(place)s: %(before)s → %(after)s") % {
            "place": label,
            "before": value_in_words(variable, old, currency),
            "after": value_in_words(variable, new, currency),
        }
        kind: Kind = "changed" if old and new else "added" if new else "removed"
        yield Difference(kind, label, words, field=name)


def value_in_words(variable: Variable | None, raw: str, currency: str = "") -> str:
    """A value of a roll-out as the reader's language writes it: "20 %", "27 November 2026"."""
    if not raw:
        return _("nothing")
    if variable is None:
        return _shortened(raw)
    try:
        value = variable.parse(raw)
    except ValueRefused:
        return _shortened(raw)
    if variable.type in NUMERIC and isinstance(value, Decimal):
        return format_number(value, variable.type, _language(), currency)
    if isinstance(value, date):
        return format_day(value, "long", _language())
    return _shortened(raw)


def _audience(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Difference]:
    if before is None or after is None or before == after:
        return
    old, new = int(before.get("count") or 0), int(after.get("count") or 0)
    if old == new:
        words = ngettext(
            "Recipients: the same number (%(count)d), but not the same people",
            "Recipients: the same number (%(count)d), but not the same people",
            new,
        ) % {"count": new}
    else:
        words = _("Recipients: %(before)d → %(after)d") % {"before": old, "after": new}
    yield Difference("changed", _("Recipients"), words, field="audience")


def _schedule(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Difference]:
    if before is None or after is None:
        return
    for key, place in (("start", _("Start")), ("end", _("End"))):
        old, new = before.get(key), after.get(key)
        if old != new:
            words = {"place": place, "before": moment_in_words(old), "after": moment_in_words(new)}
            sentence = _("%(place)s: %(before)s → %(after)s") % words
            yield Difference("changed", place, sentence, field=f"schedule.{key}")
    rest = {key for key in {*before, *after} - {"start", "end"} if before.get(key) != after.get(key)}
    for key in sorted(rest):
        words = {"place": _("Schedule"), "before": _shown(before.get(key)), "after": _shown(after.get(key))}
        sentence = _("%(place)s: %(before)s → %(after)s") % words
        yield Difference("changed", _("Schedule"), sentence, field=f"schedule.{key}")


def moment_in_words(raw: Any) -> str:
    """Wall-clock time of a schedule in words; "approval" means as soon as approved."""
    if raw == "approval":
        return _("as soon as approved")
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        return _shown(raw)
    return str(format_datetime(moment, "medium", locale=locale_of(_language())))


def _plain_fields(
    place: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, named: Any
) -> Iterable[Difference]:
    if before is None or after is None:
        return
    for key in sorted({*before, *after}):
        if before.get(key) == after.get(key):
            continue
        words = {
            "place": place,
            "field": named(key),
            "before": _shown(before.get(key)),
            "after": _shown(after.get(key)),
        }
        sentence = _("%(place)s, %(field)s: %(before)s → %(after)s") % words
        yield Difference("changed", place, sentence, field=key)


def _sender_field(key: str) -> str:
    return {"name": _("name"), "email": _("address"), "reply_to": _("replies go to")}.get(key, key)


def _fact_name(variables: Mapping[str, Variable]) -> Any:
    return lambda key: _(variables[key].label) if key in variables else key

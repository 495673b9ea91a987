"""What stands around the words: values, recipients, schedule, sender, channel, fallbacks, facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.content.differences.content import About, Content, Difference, Kind
from storesync.content.differences.texts import language, shortened, shown
from storesync.content.language import format_number
from storesync.content.variables import NUMERIC, ValueRefused, Variable
from storesync.core import formats

_BINDING: Final = frozenset({*NUMERIC, "date", "choice"})
"""Types of values that bind the company."""


def setting_differences(
    before: Content, after: Content, variables: Mapping[str, Variable]
) -> Iterator[Difference]:
    """All that differs around the words; what one side does not know is not compared."""
    yield from _values(before, after, variables)
    yield from _audience(before.audience, after.audience)
    yield from _schedule(before.schedule, after.schedule)
    yield from _plain_fields(_("Sender"), before.sender, after.sender, _sender_field, "sender")
    yield from _channel(before.channel, after.channel)
    yield from _fallbacks(before.fallbacks, after.fallbacks, variables)
    yield from _plain_fields(_("Store"), before.facts, after.facts, _fact_name(variables), "fact")


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
        # A value that nobody declares may be a number too.
        about: About = "number" if variable is None or variable.type in _BINDING else "text"
        about = "link" if variable and variable.type == "url" else about
        yield Difference(kind, label, words, field=name, about=about)


def value_in_words(variable: Variable | None, raw: str, currency: str = "") -> str:
    """A value of a roll-out as the reader's language writes it: "20 %", "Fri 27 Nov 2026"."""
    if not raw:
        return _("nothing")
    if variable is None:
        return shortened(raw)
    try:
        value = variable.parse(raw)
    except ValueRefused:
        return shortened(raw)
    if variable.type in NUMERIC and isinstance(value, Decimal):
        return format_number(value, variable.type, language(), currency)
    if isinstance(value, date):
        return formats.day(value)
    return shortened(raw)


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
        words = ngettext("%(before)s → %(after)s recipient", "%(before)s → %(after)s recipients", new) % {
            "before": formats.number(old),
            "after": formats.number(new),
        }
    yield Difference("changed", _("Recipients"), words, field="audience", about="audience")


def _schedule(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Difference]:
    if before is None or after is None:
        return
    for key, place in (("start", _("Start")), ("end", _("End"))):
        old, new = before.get(key), after.get(key)
        if old != new:
            words = {"place": place, "before": moment_in_words(old), "after": moment_in_words(new)}
            sentence = _("%(place)s: %(before)s → %(after)s") % words
            yield Difference("changed", place, sentence, field=f"schedule.{key}", about="schedule")
    rest = {key for key in {*before, *after} - {"start", "end"} if before.get(key) != after.get(key)}
    for key in sorted(rest):
        words = {"place": _("Schedule"), "before": shown(before.get(key)), "after": shown(after.get(key))}
        sentence = _("%(place)s: %(before)s → %(after)s") % words
        yield Difference("changed", _("Schedule"), sentence, field=f"schedule.{key}", about="schedule")


def moment_in_words(raw: Any) -> str:
    """Wall-clock time of a schedule in words; "approval" means as soon as approved."""
    if raw == "approval":
        return _("as soon as approved")
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        return shown(raw)
    return formats.moment(moment)


def _plain_fields(
    place: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    named: Callable[[str], str],
    about: About,
) -> Iterable[Difference]:
    if before is None or after is None:
        return
    for key in sorted({*before, *after}):
        if before.get(key) == after.get(key):
            continue
        words = {
            "place": place,
            "field": named(key),
            "before": shown(before.get(key)),
            "after": shown(after.get(key)),
        }
        sentence = _("%(place)s, %(field)s: %(before)s → %(after)s") % words
        yield Difference("changed", place, sentence, field=key, about=about)


def _channel(before: str | None, after: str | None) -> Iterator[Difference]:
    if before is None or after is None or before == after:
        return
    words = _("%(place)s: %(before)s → %(after)s") % {
        "place": _("Channel"),
        "before": _channel_words(before),
        "after": _channel_words(after),
    }
    yield Difference("changed", _("Channel"), words, field="channel", about="channel")


def _channel_words(both: str) -> str:
    """A channel and its variant, as `Content.channel` has them."""
    channel, _slash, variant = both.partition("/")
    name = _("E-mail") if channel == "email" else channel
    return _("%(channel)s, variant %(variant)s") % {"channel": name, "variant": variant} if variant else name


def _fallbacks(
    before: Mapping[str, str] | None, after: Mapping[str, str] | None, variables: Mapping[str, Variable]
) -> Iterator[Difference]:
    """Only of fields that both messages use: one that came or went is told by its text."""
    for name in sorted({*(before or {})} & {*(after or {})}):
        old, new = (before or {})[name], (after or {})[name]
        if old != new:
            place = _("If “%(field)s” is not known") % {
                "field": variables[name].label if name in variables else name
            }
            words = _("%(place)s: “%(before)s” → “%(after)s”")
            words = words % {"place": place, "before": old, "after": new}
            yield Difference("changed", place, words, field=f"fallback.{name}", about="fallback")


def _sender_field(key: str) -> str:
    return {"name": _("name"), "address": _("address"), "reply_to": _("replies go to")}.get(key, key)


def _fact_name(variables: Mapping[str, Variable]) -> Callable[[str], str]:
    return lambda key: _(variables[key].label) if key in variables else key

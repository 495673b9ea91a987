"""Opening hours in words: from OpenStreetMap syntax ("Mo-Fr 08:00-20:00; Su off") to any language."""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache
from typing import Final

from babel.dates import format_time, get_day_names
from django.utils import translation
from django.utils.translation import gettext as _

from storesync.content.language import language_tag, locale_of

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS_PART: Final = rf"{_DAY}(?:-{_DAY})?(?:,\s*{_DAY}(?:-{_DAY})?)*"
_SPAN: Final = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_RULE = re.compile(rf"(?:(?P<days>{_DAYS_PART})\s+)?(?P<hours>{_SPAN}(?:,\s*{_SPAN})*|off|closed)")
_TIMES = re.compile(r"(\D+?)\s+(\d{1,2}[:.]\d\d[^;]*)")


@lru_cache(maxsize=4096)
def opening_hours_in_words(osm: str, language: str) -> str:
    """Opening hours as people of this language write them; beyond the simple syntax they stay as they are."""
    osm = osm.strip()
    if osm == "24/7":
        with translation.override(language_tag(language)):
            return _("open day and night")
    rules = [_RULE.fullmatch(part.strip()) for part in osm.split(";") if part.strip()]
    if not rules or not all(rules):
        return osm
    try:
        with translation.override(language_tag(language)):
            return ", ".join(_words(rule, language) for rule in rules if rule)
    except ValueError:
        return osm


def _words(rule: re.Match[str], language: str) -> str:
    days = _day_words(rule["days"], language) + " " if rule["days"] else ""
    if rule["hours"] in ("off", "closed"):
        return days + _("closed")
    spans = re.findall(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", rule["hours"])
    return days + " & ".join(f"{_clock(a, b, language)}–{_clock(c, d, language)}" for a, b, c, d in spans)


def _clock(hour: str, minute: str, language: str) -> str:
    # 24:00 and later mean the next day; the clock starts again.
    return str(format_time(time(int(hour) % 24, int(minute)), format="short", locale=locale_of(language)))


def _day_words(days: str, language: str) -> str:
    names = get_day_names("abbreviated", "stand-alone", locale_of(language))
    for number, code in enumerate(_DAYS):
        days = days.replace(code, f"\0{number}")
    named = re.sub("\0(\\d)", lambda match: str(names[int(match[1])]), days.replace("-", "–"))
    return re.sub(r",\s*", ", ", named)


@lru_cache(maxsize=4096)
def hours_by_day(words: str, language: str) -> tuple[tuple[str, str], ...]:
    """Opening hours in words, as `opening_hours_in_words` writes them, in rows of days and times.

    () where they are not of that form: then they are best shown as they are.
    """
    with translation.override(language_tag(language)):
        closed = _("closed")
    rows: list[tuple[str, str]] = []
    days = ""
    for part in words.split(", "):
        # "Mon, Wed 9:00–12:00": days without times belong to the next part.
        days += part if not days else f", {part}"
        match = _TIMES.fullmatch(days) or re.fullmatch(rf"(.+)\s({re.escape(closed)})", days)
        if match:
            rows.append((match[1], match[2]))
            days = ""
    return () if days else tuple(rows)

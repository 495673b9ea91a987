"""A time zone as people and systems write it, read as its IANA name."""

import difflib
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from django.utils.translation import gettext as _

from storesync.brands.imports.values import BLANK, Read, repaired, warned

#: Cities that systems use as zone names and the IANA list does not have; each lies in one zone.
_CITIES: Final = {
    "asia/beijing": "Asia/Shanghai", "asia/new_delhi": "Asia/Kolkata", "asia/delhi": "Asia/Kolkata",
    "asia/mumbai": "Asia/Kolkata", "asia/chennai": "Asia/Kolkata", "asia/bangalore": "Asia/Kolkata",
    "asia/osaka": "Asia/Tokyo", "asia/abu_dhabi": "Asia/Dubai", "asia/islamabad": "Asia/Karachi",
    "america/san_francisco": "America/Los_Angeles", "america/seattle": "America/Los_Angeles",
    "america/houston": "America/Chicago", "america/dallas": "America/Chicago",
    "america/miami": "America/New_York",
    "america/boston": "America/New_York", "america/atlanta": "America/New_York",
    "america/washington": "America/New_York", "america/rio_de_janeiro": "America/Sao_Paulo",
    "america/brasilia": "America/Sao_Paulo", "america/calgary": "America/Edmonton",
    "america/ottawa": "America/Toronto", "europe/edinburgh": "Europe/London",
    "europe/geneva": "Europe/Zurich",
    "europe/bern": "Europe/Zurich", "europe/milan": "Europe/Rome", "europe/frankfurt": "Europe/Berlin",
    "europe/munich": "Europe/Berlin", "europe/barcelona": "Europe/Madrid",
    "australia/gold_coast": "Australia/Brisbane",
}  # fmt: skip
#: Rules that name their zone (tzdata's own `backward` since 2024).
_RULES: Final = {
    "EST5EDT": "America/New_York", "CST6CDT": "America/Chicago", "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles", "HST": "Pacific/Honolulu",
}  # fmt: skip
_OFFSET_AND_NAME: Final = re.compile(
    r"\(?(?:GMT|UTC)?\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?P<more>\d*)\)?"
    r"\s+(?P<name>\S.*)",
    re.IGNORECASE,
)
_SHORTEST_CUT: Final = 14
_LONGEST: Final = 60
_ALIKE: Final = 0.9


@cache
def _names() -> dict[str, str]:
    """Every IANA name in lower case to the name in use today (`us/eastern` to `America/New_York`)."""
    aliases = get_global("zone_aliases")
    known = available_timezones()
    names: dict[str, str] = {}
    for name in known:
        today = _RULES.get(name) or aliases.get(name, name)
        names[name.lower()] = today if today in known else name
    return names


@cache
def _canonical() -> frozenset[str]:
    return frozenset(name for name in _names().values() if "/" in name)


@cache
def _zones_of(country: str) -> tuple[str, ...]:
    return tuple(zone for zone in get_global("territory_zones").get(country, ()) if zone in _canonical())


@cache
def _standard_offset(zone: str) -> timedelta:
    """Its offset from UTC without daylight saving, as of this year."""
    january, july = (
        datetime(2025, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        for month in (1, 7)
    )
    return min(january, july)


def read_zone(text: str, country: str, *, guess: bool = True) -> Read:
    """The IANA zone a cell means, read with the help of the country (ISO code or "").

    `America/Chicago`, `GMT-06:00 America/Chicago`, `US/Central` are notations of one thing; a name cut off, a
    city that is no zone (`Asia/Beijing`), another case or one misspelling is repaired where one reading is
    possible; anything else is left blank with a warning, and the store gets its brand's zone (Rule L3).

    Args:
        guess: look for names cut off and misspellings, too (about 5 ms).
    """
    text = text.strip()
    if not text:
        return BLANK
    offset: timedelta | None = None
    name = text
    if found := _OFFSET_AND_NAME.fullmatch(text):
        name = found["name"].strip()
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if not found["more"] and (hours or minutes):  # GMT+000000 says nothing: real files have it everywhere
            offset = timedelta(hours=hours, minutes=minutes) * (1 if found["sign"] == "+" else -1)
    today = _names().get(name.lower())
    if today == name or (today and name in available_timezones()):
        return Read(today)
    key = re.sub(r"\s+", "_", name.lower())
    today = _names().get(key)
    if today:
        return repaired(today, _("written in another way"))
    if city := _CITIES.get(key):
        return repaired(city, _("no zone of this name; the city lies in this one"))
    likely = _by_likeness(key) if guess and len(key) <= _LONGEST else None
    return likely or _by_country(country, offset) or warned(_("no time zone of this name is known"))


def _by_likeness(key: str) -> Read | None:
    if len(key) >= _SHORTEST_CUT:
        starting = {zone for zone in _canonical() if zone.lower().startswith(key)}
        if len(starting) == 1:
            return repaired(starting.pop(), _("the name was cut off"))
    if "/" in key:
        alike = difflib.get_close_matches(key, _names(), n=4, cutoff=_ALIKE)
        zones = {_names()[name] for name in alike}
        if len(zones) == 1:
            return repaired(zones.pop(), _("misspelt name"))
    return None


def _by_country(country: str, offset: timedelta | None) -> Read | None:
    zones = _zones_of(country)
    if len(zones) == 1 and offset in (None, _standard_offset(zones[0])):
        return repaired(zones[0], _("no zone of this name; the country has this one only"))
    if offset is not None:
        fitting = [zone for zone in zones if _standard_offset(zone) == offset]
        if len(fitting) == 1:
            return repaired(fitting[0], _("no zone of this name; the country has one zone of this offset"))
    return None

"""Choices that come from standards: zones (IANA), countries, languages and currencies (CLDR)."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from django.utils.translation import get_language

Choices = list[tuple[str, str]]

# Zones that are places; the others are old names and offsets without daylight saving.
_CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def time_zones() -> Choices:
    """IANA zones by name, UTC first."""
    places = sorted(name for name in available_timezones() if name.startswith(_CONTINENTS))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def countries() -> Choices:
    """Countries (ISO 3166-1, two letters) by their name in the active language."""
    return _named("territories", get_language() or "en", 2)


def languages() -> Choices:
    """Languages (ISO 639) by their name in the active language."""
    return _named("languages", get_language() or "en", 2)


def currencies() -> Choices:
    """Currencies (ISO 4217): code and name."""
    return [(code, f"{code} – {name}") for code, name in _named("currencies", get_language() or "en", 3)]


@cache
def _named(kind: str, language: str, length: int) -> Choices:
    names = getattr(Locale.parse(language, sep="-"), kind)
    rows = [(code, name) for code, name in names.items() if len(code) == length and code.isalpha()]
    return sorted(rows, key=lambda row: row[0] if length == 3 else row[1])

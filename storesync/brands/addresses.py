"""Postal addresses as the country writes them, always the same for the same facts: they go into revisions."""

from typing import TYPE_CHECKING, Final

from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from storesync.brands.models import Location

# Where the town stands before the postcode; elsewhere the postcode comes first.
_TOWN_FIRST: Final = frozenset(
    [
        "AU",
        "BR",
        "CA",
        "CN",
        "GB",
        "GG",
        "HK",
        "ID",
        "IE",
        "IM",
        "IN",
        "JE",
        "JP",
        "KR",
        "MY",
        "NZ",
        "PH",
        "PR",
        "SG",
        "TH",
        "TW",
        "US",
        "VN",
        "ZA",
    ]
)
# Town, state and postcode are one phrase here: "Seattle, WA 98101", "Sydney NSW 2000".
_STATE_WITH_COMMA: Final = frozenset(["CA", "PR", "US"])


def street_and_town(location: "Location") -> str:
    """Everything but the country, on one line, without what is missing."""
    return ", ".join(part for part in (location.street, location.street_2, _town(location)) if part)


def postal_line(location: "Location", *, home: str, language: str) -> str:
    """The whole address on one line.

    Args:
        location: the store.
        home: the country (ISO 3166-1) that need not be said, as it is the brand's own.
        language: the tag in which another country is named.
    """
    country = location.country if location.country != home else ""
    return ", ".join(part for part in (street_and_town(location), country_name(country, language)) if part)


def country_name(code: str, language: str) -> str:
    """A country (ISO 3166-1) in words of a language; the code itself where nobody has a word for it."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.territories.get(code, code))


def _town(location: "Location") -> str:
    city, state, postcode = location.city, location.state, location.postcode
    if location.country in _STATE_WITH_COMMA:
        return ", ".join(part for part in (city, f"{state} {postcode}".strip()) if part)
    if location.country in _TOWN_FIRST:
        return " ".join(part for part in (city, state, postcode) if part)
    return ", ".join(part for part in (f"{postcode} {city}".strip(), state) if part)

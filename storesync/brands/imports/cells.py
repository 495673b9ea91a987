"""The smaller cells of a location: number, coordinates, e-mail, dates, status, codes."""

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email
from django.utils.translation import gettext as _

from storesync.brands.imports.values import BLANK, REFUSED, WARNED, Read, repaired, warned

#: What systems write where there is nothing ("Nan" in this case only: it is a city in Thailand).
NOTHING: Final = frozenset(
    {"NULL", "null", "N/A", "n/a", "#N/A", "NaN", "nan", "None", "none", "-", "--", "\\N"}
)
NUMBER_LENGTH: Final = 40
_EMAIL_LENGTH: Final = 254
_NUMBER_WORDS: Final = 2

_FLOATED: Final = re.compile(r"(\d+)\.0+")
_EXPONENT: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_SPREADSHEET_ERROR: Final = re.compile(r"#(REF|VALUE|NAME|DIV/0|NUM|NULL|N/A)[!?]?", re.IGNORECASE)
_DEGREES: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?")
_COMMA_DEGREES: Final = re.compile(r"[+-]?\d{1,3},\d+")
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_COMPACT_DATE: Final = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
_SLASH_DATE: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,4}))?")
_MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "GU", "VI"})
_YES: Final = frozenset({"1", "true", "yes", "y", "t", "x", "ja", "si", "sí", "oui"})
_NO: Final = frozenset({"0", "false", "no", "n", "f", "nein", "non"})
_STATUSES: Final = {
    "open": "open", "active": "open", "operating": "open", "opened": "open",
    "planned": "planned", "comingsoon": "planned", "future": "planned",
    "temporarilyclosed": "temporarily_closed", "tempclosed": "temporarily_closed",
    "closed": "closed", "permanentlyclosed": "closed", "inactive": "closed",
}  # fmt: skip


class Place(NamedTuple):
    """Both coordinates ("" for none) and what was done to them."""

    latitude: str
    longitude: str
    kind: str | None = None
    reason: str = ""


def read_number(text: str) -> Read:
    """The store number. Identity is not guessed: what may have been another is refused (Rule L3).

    `7671.0` has one reading; `1.2E+05` was another number once; `#REF!` and `NULL` are none.
    Leading zeros stay.
    """
    text = text.strip()
    if not text:
        return Read("", REFUSED, _("the store number is missing"))
    if floated := _FLOATED.fullmatch(text):
        return repaired(floated[1], _("written as a decimal number"))
    if text in NOTHING or _SPREADSHEET_ERROR.fullmatch(text):
        return Read("", REFUSED, _("this is no store number"))
    if _EXPONENT.fullmatch(text) and re.search(r"[.,+]", text):
        return Read("", REFUSED, _("a spreadsheet has rounded this store number"))
    if len(text) > NUMBER_LENGTH:
        return Read(
            "", REFUSED, _("the store number is longer than %(limit)s signs") % {"limit": NUMBER_LENGTH}
        )
    if not text.isprintable() or "\ufffd" in text:
        return Read("", REFUSED, _("the store number has signs that cannot be read"))
    if len(text.split()) > _NUMBER_WORDS:
        return Read("", REFUSED, _("this looks like a text of another column, not like a store number"))
    if not any(sign.isalnum() for sign in text):
        return Read("", REFUSED, _("this is no store number"))
    return Read(text)


def _degrees(text: str) -> tuple[float | None, bool]:
    """The number, and whether its decimal sign was a comma."""
    if _DEGREES.fullmatch(text):
        return float(text), False
    if _COMMA_DEGREES.fullmatch(text):
        return float(text.replace(",", ".")), True
    try:
        return (value if -1e6 < (value := float(text)) < 1e6 else None), False
    except ValueError:
        return None, False


def read_place(latitude: str, longitude: str) -> Place:
    """Both coordinates in degrees, to six places (0.1 m).

    Swapped when only the other order lies on earth; a comma read as the decimal sign; one without the other,
    0/0 and anything off the earth is left blank with a warning (Rule L3).
    """
    latitude, longitude = latitude.strip(), longitude.strip()
    if not latitude and not longitude:
        return Place("", "")
    if not latitude or not longitude:
        return Place("", "", WARNED, _("one coordinate without the other"))
    (north, comma_north), (east, comma_east) = _degrees(latitude), _degrees(longitude)
    if north is None or east is None:
        return Place("", "", WARNED, _("this is no coordinate"))
    if north == 0 and east == 0:
        return Place("", "", WARNED, _("0/0 lies in the sea: it stands for unknown"))
    if abs(north) > 90 and abs(east) <= 90 and abs(north) <= 180:
        return Place(f"{east:.6f}", f"{north:.6f}", "repaired", _("latitude and longitude were swapped"))
    if not (abs(north) <= 90 and abs(east) <= 180):
        return Place("", "", WARNED, _("this place is not on earth"))
    if comma_north or comma_east:
        return Place(f"{north:.6f}", f"{east:.6f}", "repaired", _("a comma stood for the decimal point"))
    return Place(f"{north:.6f}", f"{east:.6f}")


@lru_cache(maxsize=20_000)
def _is_domain(domain: str) -> bool:
    try:
        validate_email(f"x@{domain}")
    except ValidationError:
        return False
    return True


def read_email(text: str) -> Read:
    """One e-mail address, its domain in lower case; anything else is left blank with a warning."""
    text = text.strip().removeprefix("mailto:")
    if not text:
        return BLANK
    local, _at, domain = text.rpartition("@")
    domain = domain.lower()
    # Django's validator in two halves: stores have an address each, but few domains.
    if len(text) <= _EMAIL_LENGTH and EmailValidator.user_regex.match(local) and _is_domain(domain):
        return Read(f"{local}@{domain}")
    return warned(_("this is no e-mail address"))


@lru_cache(maxsize=20_000)
def read_date(text: str, country: str) -> Read:
    """A date in ISO 8601. `3/4/2021` is read month first in the US, day first elsewhere."""
    text = text.strip()
    if not text:
        return BLANK
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _COMPACT_DATE.fullmatch(text):
        year, month, day = int(found[1] + found[2]), int(found[3]), int(found[4])
    elif found := _SLASH_DATE.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        if max(first, second) <= 12 and first != second and (not country or country == "CA"):
            return warned(_("it is not known whether the day or the month comes first"))
        month_first = second > 12 or (first <= 12 and country in _MONTH_FIRST)
        month, day = (first, second) if month_first else (second, first)
    else:
        return warned(_("this is no date"))
    try:
        return Read(date(year, month, day).isoformat())
    except ValueError:
        return warned(_("there is no such day"))


def read_status(text: str) -> Read:
    """One of the four statuses of a location."""
    plain = "".join(sign for sign in text.casefold() if sign.isalnum())
    if not plain:
        return BLANK
    return Read(_STATUSES[plain]) if plain in _STATUSES else warned(_("no status of this name is known"))


def read_closed_flag(text: str) -> Read:
    """The status that a yes/no column "temporarily closed" means; blank says nothing."""
    plain = text.strip().casefold()
    if not plain:
        return BLANK
    if plain in _YES:
        return Read("temporarily_closed")
    return Read("open") if plain in _NO else warned(_("neither yes nor no"))


def read_currency(text: str) -> Read:
    """An ISO 4217 code."""
    code = text.strip().upper()
    if not code:
        return BLANK
    return Read(code) if code in list_currencies() else warned(_("no currency of this code is known"))


def read_language(text: str) -> Read:
    """A language tag of one or two parts: `de`, `pt-BR`."""
    text = text.strip()
    if not text:
        return BLANK
    found = _LANGUAGE.fullmatch(text)
    if not found:
        return warned(_("this is no language code"))
    second = found[2] or ""
    second = second.upper() if len(second) == 2 else second.title()
    return Read(found[1].lower() + (f"-{second}" if second else ""))

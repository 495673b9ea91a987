"""A postcode held against its country's shape, and the country a postcode and state give away."""

import re
from typing import Final

from django.utils.translation import gettext as _

from storesync.brands.imports.values import BLANK, Read, repaired, warned

_SHAPES: Final = {
    country: re.compile(shape)
    for countries, shape in (
        ("US PR GU VI", r"\d{5}(-\d{4})?"),
        ("CA", r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d"),
        ("GB", r"(GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})"),
        ("NL", r"\d{4} ?[A-Z]{2}"),
        ("PL", r"\d{2}-\d{3}"),
        ("PT", r"\d{4}(-\d{3})?"),
        ("BR", r"\d{5}-\d{3}"),
        ("JP", r"\d{3}-\d{4}"),
        ("CZ SK SE GR", r"\d{3} ?\d{2}"),
        ("DE FR IT ES FI MX TR UA", r"\d{5}"),
        ("AT BE CH DK NO AU HU LU BG NZ ZA CY SI", r"\d{4}"),
        ("CN SG RO IN VN RU KZ", r"\d{6}"),
    )
    for country in countries.split()
}
_GENERAL: Final = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,11}")
_FLOATED: Final = re.compile(r"(\d{3,9})\.0+")
#: First three digits of the postcodes of each state, as ranges (USPS).
_US_STATES: Final = {
    "AL": "350-369", "AK": "995-999", "AZ": "850-865", "AR": "716-729", "CA": "900-961", "CO": "800-816",
    "CT": "060-069", "DE": "197-199", "DC": "200-205", "FL": "320-349", "GA": "300-319 398-399",
    "HI": "967-968",
    "ID": "832-838", "IL": "600-629", "IN": "460-479", "IA": "500-528", "KS": "660-679", "KY": "400-427",
    "LA": "700-714", "ME": "039-049", "MD": "206-219", "MA": "010-027 055-055", "MI": "480-499",
    "MN": "550-567",
    "MS": "386-397", "MO": "630-658", "MT": "590-599", "NE": "680-693", "NV": "889-898", "NH": "030-038",
    "NJ": "070-089", "NM": "870-884", "NY": "100-149 005-005 063-063", "NC": "270-289", "ND": "580-588",
    "OH": "430-459", "OK": "730-749", "OR": "970-979", "PA": "150-196", "PR": "006-009", "RI": "028-029",
    "SC": "290-299", "SD": "570-577", "TN": "370-385", "TX": "750-799 885-885", "UT": "840-847",
    "VT": "050-059",
    "VA": "201-201 220-246", "WA": "980-994", "WV": "247-268", "WI": "530-549", "WY": "820-831",
}  # fmt: skip
_US_NAMES: Final = {
    "ALABAMA": "AL", "ALASKA": "AK", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA", "COLORADO": "CO",
    "CONNECTICUT": "CT", "DELAWARE": "DE", "DISTRICT OF COLUMBIA": "DC", "FLORIDA": "FL", "GEORGIA": "GA",
    "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL", "INDIANA": "IN", "IOWA": "IA", "KANSAS": "KS",
    "KENTUCKY": "KY", "LOUISIANA": "LA", "MAINE": "ME", "MARYLAND": "MD", "MASSACHUSETTS": "MA",
    "MICHIGAN": "MI",
    "MINNESOTA": "MN", "MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE",
    "NEVADA": "NV",
    "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ", "NEW MEXICO": "NM", "NEW YORK": "NY", "NORTH CAROLINA": "NC",
    "NORTH DAKOTA": "ND", "OHIO": "OH", "OKLAHOMA": "OK", "OREGON": "OR", "PENNSYLVANIA": "PA",
    "PUERTO RICO": "PR", "RHODE ISLAND": "RI", "SOUTH CAROLINA": "SC", "SOUTH DAKOTA": "SD",
    "TENNESSEE": "TN",
    "TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA", "WASHINGTON": "WA", "WEST VIRGINIA": "WV",
    "WISCONSIN": "WI", "WYOMING": "WY",
}  # fmt: skip
_RANGES: Final = {
    state: tuple((int(span[:3]), int(span[4:])) for span in spans.split())
    for state, spans in _US_STATES.items()
}


def _lies_in_state(postcode: str, state: str) -> bool:
    state = state.strip().upper()
    spans = _RANGES.get(_US_NAMES.get(state, state), ())
    first = int(postcode[:3])
    return any(low <= first <= high for low, high in spans)


def country_of_address(state: str, postcode: str) -> str:
    """The country that state and postcode together leave no doubt of: US, CA or "".

    A state of the US with a postcode of that very state; the Canadian shape, which no other country has.
    """
    plain = postcode.strip().upper()
    if re.fullmatch(r"\d{5}(-?\d{4})?", plain) and _lies_in_state(plain, state):
        return "US"
    if len(plain) == 6:
        plain = f"{plain[:3]} {plain[3:]}"
    return "CA" if _SHAPES["CA"].fullmatch(plain) else ""


def read_postcode(text: str, country: str, state: str) -> Read:
    """The postcode in its country's notation; what cannot be one is left blank with a warning (Rule L3).

    Zeros that a spreadsheet took from the front are put back where country and state leave one reading
    (`7083` in New Jersey is 07083).
    """
    text = " ".join(text.upper().split())
    if not text:
        return BLANK
    if floated := _FLOATED.fullmatch(text):
        inner = read_postcode(floated[1], country, state)
        return repaired(inner.value, _("written as a decimal number")) if inner.value else inner
    shape = _SHAPES.get(country)
    if shape is None:
        return Read(text) if _GENERAL.fullmatch(text) else warned(_("this is no postcode"))
    if shape.fullmatch(text):
        return Read(text)
    bare = text.replace(" ", "").replace("-", "")
    if notation := _in_notation(bare, country, shape):
        return Read(notation)
    if padded := _padded(bare, country, state, shape):
        return repaired(padded, _("a zero in front was missing"))
    return warned(_("no postcode of %(country)s looks like this") % {"country": country})


def _in_notation(bare: str, country: str, shape: "re.Pattern[str]") -> str:
    """The same signs with the space or hyphen where the country puts it; "" where that gives no postcode."""
    places = {"US": 5, "PR": 5, "GU": 5, "VI": 5, "PL": 2, "PT": 4, "BR": 5, "JP": 3}
    if country in places:
        place = places[country]
        text = f"{bare[:place]}-{bare[place:]}" if len(bare) > place else bare
    elif country in {"CA", "GB"}:
        text = f"{bare[:-3]} {bare[-3:]}"
    else:
        text = bare
    return text if shape.fullmatch(text) else ""


def _padded(bare: str, country: str, state: str, shape: "re.Pattern[str]") -> str:
    """With the zeros back that a number in a spreadsheet loses."""
    if not bare.isdecimal() or not bare.isascii():
        return ""
    if country in {"US", "PR"}:
        for length in (5, 9):
            text = bare.zfill(length)
            if length - 2 <= len(bare) < length and _lies_in_state(text, "PR" if country == "PR" else state):
                return _in_notation(text, country, shape)
        return ""
    length = {"DE": 5, "FR": 5, "IT": 5, "ES": 5, "FI": 5, "MX": 5, "JP": 7, "BR": 8}.get(country, 0)
    return _in_notation("0" + bare, country, shape) if len(bare) == length - 1 else ""

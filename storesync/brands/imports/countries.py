"""A country as people write it, read as its ISO 3166-1 code."""

import difflib
import unicodedata
from functools import cache
from typing import Final

from babel import Locale, localedata
from babel.core import get_global
from django.utils.translation import gettext as _

from storesync.brands.imports.values import BLANK, Read, repaired, warned

#: Names that CLDR does not list in English.
_ALSO: Final = {
    "USA": "US", "U.S.": "US", "America": "US", "United States of America": "US", "Great Britain": "GB",
    "Britain": "GB", "UK": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB",
    "UAE": "AE", "KSA": "SA", "Holland": "NL", "Czech Republic": "CZ", "Korea, Republic of": "KR",
    "Republic of Korea": "KR", "Russian Federation": "RU", "Viet Nam": "VN", "Brunei Darussalam": "BN",
    "Macedonia": "MK", "Swaziland": "SZ", "Burma": "MM", "Ivory Coast": "CI", "Cape Verde": "CV",
    "East Timor": "TL", "Turkey": "TR", "Hong Kong": "HK", "Macau": "MO", "Palestine": "PS",
    "Republic of Ireland": "IE", "People's Republic of China": "CN", "PRC": "CN", "ROC": "TW",
}  # fmt: skip
#: How alike (0 to 1) a misspelling must be, and how much less alike every other country must be.
_ALIKE: Final = 0.75
_APART: Final = 0.1
_SHORTEST_MISSPELLING: Final = 5
_LONGEST: Final = 60


def _plain(name: str) -> str:
    """Letters and digits alone, without accents and case, whatever the script."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes of countries and territories in use."""
    names = Locale("en").territories
    return frozenset(code for code in get_global("territory_currencies") if len(code) == 2 and code in names)


@cache
def _english() -> dict[str, str]:
    names = {_plain(name): code for code, name in Locale("en").territories.items() if code in country_codes()}
    return names | {_plain(name): code for name, code in _ALSO.items()}


@cache
def _three_letters() -> dict[str, str]:
    """ISO 3166-1 alpha-3 (and numeric) to alpha-2."""
    return {
        code: targets[0]
        for code, targets in get_global("territory_aliases").items()
        if len(code) == 3 and len(targets) == 1 and targets[0] in country_codes()
    }


@cache
def _every_language() -> dict[str, str]:
    """Names in all languages of CLDR, without those that mean different countries in different ones.

    Built only when a file holds a name that English does not know: about 0.3 s and 15 MB.
    """
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for language in localedata.locale_identifiers():
        if "_" in language:
            continue
        loaded = language in localedata._cache
        territories = localedata.load(language, merge_inherited=False).get("territories", {})
        for code, name in territories.items():
            if (
                code in country_codes()
                and isinstance(name, str)
                and found.setdefault(plain := _plain(name), code) != code
            ):
                doubtful.add(plain)
        if not loaded:  # 300 languages are not worth keeping, and this one was loaded without its parents
            localedata._cache.pop(language, None)
    return {
        name: code
        for name, code in found.items()
        if name not in doubtful and not (name.isascii() and len(name) < 3)
    }


def _likeliest(plain: str) -> tuple[str, float, float]:
    """The country whose English name is most like it, how alike, and how alike the next country is."""
    best: dict[str, float] = {}
    for name, code in _english().items():
        # The measure depends on the order of the two: the better one counts.
        alike = max(
            difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
            for one, other in ((plain, name), (name, plain))
        )
        best[code] = max(best.get(code, 0.0), alike)
    ranked = sorted(best.items(), key=lambda item: -item[1])[:2]
    first = ranked[0] if ranked else ("", 0.0)
    return first[0], first[1], ranked[1][1] if len(ranked) > 1 else 0.0


def read_country(text: str, *, guess: bool = True) -> Read:
    """A country's code from its code, its name in any language, or a misspelling that can mean no other.

    `DE`, `DEU`, `Germany`, `Deutschland`, `ドイツ` are readings; `Thiland` is a repair; `Austrla` (Austria or
    Australia) is left blank with a warning (Rule L3).

    Args:
        guess: look for misspellings, too (about 5 ms).
    """
    text = text.strip()
    if not text:
        return BLANK
    upper = text.upper()
    if upper in country_codes():
        return Read(upper)
    plain = _plain(text)
    code = _english().get(plain) or _three_letters().get(upper)
    if code:
        return Read(code)
    if not plain:
        return warned(_("no country of this name is known"))
    if not guess or len(plain) > _LONGEST:
        return warned(_("no country of this name is known"))
    likely, alike, next_alike = _likeliest(plain)
    named = _every_language().get(plain)
    if named and not (likely != named and alike >= 0.9):
        return Read(named)
    if (
        named is None
        and len(plain) >= _SHORTEST_MISSPELLING
        and alike >= _ALIKE
        and alike - next_alike >= _APART
    ):
        return repaired(
            likely, _("misspelt name of %(country)s") % {"country": Locale("en").territories[likely]}
        )
    return warned(_("no country of this name is known, and it is not like one name alone"))

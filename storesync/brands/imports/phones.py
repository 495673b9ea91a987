"""A phone number as people write it, read as E.164, at the speed of an import.

`phonenumbers` is the judge. Its full way through a number costs about 0.1 ms, so numbers that are plain
national ones are first held against the same metadata directly: those whose digits are a number of the
default country as they stand, and which no rule about prefixes could read otherwise. The two ways give the
same results (tests/brands/imports/test_phones.py holds them against each other).
"""

import re
from functools import cache
from typing import Final, NamedTuple

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from storesync.brands.imports.values import BLANK, Read, repaired, warned

_FLOATED: Final = re.compile(r"\+?(\d{7,15})\.0+")
_EXPONENT: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
#: Signs that people put between digits; anything else goes the long way.
_SIGNS: Final = str.maketrans("", "", " -().\u2013\u00a0/")


class _Plain(NamedTuple):
    """What a national number of one country looks like."""

    code: str
    types: "re.Pattern[str]"
    prefixed: "re.Pattern[str] | None"


@cache
def _plain(country: str) -> _Plain | None:
    meta = PhoneMetadata.metadata_for_region(country)
    if meta is None or meta.leading_digits or meta.country_code is None:
        return None
    kinds = (
        meta.fixed_line, meta.mobile, meta.toll_free, meta.premium_rate, meta.shared_cost, meta.voip,
        meta.personal_number, meta.pager, meta.uan, meta.voicemail,
    )  # fmt: skip
    patterns = {kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern}
    general = meta.general_desc.national_number_pattern if meta.general_desc else None
    if not patterns or not general:
        return None
    # Both the general pattern and that of one kind of line must fit, as in phonenumbers.
    types = re.compile(f"(?=(?:{general})$)(?:{'|'.join(f'(?:{p})' for p in sorted(patterns))})")
    prefix = meta.national_prefix_for_parsing
    idd = meta.international_prefix
    before = "|".join(f"(?:{p})" for p in (prefix, idd) if p)
    return _Plain(f"+{meta.country_code}", types, re.compile(before) if before else None)


def read_phone(text: str, country: str) -> Read:
    """The number in E.164 (`+12056284535`), read as dialled in the country (ISO code or "").

    A number that cannot exist is left blank with a warning, as is one that a spreadsheet rounded
    (`4.99E+11`) (Rule L3).
    """
    text = text.strip()
    if not text:
        return BLANK
    digits = text.translate(_SIGNS)
    if country and digits.isdecimal() and digits.isascii():
        plain = _plain(country)
        if plain and _is_national(digits, plain):
            return Read(plain.code + digits)
    elif country and digits.startswith("+") and digits.isascii():
        plain = _plain(country)
        if plain and digits.startswith(plain.code):
            national = digits[len(plain.code) :]
            if national.isdecimal() and _is_national(national, plain):
                return Read(digits)
    return _the_long_way(text, country)


def _is_national(digits: str, plain: _Plain) -> bool:
    if plain.prefixed is not None and plain.prefixed.match(digits):
        return False
    return plain.types.fullmatch(digits) is not None


def _the_long_way(text: str, country: str) -> Read:
    if _EXPONENT.fullmatch(text):
        return warned(_("a spreadsheet has rounded this phone number"))
    if floated := _FLOATED.fullmatch(text):
        number = _parsed(floated[1], country)[0]
        return repaired(number, _("written as a decimal number")) if number else _impossible(country)
    number, extension = _parsed(text, country)
    if number:
        return repaired(number, _("the extension was left out")) if extension else Read(number)
    # Many files leave out the + before a country code.
    digits = text.translate(_SIGNS)
    if digits.isdecimal() and country:
        code = phonenumbers.country_code_for_region(country)
        if code and digits.startswith(str(code)) and (number := _parsed("+" + digits, country)[0]):
            return repaired(number, _("the + before the country code was missing"))
    return _impossible(country)


def _impossible(country: str) -> Read:
    if not country:
        return warned(_("a phone number without country code, and the country is not known"))
    return warned(_("no such phone number can exist in %(country)s") % {"country": country})


def _parsed(text: str, country: str) -> tuple[str, str]:
    """The number in E.164 and its extension; "" for what is none."""
    try:
        number = phonenumbers.parse(text, country or None)
    except NumberParseException:
        return "", ""
    if not phonenumbers.is_valid_number(number):
        return "", ""
    extension, number.extension = number.extension or "", None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), extension

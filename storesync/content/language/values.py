"""Values inside a template: typed, shown in the language of the store, marked where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, total_ordering
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    is_currency,
)

from storesync.content.variables import Variable

RECIPIENT_START: Final = "\ue000"
RECIPIENT_FALLBACK: Final = "\ue001"
RECIPIENT_END: Final = "\ue002"
VALUE_START: Final = "\ue010"
URL_START: Final = "\ue015"
VALUE_END: Final = "\ue011"

_RECIPIENT = re.compile(
    f"{RECIPIENT_START}([a-z0-9_]+){RECIPIENT_FALLBACK}([^{RECIPIENT_END}]*){RECIPIENT_END}"
)
DATE_STYLES: Final = ("short", "medium", "long", "full", "weekday")


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A variable that a message shows without value or fallback: preflight fails on it (rule T3)."""

    name: str
    label: str
    source: str


@dataclass(slots=True)
class Rendering:
    """What the values of one rendering share: language, currency, and the variables found missing."""

    language: str
    currency: str
    missing: dict[str, MissingValue]


class Missing:
    """A variable without a value: false, equal to "", and noted when it is shown."""

    __slots__ = ("rendering", "variable")

    def __init__(self, variable: Variable, rendering: Rendering) -> None:
        self.variable = variable
        self.rendering = rendering

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other == ""

    def __hash__(self) -> int:
        return hash("")

    def _never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __str__(self) -> str:
        variable = self.variable
        self.rendering.missing[variable.name] = MissingValue(variable.name, variable.label, variable.source)
        return ""


@total_ordering
class Number:
    """A number, percentage or amount of money; shown in the language of the store."""

    __slots__ = ("amount", "digits", "kind", "rendering")

    def __init__(self, amount: Decimal, kind: str, rendering: Rendering, digits: int | None = None) -> None:
        self.amount = amount
        self.kind = kind
        self.rendering = rendering
        self.digits = digits

    @staticmethod
    def _plain(other: object) -> Decimal | None:
        if isinstance(other, Number):
            return other.amount
        if isinstance(other, int | float):
            return Decimal(str(other))
        return None

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __eq__(self, other: object) -> bool:
        return self._plain(other) == self.amount

    def __lt__(self, other: object) -> bool:
        plain = self._plain(other)
        return plain is not None and self.amount < plain

    def __hash__(self) -> int:
        return hash(self.amount)

    def __str__(self) -> str:
        rendering = self.rendering
        return format_number(self.amount, self.kind, rendering.language, rendering.currency, self.digits)


@total_ordering
class Day:
    """A date; compared with dates and literals such as "2026-11-27", shown in the language of the store."""

    __slots__ = ("day", "rendering", "style")

    def __init__(self, day: date, rendering: Rendering, style: str = "long") -> None:
        self.day = day
        self.rendering = rendering
        self.style = style

    @staticmethod
    def _plain(other: object) -> str:
        return other.day.isoformat() if isinstance(other, Day) else str(other)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self._plain(other) == self.day.isoformat()

    def __lt__(self, other: object) -> bool:
        return self.day.isoformat() < self._plain(other)

    def __hash__(self) -> int:
        return hash(self.day)

    def __str__(self) -> str:
        return format_day(self.day, self.style, self.rendering.language)


class WebAddress(str):
    """A complete https address."""

    __slots__ = ()


class RecipientField:
    """A field of the recipient: stays a mark until the message is sent (rule T2)."""

    __slots__ = ("fallback", "is_url", "name")

    def __init__(self, name: str, fallback: str, *, is_url: bool) -> None:
        self.name = name
        self.fallback = fallback
        self.is_url = is_url

    def __str__(self) -> str:
        return recipient_mark(self.name, self.fallback)


def recipient_mark(name: str, fallback: str = "") -> str:
    """The mark of a field of the recipient, as the mail engine fills it."""
    return f"{RECIPIENT_START}{name}{RECIPIENT_FALLBACK}{fallback}{RECIPIENT_END}"


def show_recipient_fields(text: str, sample: Mapping[str, str] | None = None) -> str:
    """`text` with its recipient marks replaced by samples or their fallbacks: for previews."""
    known = sample or {}
    return _RECIPIENT.sub(lambda mark: known.get(mark[1]) or mark[2], text)


def recipient_fallbacks(*texts: str) -> dict[str, str]:
    """What rendered texts say in the place of each field of the recipient that is not known, by its name."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for mark in _RECIPIENT.finditer(text):
            found.setdefault(mark[1], {})[mark[2]] = None
    return {name: " / ".join(words) for name, words in found.items()}


def recipient_fields(text: str) -> frozenset[str]:
    """The names of the recipient's fields that a rendered text holds."""
    return frozenset(match[1] for match in _RECIPIENT.finditer(text))


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Babel's locale for a language tag such as "de" or "pt-br"; English when it is unknown."""
    try:
        return Locale.parse(language.replace("-", "_"), sep="_")
    except (UnknownLocaleError, ValueError):
        base = language.replace("_", "-").split("-")[0]
        return locale_of(base) if base != language and base else Locale("en")


def language_tag(language: str) -> str:
    """The tag of a known language ("pt-BR"); "en" for anything else, as tags come from imports too."""
    return str(locale_of(language)).replace("_", "-")


@lru_cache(maxsize=1024)
def regional_tag(language: str, country: str) -> str:
    """A language as a country writes it ("en" in GB is "en-GB": 24 hours, day first), if it is known so.

    A language that names its region already stays as it is.
    """
    tag = language_tag(language)
    if "-" in tag or len(country) != 2:
        return tag
    try:
        return str(Locale.parse(f"{tag}_{country.upper()}")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        return tag


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    return bool(is_currency(code))


@lru_cache(maxsize=4096)
def format_number(amount: Decimal, kind: str, language: str, currency: str, digits: int | None = None) -> str:
    """A number, percentage ("20" is 20 %) or amount of money as the language writes it.

    Args:
        digits: exactly so many decimals (rounded half to even); None: as many as the amount has, and those of
            the currency.
    """
    locale = locale_of(language)
    if kind == "percent" and digits is not None:
        shares = _with_decimals(locale.percent_formats[None].pattern, digits)
        return format_percent(round(amount, digits) / 100, format=shares, locale=locale)
    if kind == "percent":
        return format_percent(amount / 100, locale=locale, decimal_quantization=False)
    if kind == "money" and _is_currency(currency) and digits is not None:
        # Yen have no decimals, whatever was wished for.
        places = min(digits, get_currency_precision(currency))
        sums = _with_decimals(locale.currency_formats["standard"].pattern, places)
        return format_currency(
            round(amount, places), currency, format=sums, locale=locale, currency_digits=False
        )
    if kind == "money" and _is_currency(currency):
        whole = amount == amount.to_integral_value()
        pattern = locale.currency_formats["standard"].pattern if not whole else None
        if pattern is None:
            return format_currency(amount, currency, locale=locale, decimal_quantization=True)
        return format_currency(amount, currency, format=pattern, locale=locale)
    if digits is not None:
        return format_decimal(
            round(amount, digits), format=f"#,##0.{'0' * digits}".rstrip("."), locale=locale
        )
    return format_decimal(amount, locale=locale, decimal_quantization=False)


def _with_decimals(pattern: str, digits: int) -> str:
    """A pattern of the locale data ("#,##0.00 ¤") with so many decimals."""
    return re.sub(r"0(?:\.[0#]+)?(?=[^0#.]*(?:;|$))", f"0.{'0' * digits}".rstrip("."), pattern)


@lru_cache(maxsize=4096)
def format_day(day: date, style: str, language: str) -> str:
    """A date as the language writes it: short, medium, long, full, or only the weekday."""
    return format_date(day, format="EEEE" if style == "weekday" else style, locale=locale_of(language))


def _text_filter(change: Any) -> Any:
    def apply(value: Any) -> Any:
        return value if isinstance(value, Missing) else change(str(value))

    return apply


def _default(value: Any, fallback: Any) -> Any:
    if isinstance(value, Missing):
        return fallback
    if isinstance(value, RecipientField):
        return RecipientField(value.name, str(fallback), is_url=value.is_url)
    return value


def _date(value: Any, style: str = "long") -> Any:
    return format_day(value.day, style, value.rendering.language) if isinstance(value, Day) else value


def _money(value: Any) -> Any:
    return Number(value.amount, "money", value.rendering) if isinstance(value, Number) else value


def _percent(value: Any) -> Any:
    return Number(value.amount, "percent", value.rendering) if isinstance(value, Number) else value


def _number(value: Any, digits: int | None = None) -> Any:
    if not isinstance(value, Number):
        return value
    return format_number(value.amount, "number", value.rendering.language, "", digits)


FILTERS: Final[dict[str, Any]] = {
    "upper": _text_filter(str.upper),
    "lower": _text_filter(str.lower),
    "title": _text_filter(str.title),
    "default": _default,
    "date": _date,
    "money": _money,
    "number": _number,
    "percent": _percent,
}


def finalize(value: Any) -> str:
    """Mark where a value stands, so that the template's own words and data can be told apart."""
    if type(value) is str:
        return f"{VALUE_START}{value}{VALUE_END}"
    if isinstance(value, RecipientField):
        return f"{URL_START if value.is_url else VALUE_START}{value}{VALUE_END}"
    if isinstance(value, WebAddress):
        return f"{URL_START}{value}{VALUE_END}"
    return f"{VALUE_START}{value}{VALUE_END}"


def without_marks(text: str) -> str:
    """Rendered text without the marks of values; those of recipient fields stay."""
    if VALUE_END not in text:
        return text
    return text.replace(VALUE_START, "").replace(URL_START, "").replace(VALUE_END, "")

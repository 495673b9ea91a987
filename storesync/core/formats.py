"""Numbers, shares, money and times as people of the active language write them (CLDR, by way of Babel)."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language

NOTHING = "–"
"""What stands where there is no value."""


@cache
def _locale(language: str) -> Locale:
    """The CLDR locale of a language of the pages; plain English writes the day first."""
    try:
        return Locale.parse(
            "en_GB" if language in {"en", ""} else language, sep="-" if "-" in language else "_"
        )
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def active_locale() -> Locale:
    """The locale of the language that is in force now."""
    return _locale(get_language() or "")


def number(value: int | float | Decimal | None) -> str:
    """`12480` as `12,480`; nothing as a dash."""
    return NOTHING if value is None else str(format_decimal(value, locale=active_locale()))


def percent(share: float | Decimal | None, digits: int = 1) -> str:
    """A share of 1 as per cent: `0.4183` is `41.8%`."""
    if share is None:
        return NOTHING
    rounded = round(Decimal(str(share)), digits + 2)
    return str(format_percent(rounded, locale=active_locale(), decimal_quantization=False))


def hours(seconds: float) -> str:
    """A time in hours (`5.2 hrs`), below one hour in minutes (`24 mins`)."""
    if round(seconds / 60) < 60:
        return str(format_unit(round(seconds / 60), "duration-minute", "short", locale=active_locale()))
    shown = round(seconds / 3600, 1)
    return str(
        format_unit(int(shown) if shown >= 100 else shown, "duration-hour", "short", locale=active_locale())
    )


def money(amount: Decimal | int | None, currency: str) -> str:
    """An amount in a currency (ISO 4217)."""
    return NOTHING if amount is None else str(format_currency(amount, currency, locale=active_locale()))


def day(value: date) -> str:
    """`Mon 23 Nov 2026`: never only digits, since readers differ on which come first."""
    return str(
        format_skeleton("yMMMEd", datetime(value.year, value.month, value.day), locale=active_locale())
    )


def moment(value: datetime, zone: str = "") -> str:
    """Date and time to the minute (`18 Nov 2026, 09:12`), in `zone` or else in the reader's."""
    local = timezone.localtime(value, ZoneInfo(zone) if zone else None) if timezone.is_aware(value) else value
    naive, locale = local.replace(tzinfo=None), active_locale()
    parts = {
        "{1}": format_date(naive, "medium", locale=locale),
        "{0}": format_time(naive, "short", locale=locale),
    }
    text = str(locale.datetime_formats["medium"])
    for place, part in parts.items():
        text = text.replace(place, part)
    return text


def ago(value: datetime, now: datetime | None = None) -> str:
    """How far away a moment is: `2 hours ago`, `in 3 days`. Only ever shown beside the date."""
    distance = value - (now or timezone.now())
    return str(format_timedelta(distance, add_direction=True, locale=active_locale(), threshold=1.2))

"""Smallest and largest, earliest and latest: how limits of values are written, and what they say."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from storesync.core import formats

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_day(raw: str) -> bool:
    """Whether this is a day that exists, as 2026-11-27."""
    if not _DAY.fullmatch(raw):
        return False
    try:
        date.fromisoformat(raw)
    except ValueError:
        return False
    return True


def plain_day(raw: str) -> str:
    """A limit of days as it is kept.

    Raises:
        ValueError: it is no day, in words for people.
    """
    if not is_day(raw):
        raise ValueError(_("Write the date as 2026-11-27."))
    return raw


def crossed(minimum: str | None, maximum: str | None) -> bool:
    """Whether no value can be within these limits, two numbers or two days."""
    if minimum is None or maximum is None:
        return False
    return minimum > maximum if is_day(minimum) else Decimal(minimum) > Decimal(maximum)


def at_least(limit: str) -> str:
    """The lower limit of a number or a day, as a sentence."""
    if is_day(limit):
        return _("%(day)s at the earliest.") % {"day": formats.day(date.fromisoformat(limit))}
    return _("At least %(minimum)s.") % {"minimum": limit}


def at_most(limit: str) -> str:
    """The upper limit of a number or a day, as a sentence."""
    if is_day(limit):
        return _("%(day)s at the latest.") % {"day": formats.day(date.fromisoformat(limit))}
    return _("At most %(maximum)s.") % {"maximum": limit}


def beyond(value: Decimal | date, minimum: str | None, maximum: str | None) -> str:
    """Why a value is not within its limits; "" when it is."""

    def read(limit: str) -> Decimal | date:
        return date.fromisoformat(limit) if isinstance(value, date) else Decimal(limit)

    if minimum is not None and value < read(minimum):  # type: ignore[operator]
        return at_least(minimum)
    if maximum is not None and value > read(maximum):  # type: ignore[operator]
        return at_most(maximum)
    return ""

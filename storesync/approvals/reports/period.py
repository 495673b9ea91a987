"""The days that a report is about, in the brand's zone, and those before it to compare with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils.translation import gettext as _

from storesync.campaigns.schedule import to_utc
from storesync.core import formats

DAYS: Final = (30, 90, 365)
LONGEST: Final = 3 * 366
Step = Literal["day", "week", "month"]
_TRUNC: Final[dict[Step, Callable[..., Any]]] = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of one day to the end of another, on the brand's clock.

    Attributes:
        first, last: both count.
        zone: IANA zone of the brand.
    """

    first: date
    last: date
    zone: str

    @classmethod
    def of_last(cls, days: int, today: date, zone: str) -> "Period":
        """The last so many days, today among them."""
        return cls(today - timedelta(days=days - 1), today, zone)

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        """The moment at which it begins, in UTC."""
        return to_utc(datetime.combine(self.first, datetime.min.time()), self.zone)

    @property
    def end(self) -> datetime:
        """The moment at which it is over, in UTC."""
        return to_utc(datetime.combine(self.last + timedelta(days=1), datetime.min.time()), self.zone)

    @property
    def before(self) -> "Period":
        """As many days before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.zone)

    @property
    def step(self) -> Step:
        """What a chart over time counts by."""
        return "day" if self.days <= 31 else "week" if self.days <= 190 else "month"

    def places(self) -> Iterator[date]:
        """The days on which its days, weeks (Mondays) or months begin, the first first."""
        place = self.first
        if self.step == "week":
            place -= timedelta(days=place.weekday())
        elif self.step == "month":
            place = place.replace(day=1)
        while place <= self.last:
            yield place
            if self.step == "month":
                place = (place + timedelta(days=32)).replace(day=1)
            else:
                place += timedelta(days=1 if self.step == "day" else 7)

    def trunc(self, column: str) -> Any:
        """The place of a moment, for a query."""
        return _TRUNC[self.step](column, tzinfo=ZoneInfo(self.zone))

    def place_words(self, place: date) -> str:
        """A place in words, for the table."""
        if self.step == "month":
            return str(format_skeleton("yMMMM", place, locale=formats.active_locale()))
        return (
            _("Week of %(day)s") % {"day": formats.day(place)} if self.step == "week" else formats.day(place)
        )

    def place_label(self, place: date) -> str:
        """The same as short as it gets, for under a chart."""
        skeleton = "yMMM" if self.step == "month" else "MMMd"
        return str(format_skeleton(skeleton, place, locale=formats.active_locale()))

    def __str__(self) -> str:
        first, last = (
            format_date(day, "medium", locale=formats.active_locale()) for day in (self.first, self.last)
        )
        return f"{first} – {last}"

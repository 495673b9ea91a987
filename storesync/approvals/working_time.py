"""Due times in the working hours of a brand: when it works, and adding hours to a moment.

Working hours are wall-clock spans in the brand's zone, written as OpenStreetMap writes opening hours; how
long a span lasts is counted on the clock that never jumps, so a change of the clock is right (Rule S5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storesync.campaigns.schedule import to_utc

if TYPE_CHECKING:
    from storesync.approvals.models import ApprovalSettings

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SPAN: Final = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_RULE: Final = re.compile(
    rf"(?:(?P<days>{_DAY}(?:\s*-\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*-\s*{_DAY})?)*)\s+)?"
    rf"(?P<hours>{_SPAN}(?:\s*,\s*{_SPAN})*|off|closed)",
)
_FARTHEST: Final = timedelta(days=366 * 10)
"""Nothing is due later than this; a brand that never works has no due times."""


class HoursInvalid(ValueError):
    """Working hours that cannot be read; the message is for people."""


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """When a brand works.

    Attributes:
        days: for Monday to Sunday, spans as minutes since midnight; a span over midnight ends after 1440.
        days_off: dates on which nobody begins to work.
        zone: IANA zone of the clock on the wall.
    """

    days: tuple[tuple[tuple[int, int], ...], ...]
    days_off: frozenset[date] = frozenset()
    zone: str = "UTC"

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans that begin on this day, in UTC, the first first."""
        if day in self.days_off:
            return
        midnight, before = datetime.combine(day, datetime.min.time()), datetime.min.replace(tzinfo=UTC)
        for first, last in self.days[day.weekday()]:
            # In the gap of a clock change two spans could touch the same hour.
            begin = max(before, to_utc(midnight + timedelta(minutes=first), self.zone))
            end = to_utc(midnight + timedelta(minutes=last), self.zone)
            if begin < end:
                yield begin, end
                before = end


@lru_cache(maxsize=256)
def read_hours(text: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Working hours in OpenStreetMap syntax: "Mo-Fr 09:00-12:00,13:00-17:00; We off". Later rules win.

    Raises:
        HoursInvalid: not of that form, two spans overlap, or nobody would ever work.
    """
    if text.strip() == "24/7":
        return (((0, 1440),),) * 7
    days: list[tuple[tuple[int, int], ...]] = [()] * 7
    for part in text.split(";"):
        if not part.strip():
            continue
        rule = _RULE.fullmatch(part.strip())
        if rule is None:
            raise HoursInvalid(
                _("“%(text)s” cannot be read. Write it like Mo-Fr 09:00-17:00; Sa 10:00-12:00.")
                % {"text": part.strip()}
            )
        spans = () if rule["hours"] in ("off", "closed") else _read_spans(rule["hours"])
        for number in _read_days(rule["days"]):
            days[number] = spans
    week = sorted((n * 1440 + a, n * 1440 + b) for n, day in enumerate(days) for a, b in day)
    if any(end > begin for (_a, end), (begin, _b) in zip(week, week[1:], strict=False)) or (
        week and week[-1][1] - 7 * 1440 > week[0][0]
    ):
        raise HoursInvalid(_("Two of these spans overlap."))
    if not week:
        raise HoursInvalid(_("Nobody would ever work, so nothing would ever be due."))
    return tuple(days)


def _read_days(text: str | None) -> Iterator[int]:
    if text is None:
        yield from range(7)
        return
    for part in text.split(","):
        ends = [_DAYS.index(name.strip()) for name in part.split("-")]
        yield from ((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))


def _read_spans(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for first, last in re.findall(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})", text):
        begin, end = _minutes(first), _minutes(last)
        if begin >= 1440 or end > 2880:
            raise HoursInvalid(
                _("“%(text)s” is no time of day.") % {"text": first if begin >= 1440 else last}
            )
        # "22:00-06:00" ends on the next day, as "22:00-30:00" does.
        found.append((begin, end if end > begin else end + 1440))
    return tuple(sorted(found))


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    if int(minutes) > 59:
        raise HoursInvalid(_("“%(text)s” is no time of day.") % {"text": text})
    return int(hours) * 60 + int(minutes)


def week_of(settings: "ApprovalSettings", zone: str) -> WorkingWeek:
    """The working week of a brand; hours that cannot be read any more count as never working."""
    try:
        days = read_hours(settings.working_hours)
    except HoursInvalid:
        days = ((),) * 7
    return WorkingWeek(days, settings.days_off, zone)


def add_working_hours(moment: datetime, hours: Decimal, week: WorkingWeek) -> datetime | None:
    """The moment at which so many hours have been worked since `moment`.

    Args:
        moment: aware. hours: not negative.

    Returns:
        In UTC; None when they are not worked within ten years (a brand that never works).
    """
    left = timedelta(seconds=float(hours * 3600))
    cursor = moment.astimezone(UTC)
    if not left:
        return cursor
    # A span of yesterday may reach over midnight.
    day = cursor.astimezone(ZoneInfo(week.zone)).date() - timedelta(days=2)
    last = day + _FARTHEST
    while any(week.days) and day < last:
        for begin, end in week.spans(day):
            begin = max(begin, cursor)
            if end <= begin:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
            cursor = end
        day += timedelta(days=1)
    return None


def worked_between(begin: datetime, end: datetime, week: WorkingWeek) -> timedelta | None:
    """How much of the time between two moments the brand works; None for one that never does."""
    if not any(week.days):
        return None
    begin, end, worked = begin.astimezone(UTC), end.astimezone(UTC), timedelta(0)
    # A span of yesterday may reach over midnight.
    day = begin.astimezone(ZoneInfo(week.zone)).date() - timedelta(days=1)
    last = end.astimezone(ZoneInfo(week.zone)).date()
    while day <= last:
        for first, until in week.spans(day):
            worked += max(timedelta(0), min(until, end) - max(first, begin))
        day += timedelta(days=1)
    return worked


def take_working_hours(moment: datetime, hours: Decimal, week: WorkingWeek) -> datetime | None:
    """The latest moment since which so many hours are worked until `moment`; None as for adding."""
    left = timedelta(seconds=float(hours * 3600))
    cursor = moment.astimezone(UTC)
    if not left:
        return cursor
    day = cursor.astimezone(ZoneInfo(week.zone)).date() + timedelta(days=1)
    first = day - _FARTHEST
    while any(week.days) and day > first:
        for begin, end in reversed(list(week.spans(day))):
            end = min(end, cursor)
            if end <= begin:
                continue
            if end - begin >= left:
                return end - left
            left -= end - begin
            cursor = begin
        day -= timedelta(days=1)
    return None

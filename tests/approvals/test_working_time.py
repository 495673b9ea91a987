"""Due times in working hours: never outside of them, right over clock changes, never without an end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.approvals.working_time import (
    HoursInvalid,
    WorkingWeek,
    add_working_hours,
    read_hours,
    take_working_hours,
)

OFFICE = read_hours("Mo-Fr 09:00-17:00")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")


def at(words: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))


def worked(week: WorkingWeek, begin: datetime, end: datetime) -> timedelta:
    """The working time between two moments, counted the plain way."""
    total, day = timedelta(), begin.astimezone(UTC).date() - timedelta(days=3)
    while day <= end.astimezone(UTC).date() + timedelta(days=3):
        for first, last in week.spans(day):
            total += max(timedelta(), min(last, end) - max(first, begin))
        day += timedelta(days=1)
    return total


@settings(max_examples=60, deadline=None)
@given(
    hours=st.sampled_from(
        [
            "Mo-Fr 09:00-17:00",
            "Mo-Sa 08:30-12:15,13:00-18:00",
            "We 22:00-06:00",
            "24/7",
            "Su 01:00-04:00",
            "Fr-Mo 00:00-24:00; Sa off",
        ]
    ),
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),
    quarter_hours=st.integers(1, 400),
    off=st.sets(st.dates(date(2025, 1, 1), date(2028, 3, 1)), max_size=20),
)
def test_so_many_hours_are_worked_in_between(
    hours: str, zone: str, moment: datetime, quarter_hours: int, off: set[date]
) -> None:
    week = WorkingWeek(read_hours(hours), frozenset(off), zone)
    begin, given_hours = moment.replace(tzinfo=UTC), Decimal(quarter_hours) / 4
    due = add_working_hours(begin, given_hours, week)
    assert due is not None and due >= begin
    assert worked(week, begin, due) == timedelta(hours=float(given_hours))
    back = take_working_hours(due, given_hours, week)
    assert back is not None and worked(week, back, due) == timedelta(hours=float(given_hours))
    # In two goes it is the same.
    half = add_working_hours(begin, given_hours / 2, week)
    assert half is not None and add_working_hours(half, given_hours / 2, week) == due


@pytest.mark.parametrize(
    ("hours", "since", "added", "due"),
    [
        ("Mo-Fr 09:00-17:00", "2026-11-20T16:00", "2", "2026-11-23T10:00"),  # over a weekend
        ("Mo-Fr 09:00-17:00", "2026-11-21T12:00", "1", "2026-11-23T10:00"),  # handed in on a Saturday
        ("Mo-Fr 09:00-17:00", "2026-12-23T09:00", "9", "2026-12-28T10:00"),  # over holidays
        ("Su 00:00-06:00", "2026-03-29T00:00", "3", "2026-03-29T04:00"),  # the clock jumps to three
        ("Su 00:00-06:00", "2026-10-25T00:00", "4", "2026-10-25T03:00"),  # two o'clock comes twice
        ("Sa 22:00-06:00", "2026-10-24T22:00", "5", "2026-10-25T02:00+01:00"),
    ],
)
def test_the_clock_on_the_wall_counts(hours: str, since: str, added: str, due: str) -> None:
    """Rule S5, in Berlin; the 24th and 25th of December are holidays."""
    week = WorkingWeek(
        read_hours(hours), frozenset({date(2026, 12, 24), date(2026, 12, 25)}), "Europe/Berlin"
    )
    wanted = datetime.fromisoformat(due) if "+" in due else at(due)
    assert add_working_hours(at(since), Decimal(added), week) == wanted.astimezone(UTC)


def test_a_week_without_work_has_no_due_time_and_no_end_of_looking() -> None:
    week = WorkingWeek(((),) * 7)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert add_working_hours(moment, Decimal(1), week) is None
    assert take_working_hours(moment, Decimal(1), week) is None
    one_minute_a_week = WorkingWeek((((0, 1),), *((),) * 6))
    assert add_working_hours(moment, Decimal(2000), one_minute_a_week) is None
    assert add_working_hours(moment, Decimal(0), week) == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "cannot be read"),
        ("Mo-Fr 09:00-17:00; Sa 25:00-26:00", "no time of day"),
        ("Mo 09:75-10:00", "no time of day"),
        ("Mo-Su off", "Nobody would ever work"),
        ("", "Nobody would ever work"),
        ("Mo 09:00-12:00,11:00-14:00", "overlap"),
        ("Su 22:00-30:00; Mo 05:00-09:00", "overlap"),
    ],
)
def test_hours_that_are_none_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(HoursInvalid, match=said):
        read_hours(text)


def test_later_rules_win() -> None:
    days = read_hours("Mo-Su 09:00-17:00; We,Su off; Fr 09:00-12:00")
    assert [len(day) for day in days] == [1, 1, 0, 1, 1, 1, 0] and days[4] == ((540, 720),)

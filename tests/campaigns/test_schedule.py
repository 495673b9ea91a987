"""Wall-clock time of a store to UTC (Rule S5)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.campaigns.schedule import Schedule, ScheduleInvalid, instants, parse_schedule, to_utc


def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2026-11-27T09:00", "Europe/London", "2026-11-27T09:00"),
        ("2026-07-01T09:00", "Europe/London", "2026-07-01T08:00"),
        ("2026-11-27T09:00", "Asia/Kathmandu", "2026-11-27T03:15"),
        ("2026-12-31T23:30", "Pacific/Kiritimati", "2026-12-31T09:30"),
        # in the gap: 01:30 does not exist on that night, so it is 02:30 summer time
        ("2026-03-29T01:30", "Europe/London", "2026-03-29T01:30"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30"),
        # a gap of half an hour, and one of a whole day
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00"),
        # twice: the first of the two
        ("2026-10-25T01:30", "Europe/London", "2026-10-25T00:30"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),
    ],
)
def test_wall_clock_time_is_the_stores(wall: str, zone: str, utc: str) -> None:
    assert to_utc(_wall(wall), zone) == _wall(utc).replace(tzinfo=UTC)


def test_a_time_in_the_gap_is_after_it() -> None:
    before = to_utc(_wall("2026-03-29T00:59"), "Europe/London")
    inside = to_utc(_wall("2026-03-29T01:30"), "Europe/London")
    assert before < to_utc(_wall("2026-03-29T02:00"), "Europe/London") <= inside


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2060, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_what_is_shown_back_is_never_earlier(wall: datetime, zone: str) -> None:
    shown = to_utc(wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert shown >= wall


def test_one_spelling() -> None:
    assert parse_schedule({}).as_json() == {"start": "approval"}
    words = {"start": "2026-11-27T09:00", "end": "2026-11-30T18:00"}
    assert parse_schedule(words).as_json() == words


@pytest.mark.parametrize(
    "raw",
    [
        {"start": "soon"},
        {"start": "2026-11-27T09:00Z"},
        {"start": "2026-11-27"},
        {"start": "2026-13-01T09:00"},
        {"start": "2026-11-27T09:00", "end": "2026-11-27T09:00"},
        {"start": "2026-11-27T09:00", "end": "2026-11-26T09:00"},
        {"begin": "2026-11-27T09:00"},
        {"start": "0001-01-01T00:00"},
        {"start": "2026-11-27T09:00", "end": "9999-12-31T23:59"},
    ],
)
def test_what_cannot_be_is_refused(raw: dict[str, str]) -> None:
    with pytest.raises(ScheduleInvalid):
        parse_schedule(raw)


def test_as_soon_as_approved_is_known_at_approval() -> None:
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert instants(Schedule(), "Europe/London") == (None, None)
    assert instants(Schedule(), "Europe/London", approved_at=moment) == (moment, None)

"""Rule L3: a zone is repaired only where one reading is possible."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.brands.imports.values import REPAIRED, WARNED
from storesync.brands.imports.zones import read_zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("America/Chicago", "America/Chicago"), ("GMT-06:00 America/Chicago", "America/Chicago"),
        ("GMT+1:00 Europe/Vienna", "Europe/Vienna"), ("GMT+000000 Asia/Bahrain", "Asia/Bahrain"),
        ("(UTC+01:00) Europe/Berlin", "Europe/Berlin"), ("US/Eastern", "America/New_York"),
        ("CST6CDT", "America/Chicago"), ("EST5EDT", "America/New_York"), ("MST7MDT", "America/Denver"),
        ("PST8PDT", "America/Los_Angeles"), ("Asia/Calcutta", "Asia/Kolkata"),
    ],
)  # fmt: skip
def test_notations_of_a_zone(text: str, zone: str) -> None:
    read = read_zone(text, "")
    assert (read.value, read.kind) == (zone, None)


@pytest.mark.parametrize(
    ("text", "country", "zone"),
    [
        ("GMT+08:00 Asia/Beijing", "CN", "Asia/Shanghai"),
        ("GMT+05:30 Asia/New_Delhi", "IN", "Asia/Kolkata"),
        ("GMT-03:00 America/Argentina/Bu", "AR", "America/Argentina/Buenos_Aires"),
        ("GMT+000000 America/Dawson_Cree", "CA", "America/Dawson_Creek"),
        ("GMT+000000 America/Port_of_Spa", "TT", "America/Port_of_Spain"),
        ("GMT-04:00 America/Oranjestad", "AW", "America/Aruba"),
        ("GMT-04:00 America/Willemstad", "CW", "America/Curacao"),
        ("Europe/Londn", "GB", "Europe/London"),
        ("america/new york", "US", "America/New_York"),
        ("GMT+08:00 Asia/Chongqing City", "CN", "Asia/Shanghai"),
    ],
)
def test_what_has_one_reading_is_repaired(text: str, country: str, zone: str) -> None:
    read = read_zone(text, country)
    assert (read.value, read.kind) == (zone, REPAIRED)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("CST", "US"), ("Central", "US"), ("America/Argentina/", "AR"), ("nonsense", ""),
        ("GMT-06:00 Central", "US"), ("GMT+99:99 Nowhere", "CN"), ("GMT+01:00 Wherever", "CN"),
    ],
)  # fmt: skip
def test_what_may_mean_several_or_none_is_left_blank(text: str, country: str) -> None:
    read = read_zone(text, country)
    assert (read.value, read.kind) == ("", WARNED)


@given(st.text(max_size=60), st.sampled_from(["", "US", "CN", "AW", "GB", "ZZ"]))
def test_any_text_gives_a_zone_that_exists_or_nothing(text: str, country: str) -> None:
    read = read_zone(text, country)
    assert read.value == "" or read.value in available_timezones()


@given(st.sampled_from(sorted(available_timezones())))
def test_every_zone_is_read_without_repair(zone: str) -> None:
    read = read_zone(zone, "")
    assert read.kind is None
    assert read.value in available_timezones()
    assert read_zone(read.value, "") == read

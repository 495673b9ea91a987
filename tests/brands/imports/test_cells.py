"""The smaller cells, and postcodes (Rule L3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.brands.imports.cells import (
    read_closed_flag,
    read_currency,
    read_date,
    read_email,
    read_language,
    read_number,
    read_place,
    read_status,
)
from storesync.brands.imports.postcodes import country_of_address, read_postcode
from storesync.brands.imports.values import REFUSED, REPAIRED, WARNED


@pytest.mark.parametrize("text", ["7671", "0124", "R266", "47370-257954", "GB 12", "é12", "1E5", "12/3"])
def test_numbers_stay_as_they_are(text: str) -> None:
    assert read_number(f" {text} ") == (text, None, "")


def test_a_number_that_became_a_decimal_is_repaired() -> None:
    assert read_number("7671.0")[:2] == ("7671", REPAIRED)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "NULL", "#REF!", "#N/A", "nan", "1.2E+05", "7,6E+10", "x" * 41, "12\x07", "1\ufffd", "---"]
    + ["2396 N. Federal Highway", "9020 Hudson Rd"],
)
def test_a_missing_or_doubtful_number_is_refused(text: str) -> None:
    read = read_number(text)
    assert (read.value, read.kind) == ("", REFUSED)
    assert read.reason


@given(st.text(max_size=60))
def test_any_number_is_kept_or_refused(text: str) -> None:
    read = read_number(text)
    assert bool(read.value) == (read.kind != REFUSED)
    assert len(read.value) <= 40
    assert not read.value or read_number(read.value).value == read.value


@pytest.mark.parametrize(
    ("latitude", "longitude", "place", "kind"),
    [
        ("42.51", "1.53", ("42.510000", "1.530000"), None),
        ("-33.8", "151", ("-33.800000", "151.000000"), None),
        ("-94.563", "39.104", ("39.104000", "-94.563000"), REPAIRED),
        ("151.2", "-33.8", ("-33.800000", "151.200000"), REPAIRED),
        ("42,51", "1,53", ("42.510000", "1.530000"), REPAIRED),
        ("0", "0.0", ("", ""), WARNED),
        ("91", "91", ("", ""), WARNED),
        ("42.51", "", ("", ""), WARNED),
        ("42.51", "181", ("", ""), WARNED),
        ("inf", "nan", ("", ""), WARNED),
        ("Space 404", "Woodbury", ("", ""), WARNED),
        ("", "", ("", ""), None),
    ],
)
def test_coordinates(latitude: str, longitude: str, place: tuple[str, str], kind: str | None) -> None:
    read = read_place(latitude, longitude)
    assert ((read.latitude, read.longitude), read.kind) == (place, kind)


@given(st.text(max_size=20) | st.floats().map(str), st.text(max_size=20) | st.floats().map(str))
def test_any_place_is_on_earth_or_nothing(latitude: str, longitude: str) -> None:
    read = read_place(latitude, longitude)
    assert bool(read.latitude) == bool(read.longitude)
    if read.latitude:
        assert -90 <= float(read.latitude) <= 90
        assert -180 <= float(read.longitude) <= 180


@pytest.mark.parametrize(
    ("text", "country", "state", "postcode", "kind"),
    [
        ("35404-4142", "US", "AL", "35404-4142", None),
        ("553162005", "US", "MN", "55316-2005", None),
        ("7083", "US", "NJ", "07083", REPAIRED),
        ("7083", "US", "New Jersey", "07083", REPAIRED),
        ("18545120", "US", "MA", "01854-5120", REPAIRED),
        ("7083", "US", "TX", "", WARNED),
        ("926", "PR", "", "00926", REPAIRED),
        ("35404.0", "US", "AL", "35404", REPAIRED),
        ("(954) 914-7570", "US", "FL", "", WARNED),
        ("sw1a1aa", "GB", "", "SW1A 1AA", None),
        ("m5v3l9", "CA", "ON", "M5V 3L9", None),
        ("5400012", "JP", "", "540-0012", None),
        ("1067", "DE", "", "01067", REPAIRED),
        ("AD500", "AD", "", "AD500", None),
        ("0", "AE", "", "", WARNED),
        ("", "US", "", "", None),
    ],
)
def test_postcodes(text: str, country: str, state: str, postcode: str, kind: str | None) -> None:
    read = read_postcode(text, country, state)
    assert (read.value, read.kind) == (postcode, kind)


@given(st.text(max_size=15), st.sampled_from(["", "US", "GB", "CA", "JP", "AD"]), st.sampled_from(["", "NJ"]))
def test_reading_a_postcode_twice_changes_nothing(text: str, country: str, state: str) -> None:
    read = read_postcode(text, country, state)
    assert len(read.value) <= 20
    if read.value:
        assert read_postcode(read.value, country, state) == (read.value, None, "")


@pytest.mark.parametrize(
    ("state", "postcode", "country"),
    [
        ("AL", "35404", "US"), ("Alabama", "35404-4142", "US"), ("AL", "90210", ""), ("", "35404", ""),
        ("ON", "M5V 3L9", "CA"), ("", "M5V3L9", "CA"), ("AL", "", ""), ("Bayern", "80335", ""),
    ],
)  # fmt: skip
def test_the_country_that_an_address_gives_away(state: str, postcode: str, country: str) -> None:
    assert country_of_address(state, postcode) == country


@pytest.mark.parametrize(
    ("text", "country", "day", "kind"),
    [
        ("2012-11-08", "", "2012-11-08", None),
        ("2012-11-08T10:00:00Z", "", "2012-11-08", None),
        ("20121108", "", "2012-11-08", None),
        ("3/17/2021", "", "2021-03-17", None),
        ("17.3.2021", "", "2021-03-17", None),
        ("7/02/2007", "US", "2007-07-02", None),
        ("7/02/2007", "GB", "2007-02-07", None),
        ("7/02/2007", "", "", WARNED),
        ("7/02/2007", "CA", "", WARNED),
        ("2021-02-30", "US", "", WARNED),
        ("soon", "US", "", WARNED),
    ],
)
def test_dates(text: str, country: str, day: str, kind: str | None) -> None:
    assert read_date(text, country)[:2] == (day, kind)


def test_statuses_and_flags() -> None:
    assert read_status("Temporarily Closed").value == "temporarily_closed"
    assert read_status("coming soon").value == "planned"
    assert read_status("whatever").kind == WARNED
    assert read_closed_flag("1").value == "temporarily_closed"
    assert read_closed_flag("0").value == "open"
    assert read_closed_flag("").value == ""
    assert read_closed_flag("maybe").kind == WARNED


def test_codes_and_addresses() -> None:
    assert read_currency("eur").value == "EUR"
    assert read_currency("EURO").kind == WARNED
    assert read_language("pt_br").value == "pt-BR"
    assert read_language("Portuguese").kind == WARNED
    assert read_email(" Store@Acme.EXAMPLE ").value == "Store@acme.example"
    assert read_email("mailto:l\xf6we@acme.example").kind == WARNED
    for text in (
        "store at acme",
        "a b@acme.example",
        "a@",
        "@acme.example",
        "a@acme",
        "a" * 250 + "@acme.example",
    ):
        assert read_email(text).kind == WARNED

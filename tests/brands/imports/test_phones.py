"""Phones: the quick way and phonenumbers itself say the same."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.brands.imports import phones
from storesync.brands.imports.phones import read_phone
from storesync.brands.imports.values import REPAIRED, WARNED

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def judged(text: str, country: str) -> str:
    """E.164 by phonenumbers alone, "" for what it does not take."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.sampled_from(COUNTRIES), st.from_regex(r"\+?[0-9]{3,14}", fullmatch=True))
@settings(max_examples=2000)
def test_the_quick_way_gives_what_phonenumbers_gives(country: str, digits: str) -> None:
    read = read_phone(digits, country)
    if read.kind is None:
        assert read.value == judged(digits, country)
    else:
        assert judged(digits, country) == ""


def test_the_quick_way_is_right_about_an_example_of_every_country_and_kind() -> None:
    taken = 0
    for country in COUNTRIES:
        for kind in range(11):
            example = phonenumbers.example_number_for_type(country, kind)
            if example is None:
                continue
            national = phonenumbers.national_significant_number(example)
            local, plus = (phonenumbers.format_number(example, form) for form in (2, 0))
            for text in (national, local, plus, "0" + national, "1" + national, "+" + national):
                read = read_phone(text, country)
                assert (read.value if read.kind is None else "") == judged(text, country), (country, text)
                taken += 1
    assert taken > 5000


def test_the_common_national_number_takes_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def long_way(text: str, country: str) -> None:
        pytest.fail(f"{text} took the long way")

    monkeypatch.setattr(phones, "_the_long_way", long_way)
    assert read_phone("(205) 462-8535", "US").value == "+12054628535"
    assert read_phone("205.462.8535", "US").value == "+12054628535"
    assert read_phone("2079460018", "GB").value == "+442079460018"


@pytest.mark.parametrize(
    ("text", "country", "number", "kind"),
    [
        ("+44 20 7946 0018", "", "+442079460018", None),
        ("020 7946 0018", "GB", "+442079460018", None),
        ("13103937384", "US", "+13103937384", None),
        ("0755-88313819", "CN", "+8675588313819", None),
        ("2054628535.0", "US", "+12054628535", REPAIRED),
        ("4989123456789", "DE", "+4989123456789", None),
        ("4.99E+11", "DE", "", WARNED),
        ("205-462-8535 ext. 12", "US", "+12054628535", REPAIRED),
        ("12", "US", "", WARNED),
        ("call us", "US", "", WARNED),
        ("2054628535", "", "", WARNED),
        ("", "US", "", None),
    ],
)
def test_numbers_as_people_write_them(text: str, country: str, number: str, kind: str | None) -> None:
    read = read_phone(text, country)
    assert (read.value, read.kind) == (number, kind)


@given(st.text(max_size=30), st.sampled_from(["", "US", "GB", "CN", "IT", "ZZ"]))
def test_any_text_gives_a_valid_number_or_nothing(text: str, country: str) -> None:
    read = read_phone(text, country)
    if read.value:
        assert phonenumbers.is_valid_number(phonenumbers.parse(read.value))
        assert read_phone(read.value, country).value == read.value

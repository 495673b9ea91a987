"""Addresses as each country writes them."""

import pytest

from storesync.brands.addresses import country_name, postal_line
from tests.factories import LocationFactory


@pytest.mark.parametrize(
    ("country", "city", "state", "postcode", "line"),
    [
        ("GB", "Leeds", "", "LS1 4DY", "14 Long Row, Leeds LS1 4DY"),
        ("IE", "Dublin", "", "D02 X285", "14 Long Row, Dublin D02 X285"),
        ("US", "Seattle", "WA", "98101", "14 Long Row, Seattle, WA 98101"),
        ("CA", "Toronto", "ON", "M5H 2N2", "14 Long Row, Toronto, ON M5H 2N2"),
        ("AU", "Sydney", "NSW", "2000", "14 Long Row, Sydney NSW 2000"),
        ("DE", "Berlin", "", "10117", "14 Long Row, 10117 Berlin"),
        ("IT", "Milano", "MI", "20121", "14 Long Row, 20121 Milano, MI"),
        ("US", "Seattle", "", "", "14 Long Row, Seattle"),
        ("DE", "", "", "", "14 Long Row"),
    ],
)
def test_the_town_as_the_country_writes_it(
    country: str, city: str, state: str, postcode: str, line: str
) -> None:
    store = LocationFactory.build(
        street="14 Long Row", street_2="", city=city, state=state, postcode=postcode, country=country
    )
    assert store.full_address == line
    assert postal_line(store, home=country, language="en") == line


def test_another_country_than_the_brands_is_named_in_words() -> None:
    store = LocationFactory.build(
        street="Weg 2", street_2="", city="Berlin", state="", postcode="10117", country="DE"
    )
    assert postal_line(store, home="GB", language="en-GB") == "Weg 2, 10117 Berlin, Germany"
    assert postal_line(store, home="GB", language="de") == "Weg 2, 10117 Berlin, Deutschland"


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("GB", "de", "Vereinigtes Königreich"),
        ("GB", "zz-none", "United Kingdom"),
        ("", "en", ""),
        ("QQ", "en", "QQ"),
    ],
)
def test_countries_in_words(code: str, language: str, name: str) -> None:
    assert country_name(code, language) == name

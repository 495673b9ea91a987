"""Finding a store by what people type (LocationQuerySet.matching)."""

import pytest

from storesync.brands.models import Location
from tests.conftest import Cast
from tests.content.data import naughty_strings
from tests.factories import LocationFactory


@pytest.fixture
def store(in_acme: Cast) -> Location:
    return LocationFactory(
        brand=in_acme.acme,
        store_number="15126-157725",
        name="St. John's Quay #2944",
        city="Saint-Étienne",
        postcode="96814-1513",
    )


@pytest.mark.parametrize(
    "text",
    [
        "15126-157725",
        "15126-1577",
        "15126",
        "john's quay",
        "QUAY 151",
        "#2944",
        "saint-ét",
        "96814-1513",
        "st. - quay",
    ],
)
def test_by_number_name_city_and_postcode_as_they_are_written(store: Location, text: str) -> None:
    assert list(Location.objects.matching(text)) == [store]


def test_every_word_has_to_be_there(store: Location) -> None:
    assert not Location.objects.matching("quay dublin").exists()
    assert not Location.objects.matching("15126-999").exists()


def test_what_holds_no_word_leaves_everything(store: Location) -> None:
    assert Location.objects.matching(" -- ' \\ ").count() == Location.objects.count()


def test_no_string_breaks_the_search(store: Location) -> None:
    for text in naughty_strings():
        Location.objects.matching(text).exists()

"""The facts of a store, opening hours in words, and values of a roll-out."""

import pytest
from pydantic import ValidationError

from storesync.content.facts import location_facts
from storesync.content.opening_hours import hours_by_day, opening_hours_in_words
from storesync.content.rendering import compile_message
from storesync.content.theme import Theme
from storesync.content.variables import (
    STANDARD,
    ValueRefused,
    Variable,
    clean_fact,
    is_https,
    validate_values,
    variable_set,
)
from tests.content.samples import VARIABLES, blocks
from tests.factories import BrandFactory, LocationFactory

BRAND = BrandFactory.build(
    name="Acme", language="de", currency="EUR", postal_address="Weg 1\n10115 Berlin", slug="acme"
)


def test_facts_are_exactly_these() -> None:
    store = LocationFactory.build(
        brand=BRAND,
        name="  Acme \x00\ue000 Mitte\n ",
        store_number="7",
        street="Weg 2",
        city="Berlin",
        postcode="10117",
        state="",
        country="DE",
        phone="+493012345678",
        language="",
        currency="",
        opening_hours="Mo-Sa 09:00-20:00",
    )
    assert location_facts(store, BRAND) == {
        "brand_name": "Acme",
        "brand_postal_address": "Weg 1, 10115 Berlin",
        "currency": "EUR",
        "location_address": "Weg 2, 10117 Berlin, Deutschland",
        "location_city": "Berlin",
        "location_language": "de-DE",
        "location_map_url": "https://www.google.com/maps/search/"
        "?api=1&query=Acme%20Mitte%2C%20Weg%202%2C%2010117%20Berlin%2C%20Deutschland",
        "location_name": "Acme Mitte",
        "location_opening_hours": "Mo–Sa 09:00–20:00",
        "location_phone": "+49 30 12345678",
        "store_number": "7",
    }


def test_a_store_of_which_little_is_known() -> None:
    store = LocationFactory.build(
        brand=BRAND, name="X", store_number="1", street="", city="", postcode="", state="", country="",
        phone="", opening_hours="", language="fr", currency="CHF",
    )  # fmt: skip
    facts = location_facts(store, BRAND)
    assert facts["location_language"].startswith("fr") and facts["currency"] == "CHF"
    assert facts["location_map_url"] == facts["location_phone"] == facts["location_address"] == ""


def test_every_fact_is_a_variable_or_known_to_rendering() -> None:
    store = LocationFactory.build(brand=BRAND)
    facts = location_facts(store, BRAND)
    of_stores = {v.name for v in STANDARD.values() if v.source in ("store", "brand")}
    assert of_stores <= set(facts)
    assert set(facts) - of_stores == {"location_language"}
    made = compile_message(
        subject="{{ location_name }}", preheader="", blocks=blocks(), variables=VARIABLES, theme=Theme()
    ).render(facts, {"discount_percentage": "20"})
    assert store.name in made.subject


@pytest.mark.parametrize(
    ("osm", "language", "words"),
    [
        (
            "Mo-Fr 08:00-20:00; Sa 09:00-18:00; Su off",
            "de",
            "Mo–Fr 08:00–20:00, Sa 09:00–18:00, So geschlossen",
        ),
        ("Mo,We,Fr 10:00-12:00,13:00-18:00", "de", "Mo, Mi, Fr 10:00–12:00 & 13:00–18:00"),
        ("09:00-24:00", "de", "09:00–00:00"),
        ("24/7", "en", "open day and night"),
        ("Mo-Fr 08:00-20:00; PH off", "en", "Mo-Fr 08:00-20:00; PH off"),
        ("sunrise-sunset", "en", "sunrise-sunset"),
        ("Mo 08:77-20:00", "en", "Mo 08:77-20:00"),
        ("", "en", ""),
    ],
)
def test_opening_hours_in_words(osm: str, language: str, words: str) -> None:
    assert opening_hours_in_words(osm, language) == words


def test_twelve_hour_clocks() -> None:
    words = opening_hours_in_words("Mo-Fr 08:00-20:30", "en").replace("\u202f", " ")
    assert words == "Mon–Fri 8:00 AM–8:30 PM"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"discount_percentage": " 20.00 "}, {"discount_percentage": "20"}),
        ({"discount_percentage": 20}, {"discount_percentage": "20"}),
        ({"discount_percentage": "20", "price": "9.90"}, {"discount_percentage": "20", "price": "9.9"}),
        (
            {"discount_percentage": "20", "ends_on": "2026-11-27"},
            {"discount_percentage": "20", "ends_on": "2026-11-27"},
        ),
        (
            {"discount_percentage": "20", "mood": "loud", "headline": ""},
            {"discount_percentage": "20", "mood": "loud"},
        ),
        (
            {"discount_percentage": "20", "headline": "Cafe\u0301"},
            {"discount_percentage": "20", "headline": "Café"},
        ),
    ],
)
def test_values_are_kept_in_one_spelling(raw: dict[str, object], kept: dict[str, str]) -> None:
    assert validate_values(raw, VARIABLES) == (kept, [])


@pytest.mark.parametrize(
    ("raw", "name", "says"),
    [
        ({}, "discount_percentage", "missing"),
        ({"discount_percentage": ""}, "discount_percentage", "missing"),
        ({"discount_percentage": "4"}, "discount_percentage", "At least 5"),
        ({"discount_percentage": "51"}, "discount_percentage", "At most 50"),
        ({"discount_percentage": "NaN"}, "discount_percentage", "number"),
        ({"discount_percentage": "1e1"}, "discount_percentage", "number"),
        ({"discount_percentage": "٢٠"}, "discount_percentage", "number"),
        ({"ends_on": "27.11.2026"}, "ends_on", "2026-11-27"),
        ({"mood": "sad"}, "mood", "cosy, loud"),
        ({"landing_page": "http://x.example"}, "landing_page", "https://"),
        ({"headline": "a\x07"}, "headline", "Control"),
        ({"headline": "x" * 2_001}, "headline", "at most 2000"),
        ({"location_name": "x"}, "location_name", "no value of that name"),
        ({"first_name": "x"}, "first_name", "no value of that name"),
        ({"zzz": "x"}, "zzz", "no value of that name"),
    ],
)
def test_values_that_do_not_fit_are_refused(raw: dict[str, object], name: str, says: str) -> None:
    values, problems = validate_values({"discount_percentage": "20"} | raw if raw else raw, VARIABLES)
    assert name not in values
    (problem,) = [problem for problem in problems if problem.name == name]
    assert says in problem.message


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Name"},
        {"name": "_x"},
        {"type": "choice"},
        {"choices": ("a",)},
        {"minimum": "1"},
        {"type": "number", "minimum": "5", "maximum": "1"},
        {"type": "number", "minimum": "x"},
        {"type": "number", "fallback": "x"},
        {"type": "date", "fallback": "soon"},
        {"label": "\ue000"},
    ],
)
def test_declarations_that_make_no_sense_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Variable(**({"name": "x", "label": "X"} | given))  # type: ignore[arg-type]


def test_only_values_of_the_roll_out_are_declared() -> None:
    with pytest.raises(ValueRefused):
        variable_set([Variable(name="x", label="X", source="recipient")])


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/x?y=1#z", True),
        ("https://a.example:443", True),
        ("http://a.example", False),
        ("https://a", False),
        ("https://a.example:x/", False),
        ("https://[::1]/", False),
        ("https://a.example/\n", False),
        ("https://a b.example/", False),
        ("", False),
    ],
)
def test_https(url: str, good: bool) -> None:
    assert is_https(url) is good


def test_facts_are_cut() -> None:
    assert len(clean_fact("x" * 5_000)) == 2_000 and clean_fact(None) == ""


@pytest.mark.parametrize(
    ("language", "country", "tag", "hours"),
    [
        ("en", "GB", "en-GB", "Mon 09:00–18:00"),
        ("en", "US", "en-US", "Mon 9:00 AM–6:00 PM"),
        ("en-IE", "GB", "en-IE", "Mon 09:00–18:00"),
        ("fr", "XX", "fr", "lun. 09:00–18:00"),
    ],
)
def test_a_language_is_written_as_the_country_of_the_store_writes_it(
    language: str, country: str, tag: str, hours: str
) -> None:
    store = LocationFactory.build(
        brand=BRAND, language=language, country=country, phone="", opening_hours="Mo 09:00-18:00"
    )
    facts = location_facts(store, BRAND)
    assert (facts["location_language"], facts["location_opening_hours"]) == (tag, hours)


@pytest.mark.parametrize("language", ["en", "en-GB", "de", "fr", "pl", "ar", "ja"])
def test_opening_hours_by_day_are_those_in_words(language: str) -> None:
    osm = "Mo,We-Fr 08:00-12:00,13:00-18:30; Sa 09:00-14:00; Su off"
    words = opening_hours_in_words(osm, language)
    rows = hours_by_day(words, language)
    assert len(rows) == 3
    assert ", ".join(f"{days} {times}" for days, times in rows) == words


def test_opening_hours_without_days_have_no_rows() -> None:
    assert hours_by_day("open day and night", "en") == ()
    assert hours_by_day("Mo-Fr 08:00-20:00; PH off, week 3", "en") == ()

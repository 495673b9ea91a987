"""The facts of a store, opening hours in words, and values of a roll-out."""

from typing import Any

import pytest
from pydantic import ValidationError

from storesync.brands.models import Brand, Location
from storesync.content.facts import location_facts
from storesync.content.language import render_text
from storesync.content.opening_hours import hours_by_day, opening_hours_in_words
from storesync.content.rendering import compile_message
from storesync.content.theme import Theme
from storesync.content.variables import (
    STANDARD,
    DeclarationRefused,
    Variable,
    clean_fact,
    is_https,
    looked_up,
    sample_value,
    validate_values,
    variable_set,
)
from tests.content.samples import VARIABLES, blocks, message
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
    assert location_facts(store, BRAND, ()) == {
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
    facts = location_facts(store, BRAND, ())
    assert facts["location_language"].startswith("fr") and facts["currency"] == "CHF"
    assert facts["location_map_url"] == facts["location_phone"] == facts["location_address"] == ""


def test_every_fact_is_a_variable_or_known_to_rendering() -> None:
    store = LocationFactory.build(brand=BRAND)
    facts = location_facts(store, BRAND, ())
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
        {"type": "date", "minimum": "5"},
        {"type": "date", "minimum": "2026-12-24", "maximum": "2026-12-01"},
        {"type": "date", "maximum": "2026-12-24", "fallback": "2026-12-25"},
        {"type": "number", "fallback": "x"},
        {"type": "date", "fallback": "soon"},
        {"label": "\ue000"},
    ],
)
def test_declarations_that_make_no_sense_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Variable(**({"name": "x", "label": "X"} | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "recipient"}, "fallback"),
        ({"source": "recipient", "fallback": " "}, "fallback"),
        ({"source": "recipient", "fallback": "3", "type": "number"}, "type"),
        ({"name": "location_name"}, "name"),
    ],
)
def test_declarations_that_fit_no_template_are_refused(given: dict[str, Any], field: str) -> None:
    """Rule T3: of a recipient anything may be unknown, so a fallback is compulsory."""
    with pytest.raises(DeclarationRefused) as refused:
        variable_set([Variable(**({"name": "x", "label": "X"} | given))])
    assert refused.value.field == field


def test_values_of_store_and_brand_are_facts() -> None:
    """Rule A3: whatever a message shows of store and brand is in what is hashed."""
    declared = variable_set(
        [
            Variable(name="parking", label="Parking", source="store", key="Parking spaces", type="number"),
            Variable(name="ramp", label="Ramp", source="store"),
            Variable(name="support_phone", label="Support", source="brand"),
            Variable(name="club", label="Club", source="brand", fallback="our club"),
            Variable(name="offer", label="Offer", required=False),
        ]
    )
    looked = looked_up(declared.values())
    assert [one.name for one in looked] == ["parking", "ramp", "support_phone", "club"]
    store = Location(name="York", attributes={"Parking spaces": 12.0, "ramp": ["a"]})
    brand = Brand(name="Acme", template_values={"support_phone": " 0800\ue000 123 "})
    facts = location_facts(store, brand, looked)
    assert {name: facts[name] for name in ("parking", "ramp", "support_phone", "club")} == {
        "parking": "12",
        "ramp": "",
        "support_phone": "0800 123",
        "club": "",
    }
    text, missing = render_text("{{ parking }} {{ support_phone }} {{ club }} {{ ramp }}", declared, facts)
    assert text == "12 0800 123 our club "
    assert [(one.name, one.source) for one in missing] == [("ramp", "store")]


def test_a_message_asks_for_the_facts_it_shows() -> None:
    declared = variable_set(
        [Variable(name=name, label="X", source="brand", fallback="x") for name in ("shown", "unused")]
    )
    made = message(subject="{{ shown }}", preheader="", blocks=[], variables=declared)
    assert [one.name for one in made.declared_facts] == ["shown"]


@pytest.mark.parametrize("name", ["self", "true", "if", "none", "loop"])
def test_words_of_the_language_are_no_names(name: str) -> None:
    with pytest.raises(ValidationError, match="word of the template language"):
        Variable(name=name, label="X")


@pytest.mark.parametrize(
    ("given", "value", "language", "shown"),
    [
        ({"type": "date", "format": "short"}, "2026-11-27", "de", "27.11.26"),
        ({"type": "date", "format": "medium"}, "2026-11-27", "en", "Nov 27, 2026"),
        ({"type": "date", "format": "weekday"}, "2026-11-27", "fr", "vendredi"),
        ({"type": "money", "format": "0"}, "1299.90", "en", "€1,300"),
        ({"type": "money", "format": "2"}, "20", "de", "20,00\xa0€"),
        ({"type": "number", "format": "1"}, "1234.56", "de", "1.234,6"),
        ({"type": "percent", "format": "1"}, "12.5", "de", "12,5\xa0%"),
        ({"type": "percent", "format": "0"}, "20", "en", "20%"),
    ],
)
def test_a_declared_format_is_how_a_value_is_written(
    given: dict[str, Any], value: str, language: str, shown: str
) -> None:
    declared = variable_set([Variable(name="x", label="X", **given)])
    text, _missing = render_text("{{ x }}", declared, {"x": value}, language=language, currency="EUR")
    assert text == shown


def test_yen_have_no_decimals() -> None:
    declared = variable_set([Variable(name="x", label="X", type="money", format="2")])
    assert render_text("{{ x }}", declared, {"x": "1200"}, currency="JPY")[0] == "¥1,200"


@pytest.mark.parametrize(
    ("given", "sample"),
    [
        ({"type": "choice", "choices": ("cosy", "loud")}, "cosy"),
        ({"type": "number", "maximum": "7"}, "7"),
        ({"type": "money"}, "20"),
        ({"type": "date"}, "2026-12-24"),
        ({"type": "url"}, "https://example.com/"),
        ({"label": "Long words", "max_length": 4}, "Long"),
        ({"sample": "Mine"}, "Mine"),
    ],
)
def test_samples_fit_their_variable(given: dict[str, Any], sample: str) -> None:
    variable = Variable(**({"name": "x", "label": "X"} | given))
    assert sample_value(variable) == sample
    variable.parse(sample)


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
    facts = location_facts(store, BRAND, ())
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

"""The action: what becomes of locations (Rule L3), in one transaction, with history."""

import random
import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storesync.brands.events import LocationsChanged
from storesync.brands.imports import ImportReport, UnreadableFile, countries, engine
from storesync.brands.models import Brand, Location
from storesync.core.errors import ActionRefused
from storesync.core.scoping import ScopeError, all_brands, brand_scope
from tests.brands.imports.conftest import Importer
from tests.conftest import Cast
from tests.factories import BrandFactory, LocationFactory, RegionFactory

HEADER = "number,name,street,city,state,zip,country,phone,lat,lon,timezone,email\n"
LEEDS = (
    "118,Leeds Arcade,1 Briggate,Leeds,,LS1 6HD,United Kingdom,0113 496 0000,53.79,-1.54,Europe/London,"
    "l@a.example\n"
)
AUSTIN = "7,Austin,1 Main St,Austin,TX,78701,USA,(512) 472-1234,30.26,-97.74,CST6CDT,a@a.example\n"


def outcome(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def said(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(finding.row, finding.column, finding.kind, finding.value) for finding in report.findings]


def everything() -> list[dict[str, Any]]:
    return list(Location.objects.order_by("store_number").values())


def test_new_locations_hold_what_the_file_says(brand: Brand, load: Importer) -> None:
    report = load(HEADER + LEEDS + AUSTIN)
    assert (outcome(report), report.repaired, report.warned) == ((2, 0, 0, 0), 0, 0)
    leeds, austin = Location.objects.order_by("store_number")
    assert (leeds.store_number, leeds.name, leeds.country, leeds.postcode) == (
        "118",
        "Leeds Arcade",
        "GB",
        "LS1 6HD",
    )
    assert (str(leeds.phone), leeds.time_zone, leeds.email) == (
        "+441134960000",
        "Europe/London",
        "l@a.example",
    )
    assert (austin.country, str(austin.phone), austin.time_zone) == ("US", "+15124721234", "America/Chicago")
    assert (float(austin.latitude or 0), float(austin.longitude or 0)) == (30.26, -97.74)
    assert (austin.status, austin.region, austin.attributes) == ("open", None, {})
    assert austin.id.version == 7
    austin.full_clean()
    leeds.full_clean()


def test_the_second_run_changes_and_writes_nothing(brand: Brand, load: Importer) -> None:
    load(HEADER + LEEDS + AUSTIN)
    before, history = everything(), Location.history.rel.related_model.objects.count()  # type: ignore[attr-defined]
    report = load(HEADER + LEEDS + AUSTIN)
    assert outcome(report) == (0, 0, 2, 0)
    assert everything() == before
    assert Location.history.rel.related_model.objects.count() == history  # type: ignore[attr-defined]


def test_only_what_changed_is_written_and_named(brand: Brand, load: Importer) -> None:
    load(HEADER + LEEDS + AUSTIN)
    before = {row["store_number"]: row["updated_at"] for row in everything()}
    report = load(HEADER + LEEDS + AUSTIN.replace("1 Main St", "2 Main St"))
    assert outcome(report) == (0, 1, 1, 0)
    assert said(report) == [(3, "street", "changed", "2 Main St")]
    assert [finding.reason for finding in report.findings] == ["was: 1 Main St"]
    after = {row["store_number"]: row["updated_at"] for row in everything()}
    assert after["118"] == before["118"]
    assert Location.objects.get(store_number="7").street == "2 Main St"


def test_those_above_hear_which_facts_have_changed(
    brand: Brand, load: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """product.md: a fact that changes after approval flags the campaign, an import's too."""
    load(HEADER + LEEDS + AUSTIN)
    told: list[LocationsChanged] = []
    monkeypatch.setattr(engine, "publish", told.append)
    moved = AUSTIN.replace("1 Main St", "2 Main St").replace("a@a.example", "b@a.example")
    load(HEADER + LEEDS.replace("53.79", "53.80") + moved, dry_run=True)
    assert told == []
    load(HEADER + LEEDS.replace("53.79", "53.80") + moved)
    ids = dict(Location.objects.values_list("store_number", "pk"))
    assert sorted(told, key=lambda event: len(event.fields)) == [
        LocationsChanged(brand.pk, (ids["118"],), frozenset({"latitude"})),
        LocationsChanged(brand.pk, (ids["7"],), frozenset({"street", "email"})),
    ]
    told.clear()
    load(HEADER + LEEDS.replace("53.79", "53.80") + moved)
    assert told == []


def test_the_history_names_the_actor_the_verb_and_the_file(cast: Cast, load: Importer, brand: Brand) -> None:
    load(HEADER + AUSTIN, actor=cast.admin)
    load(HEADER + AUSTIN.replace("1 Main St", "2 Main St"), actor=cast.admin)
    events = Location.objects.get().history.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [event.pgh_label for event in events] == ["insert", "update"]
    for event in events:
        assert event.pgh_context["actor"] == cast.admin.pk
        assert event.pgh_context["verb"] == "locations.imported"
        assert event.pgh_context["file"] == "stores.csv"


def test_a_dry_run_says_the_same_and_writes_nothing(brand: Brand, load: Importer) -> None:
    load(HEADER + LEEDS)
    before = everything()
    text = HEADER + LEEDS.replace("Arcade", "Market") + AUSTIN + ",none\n"
    dry, wet = load(text, dry_run=True), None
    assert everything() == before
    wet = load(text)
    assert dry.counts == wet.counts
    assert list(dry.findings) == list(wet.findings)
    assert outcome(wet) == (1, 1, 0, 1)


def test_a_blank_cell_leaves_what_is_there_unless_blank_clears(brand: Brand, load: Importer) -> None:
    """Rule L3."""
    load(HEADER + LEEDS)
    blank = HEADER + "118" + "," * 11 + "\n"
    assert outcome(load(blank)) == (0, 0, 1, 0)
    assert outcome(load(blank, blank="clear")) == (0, 1, 0, 0)
    leeds = Location.objects.get()
    assert (leeds.name, leeds.street, str(leeds.phone), leeds.latitude) == ("Leeds Arcade", "", "", None)
    assert leeds.time_zone == "America/Chicago"
    assert outcome(load(blank, blank="clear")) == (0, 0, 1, 0)


def test_columns_that_the_file_does_not_have_are_left_alone(brand: Brand, load: Importer) -> None:
    load(HEADER + LEEDS)
    assert outcome(load("number,city\n118,York\n", blank="clear")) == (0, 1, 0, 0)
    leeds = Location.objects.get()
    assert (leeds.city, leeds.street, leeds.country) == ("York", "1 Briggate", "GB")


def test_bad_cells_are_blank_with_a_warning_and_the_row_is_in(brand: Brand, load: Importer) -> None:
    """Rule L3."""
    report = load(HEADER + "9,Here,1 St,Town,TX,ABC,USA,12,0,0,Mars/Base,nobody\n")
    assert (outcome(report), report.warned, report.repaired) == ((1, 0, 0, 0), 1, 0)
    assert {(column, kind) for _row, column, kind, _value in said(report)} == {
        ("zip", "warned"), ("phone", "warned"), ("lat", "warned"), ("timezone", "warned"),
        ("email", "warned"),
    }  # fmt: skip
    location = Location.objects.get()
    assert (location.postcode, str(location.phone), location.latitude, location.email) == ("", "", None, "")
    assert location.time_zone == "America/Chicago"


def test_every_repair_is_reported(brand: Brand, load: Importer) -> None:
    """Rule L3: `GMT+08:00 Asia/Beijing` is Asia/Shanghai, `Great Britan` is GB."""
    report = load(
        "number,country,timezone,zip,state,lat,lon\n"
        "1,China,GMT+08:00 Asia/Beijing,100052,11,116.38,39.9\n"
        "2,Great Britan,Europe/London,,,,\n"
        "3,USA,America/New_York,7083,NJ,40.7,-74.3\n"
    )
    assert (outcome(report), report.repaired) == ((3, 0, 0, 0), 3)
    assert [(f.row, f.column, f.reason.rpartition(": ")[2]) for f in report.findings] == [
        (2, "timezone", "Asia/Shanghai"),
        (2, "lat", "39.900000, 116.380000"),
        (3, "country", "GB"),
        (4, "zip", "07083"),
    ]


def test_missing_and_doubtful_numbers_are_refused_by_name(brand: Brand, load: Importer) -> None:
    """Rule L3."""
    report = load('number,name\n,None\n1.2E+05,Rounded\n5,"a, b",c\n6,Six\n\n7\n')
    assert outcome(report) == (2, 0, 0, 3)
    assert [(f.row, f.kind) for f in report.findings][:3] == [(2, "refused"), (3, "refused"), (4, "refused")]
    assert report.rows == 5
    assert Location.objects.get(store_number="7").name == "7"


@pytest.mark.parametrize(
    ("choice", "kept", "refused"), [("fail", [], [2, 4]), ("first", ["A"], [4]), ("last", ["C"], [2])]
)
def test_rows_of_one_number(
    brand: Brand, load: Importer, choice: str, kept: list[str], refused: list[int]
) -> None:
    report = load("number,name\n1,A\n2,B\n1,C\n", duplicates=choice)
    assert sorted(set(Location.objects.values_list("name", flat=True)) - {"B"}) == kept
    assert [f.row for f in report.findings] == refused
    assert report.new + report.refused == report.rows == 3


def test_stores_that_are_gone_are_reported_or_closed(brand: Brand, load: Importer) -> None:
    load("number,name\n1,A\n2,B\n3,C\n")
    report = load("number,name\n1,A\n")
    assert (report.gone, report.closed, outcome(report)) == (2, 0, (0, 0, 1, 0))
    assert [(f.number, f.kind, f.value) for f in report.findings] == [("2", "gone", "B"), ("3", "gone", "C")]
    assert load("number,name\n1,A\n", gone="close", dry_run=True).closed == 2
    assert Location.objects.filter(status="closed").count() == 0
    assert load("number,name\n1,A\n", gone="close").closed == 2
    assert list(Location.objects.filter(status="closed").values_list("store_number", flat=True)) == ["2", "3"]
    assert all(location.closed_on for location in Location.objects.filter(status="closed"))
    assert load("number,name\n1,A\n").gone == 0


def test_nothing_is_closed_when_a_number_is_doubtful_or_refused(brand: Brand, load: Importer) -> None:
    load("number,name\n1,A\n2,B\n")
    with pytest.raises(ActionRefused, match="doubtful"):
        load("number,name\n1,A\n,B\n", gone="close")
    assert Location.objects.filter(status="open").count() == 2
    assert load("number,name\n1,A\n2,B\n2,X\n", gone="close").closed == 0


def test_a_name_is_built_where_there_is_none(brand: Brand, load: Importer) -> None:
    report = load("number,name,city\n1,,Leeds\n2,Two,York\n")
    assert Location.objects.get(store_number="1").name == "Leeds 1"
    assert [(f.row, f.column, f.kind) for f in report.findings] == [(2, "name", "repaired")]
    assert load("number,city\n3,Hull\n").notes[0].startswith("No column holds the name")
    assert Location.objects.get(store_number="3").name == "Hull 3"
    assert outcome(load("number,name,city\n1,,Leeds\n")) == (0, 0, 1, 0)


def test_the_country_of_a_file_without_one(brand: Brand, load: Importer) -> None:
    load("number,state,zip,phone\n1,AL,35404,2054628535\n2,ON,M5V 3L9,416-979-1234\n3,,,\n")
    assert list(Location.objects.order_by("store_number").values_list("country", flat=True)) == [
        "US",
        "CA",
        "US",
    ]
    Location.objects.filter(store_number="3").update(country="MX")
    assert load("number,state,zip\n3,,\n").unchanged == 1


def test_temporary_closing_and_status(brand: Brand, load: Importer) -> None:
    load("number,temp_closed\n1,1\n2,0\n3,\n")
    statuses = Location.objects.order_by("store_number").values_list("status", flat=True)
    assert list(statuses) == ["temporarily_closed", "open", "open"]
    Location.objects.filter(store_number="2").update(status="closed")
    assert outcome(load("number,temp_closed\n1,0\n2,0\n3,1\n")) == (0, 2, 1, 0)
    assert list(statuses.all()) == ["open", "closed", "temporarily_closed"]
    load("number,status\n2,Open\n")
    assert list(statuses.all()) == ["open", "open", "temporarily_closed"]


def test_regions_and_attributes(brand: Brand, load: Importer) -> None:
    north = RegionFactory(brand=brand, name="North")
    brand.attribute_schema = [{"key": "ownership", "type": "text"}]
    brand.save()
    text = "number,area,Ownership,open_date\n1,north,Licensed,2012-11-08\n2,Nowhere,,\n"
    report = load(text, mapping={"area": "region"})
    one, two = Location.objects.order_by("store_number")
    assert (one.region, one.attributes, str(one.opened_on)) == (
        north,
        {"ownership": "Licensed"},
        "2012-11-08",
    )
    assert (two.region, two.attributes, two.opened_on) == (None, {}, None)
    assert said(report) == [(3, "area", "warned", "Nowhere")]
    Location.objects.filter(pk=one.pk).update(attributes={"ownership": "Licensed", "other": 1})
    assert load(text, mapping={"area": "region"}).unchanged == 2
    load("number,Ownership\n1,\n", blank="clear")
    assert Location.objects.get(store_number="1").attributes == {"other": 1}


def test_signs_that_copy_could_mistake(brand: Brand, load: Importer) -> None:
    load('number,name,city\n1,"back\\slash \\N, ""quoted""","tab\there\nand line"\n2,\\N,Town\n')
    one, two = Location.objects.order_by("store_number")
    assert (one.name, one.city) == ('back\\slash \\N, "quoted"', "tab here and line")
    assert two.name == "Town 2"


def test_another_brands_store_of_the_same_number_is_not_touched(brand: Brand, load: Importer) -> None:
    other = BrandFactory()
    with brand_scope([other.pk]):
        LocationFactory(brand=other, store_number="118", name="Elsewhere")
    load(HEADER + LEEDS)
    load("number,name\n5,Five\n", gone="close")
    with all_brands("a test"):
        elsewhere = Location.objects.get(brand=other)
    assert (elsewhere.name, elsewhere.status) == ("Elsewhere", "open")


def test_without_scope_or_right_nothing_happens(cast: Cast, brand: Brand, load: Importer) -> None:
    with brand_scope([cast.acme.pk]), pytest.raises(ScopeError):
        load(HEADER + LEEDS)
    with pytest.raises(PermissionDenied):
        load(HEADER + LEEDS, actor=cast.manager)  # manages another brand
    assert not Location.objects.exists()


def test_a_file_that_breaks_half_way_leaves_nothing(brand: Brand, load: Importer) -> None:
    """Fault 26: all of it or nothing."""
    with pytest.raises(UnreadableFile, match="never closed"):
        load("number,name\n" + "".join(f"{n},Store\n" for n in range(5000)) + '5001,"open\n')
    assert not Location.objects.exists()
    assert load("number,name\n1,One\n").new == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_brand_do_not_run_into_each_other(brand: Brand, load: Importer) -> None:
    held, done = threading.Event(), threading.Event()

    def other() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                key = f"location import {brand.pk}"
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
                held.set()
                done.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert held.wait(20)
        with pytest.raises(ActionRefused, match="Another import"):
            load(HEADER + LEEDS)
    finally:
        done.set()
        thread.join()
    assert load(HEADER + LEEDS).new == 1


cell = st.text(st.characters(blacklist_characters="\0", codec="utf-8"), max_size=30)


@given(
    numbers=st.lists(st.integers(1, 9999), unique=True, min_size=1, max_size=12),
    cells=st.lists(st.tuples(cell, cell, cell, cell, cell, cell, cell), min_size=12, max_size=12),
    seed=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_in_any_order_give_the_same_and_then_nothing_new(
    brand: Brand, load: Importer, numbers: list[int], cells: list[tuple[str, ...]], seed: int
) -> None:
    """Whatever the cells hold, each row is in; the order does not matter; once more changes nothing."""
    columns = ["number", "name", "city", "zip", "country", "phone", "lat", "timezone"]
    rows = [[str(number), *row] for number, row in zip(numbers, cells, strict=False)]

    def text(order: list[list[str]]) -> str:
        return "\n".join(
            ",".join('"' + value.replace('"', '""') + '"' for value in row) for row in [columns, *order]
        )

    def facts() -> list[dict[str, Any]]:
        skip = {"id", "created_at", "updated_at"}
        return [{key: value for key, value in row.items() if key not in skip} for row in everything()]

    with transaction.atomic():
        assert outcome(load(text(rows))) == (len(rows), 0, 0, 0)
        assert outcome(load(text(rows))) == (0, 0, len(rows), 0)
        first = facts()
        Location.objects.all().delete()
        random.Random(seed).shuffle(rows)
        load(text(rows))
        assert facts() == first
        transaction.set_rollback(True)


def test_a_wrong_column_does_not_cost_a_guess_for_every_row(
    brand: Brand, load: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 26: thousands of different unknown countries cost a few hundred searches."""
    searched: list[str] = []
    likeliest = countries._likeliest

    def counting(plain: str) -> tuple[str, float, float]:
        searched.append(plain)
        return likeliest(plain)

    monkeypatch.setattr(countries, "_likeliest", counting)
    text = "number,country\n" + "".join(f"{n},Street of {n}\n" for n in range(1, 5001))
    report = load(text + "6000,Germany\n")
    assert (report.new, report.warned) == (5001, 5000)
    assert len(searched) == 300
    assert Location.objects.get(store_number="6000").country == "DE"

"""Files that chains have published: nothing is lost, and what is repaired is what the data README says."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storesync.brands.imports import ImportOptions, ImportReport, UnreadableFile, import_locations
from storesync.brands.models import Brand, Location

US = {  # rows, new, refused
    "abercrombie_fitch_locations": (221, 221, 0),
    "aldi_locations": (2362, 2362, 0),
    "apple_store_locations": (273, 273, 0),
    "dollar-general_locations": (20183, 20183, 0),
    "home-depot_locations": (2002, 2002, 0),
    "mcdonalds_locations": (11197, 11197, 0),
    "nike_locations": (295, 295, 0),
    "sephora": (1598, 1593, 5),
    "trader_joes_locations": (578, 576, 2),
}


def load_file(brand: Brand, path: Path, **options: Any) -> ImportReport:
    with path.open("rb") as source:
        return import_locations(
            brand=brand,
            source=source,
            mapping={},
            options=ImportOptions(**options),
            actor=None,
            name=path.name,
        )


def test_every_row_of_the_starbucks_file_is_imported_or_named(brand: Brand, real_data: Path) -> None:
    path = real_data / "stores/starbucks_worldwide.csv"
    with load_file(brand, path) as report:
        findings = list(report.findings)
        assert report.rows == 25_600
        assert (report.new, report.refused) == (25_598, 2)
        assert {f.number for f in findings if f.kind == "refused"} == {"19773-160973"}
        assert all(f.row and f.reason for f in findings)
        repairs = Counter((f.column, f.value, f.reason[-2:]) for f in findings if f.kind == "repaired")
        assert repairs["Country", "Great Britan", "GB"] == 901
        assert repairs["Country", "Thiland", "TH"] == 289
        assert repairs["Country", "Proto Rueico", "PR"] == 24
        zones = [f for f in findings if f.column == "Timezone"]
        assert Counter(f.kind for f in zones) == {"repaired": 2942}
        assert {f.reason.rpartition(": ")[2] for f in zones if "Beijing" in f.value} == {"Asia/Shanghai"}
        assert not [f for f in findings if f.column == "Country" and f.kind != "repaired"]
    assert Location.objects.filter(country="").count() == 0
    assert Location.objects.filter(country="GB").count() == 901
    assert Location.objects.filter(time_zone="Asia/Shanghai").count() == 2731
    with path.open(encoding="utf-8", newline="") as source:
        names = {row["Store_Number"]: " ".join(row["Store_Name"].split()) for row in csv.DictReader(source)}
    kept = dict(Location.objects.values_list("store_number", "name"))
    assert len(kept) == 25_598
    other = {
        number: name for number, name in kept.items() if name != unicodedata.normalize("NFC", names[number])
    }
    assert other == {"26048-243344": "Borders – Mall of the Emirates"}
    with load_file(brand, path) as again:
        assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, 25_598, 2)


def test_the_difference_of_two_snapshots_is_that_of_a_plain_comparison(brand: Brand, real_data: Path) -> None:
    columns = ["name", "street", "city", "latitude", "longitude", "phone", "zip", "state", "temp_closed"]
    paths = [real_data / f"stores/us/dollar-tree_locations_2024-03-{day}.csv" for day in (13, 18)]
    tables = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as source:
            tables.append({row["clientkey"]: [row[c] for c in columns] for row in csv.DictReader(source)})
    first, second = tables
    both = first.keys() & second.keys()
    changed = {key for key in both if first[key] != second[key]}
    with load_file(brand, paths[0]) as report:
        assert (report.new, report.refused) == (len(first), 0)
    with load_file(brand, paths[1]) as report:
        assert report.refused == 0
        assert report.new == len(second.keys() - first.keys())
        assert report.changed == len(changed)
        assert report.unchanged == len(both - changed)
        assert report.gone == len(first.keys() - second.keys())
        assert {f.number for f in report.findings if f.kind == "changed"} == changed
    with load_file(brand, paths[0]) as back:
        assert back.gone == len(second.keys() - first.keys())
        # A blank cell says nothing: two stores that closed for a time do not open again by it.
        told = {
            k for k in both if any(old and old != new for old, new in zip(first[k], second[k], strict=True))
        }
        assert back.changed == len(told) == len(changed) - 2


@pytest.mark.parametrize("name", US)
def test_other_chains(brand: Brand, real_data: Path, name: str) -> None:
    with load_file(brand, real_data / f"stores/us/{name}.csv") as report:
        assert (report.rows, report.new, report.refused) == US[name]
    assert Location.objects.count() == US[name][1]
    with load_file(brand, real_data / f"stores/us/{name}.csv") as again:
        assert (again.new, again.changed, again.unchanged) == (0, 0, US[name][1])


def test_what_is_no_list_of_stores_is_refused_with_a_word(brand: Brand, real_data: Path) -> None:
    paths = [
        *(real_data / "messy").rglob("*.?sv"),
        *(real_data / f"stores/{name}.csv" for name in ("ikea", "despar_it", "brand_opening_rules")),
    ]
    assert len(paths) > 30
    for path in paths:
        with pytest.raises(UnreadableFile, match="store number|columns"):
            load_file(brand, path)


def test_a_file_without_known_number_column_is_mapped_by_hand(brand: Brand, real_data: Path) -> None:
    path = real_data / "stores/despar_it.csv"
    with path.open("rb") as source:
        report = import_locations(
            brand=brand,
            source=source,
            mapping={"id_": "number"},
            options=ImportOptions(duplicates="first"),
            actor=None,
        )
    with path.open(encoding="utf-8", newline="") as file:
        ids = [row["id_"] for row in csv.DictReader(file)]
    with report:
        assert (report.new, report.refused) == (len(set(ids)), len(ids) - len(set(ids)))
    assert Location.objects.count() == len(set(ids))

"""Columns matched by name, and corrected by a person."""

import pytest

from storesync.brands.imports.mapping import ColumnMap, field_named, match_columns
from storesync.brands.imports.reading import UnreadableFile


def match(
    *rows: list[str], chosen: dict[str, str] | None = None, attributes: tuple[str, ...] = ()
) -> ColumnMap:
    return match_columns(list(enumerate(rows, 1)), chosen or {}, attributes)


def test_names_of_real_files() -> None:
    found = match(
        ["Store Number", "Ownership Type", "zip", "lng", "lat", "storeName", "Timezone", "temp_closed"]
    )
    assert found.fields == {
        "store_number": 0, "postcode": 2, "longitude": 3, "latitude": 4, "name": 5, "time_zone": 6,
        "temporarily_closed": 7,
    }  # fmt: skip
    assert found.unmatched == ("Ownership Type",)
    assert match(["clientkey", "street"]).fields == {"store_number": 0, "street": 1}


def test_the_surer_of_two_names_wins_wherever_it_stands() -> None:
    found = match(["state", "store_id", "state_abbr", "store_number"])
    assert (found.column("state"), found.column("store_number")) == ("state_abbr", "store_number")
    assert set(found.unmatched) == {"state", "store_id"}


def test_the_column_that_tells_stores_apart_is_the_number() -> None:
    rows = [[f"U{n}", str(n % 5)] for n in range(50)]
    assert match(["store_id", "store_no"], *rows).column("store_number") == "store_id"
    rows = [[f"U{n}", str(n)] for n in range(50)]
    assert match(["store_id", "store_no"], *rows).column("store_number") == "store_no"


def test_the_header_is_found_below_titles() -> None:
    found = match(["Our stores"], ["", ""], ["number", "name", "city"], ["1", "A", "Leeds"])
    assert (found.header_row, found.width) == (3, 3)


def test_a_person_corrects_ignores_and_names_attributes() -> None:
    found = match(
        ["pk", "store_number", "name", "Ownership"],
        chosen={"pk": "number", "name": "-", "ownership": "attributes.ownership"},
    )
    assert found.fields == {"store_number": 0, "attributes.ownership": 3}
    assert set(found.unmatched) == {"store_number", "name"}


def test_columns_of_the_brands_attributes_are_matched() -> None:
    assert match(["number", "Drive Thru"], attributes=("drive_thru",)).fields["attributes.drive_thru"] == 1


def test_a_file_without_header_is_mapped_by_position() -> None:
    found = match(["A1", "Leeds"], ["A2", "York"], chosen={"#1": "store_number", "#2": "city"})
    assert (found.header_row, found.fields) == (0, {"store_number": 0, "city": 1})


@pytest.mark.parametrize(
    ("rows", "chosen", "word"),
    [
        ([["a", "b"]], {}, "No column holds the store number"),
        ([["number"]], {"x": "name"}, "no column “x”"),
        ([["number"]], {"number": "colour"}, "is no field"),
        ([["number"]], {"number": "attributes.Not OK"}, "is no field"),
        ([["number", "a", "b"]], {"a": "name", "b": "name"}, "Two columns"),
        ([["number", "b"]], {"#9": "name"}, "has 2 columns"),
    ],
)
def test_what_cannot_be_matched_is_named(rows: list[list[str]], chosen: dict[str, str], word: str) -> None:
    with pytest.raises(UnreadableFile, match=word):
        match(*rows, chosen=chosen)


def test_fields_are_known_by_any_of_their_names() -> None:
    assert field_named("zip") == field_named("postcode") == "postcode"
    assert field_named("nothing") is None

"""`manage.py import_locations`: the arguments, the words on the terminal, the JSON object, the error file."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from storesync.brands.models import Brand, Location


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    path = tmp_path / "stores.csv"
    path.write_text("key,name,country,phone\n1,=cmd,Great Britan,12\n2,Two,USA,2054628535\n,None,,\n")
    return path


def run(path: Path, *args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_locations", str(path), "--brand", "chain", *args, stdout=out, **options)
    return out.getvalue()


def test_the_words_on_the_terminal(brand: Brand, stores: Path) -> None:
    out = run(stores, "--map", "key=number")
    assert "key -> store_number" in out
    assert "repaired  row 2: country: 'Great Britan': misspelt name of United Kingdom: GB" in out
    assert "refused   row 4: key: '': the store number is missing" in out
    assert "rows 3, new 2, changed 0, unchanged 0, repaired 1, warned 1, refused 1, gone 0, closed 0" in out
    assert Location.objects.count() == 2


def test_one_json_object(brand: Brand, stores: Path) -> None:
    told = json.loads(run(stores, "--map", "key=number", "--json", "--dry-run"))
    assert told["counts"]["new"] == 2
    assert told["dry_run"] is True
    assert told["seconds"] > 0
    assert told["peak_memory_mb"] > 1
    assert told["columns"] == {
        "key": "store_number", "name": "name", "country": "country", "phone": "phone",
    }  # fmt: skip
    assert [finding["row"] for finding in told["findings"]] == [2, 2, 4]
    assert set(told["findings"][0]) == {"row", "number", "column", "kind", "value", "reason"}
    assert not Location.objects.exists()


def test_the_error_file_has_all_and_no_live_formula(brand: Brand, stores: Path, tmp_path: Path) -> None:
    """Fault 27: exports contain no formula cell."""
    errors = tmp_path / "errors.csv"
    stores.write_text("number,phone\n1,=1+1\n2,@x\n")
    run(stores, "--errors", str(errors))
    with errors.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["'=1+1", "'@x"]
    assert [row["row"] for row in rows] == ["2", "3"]


def test_long_lists_are_cut_on_the_terminal_only(brand: Brand, stores: Path) -> None:
    stores.write_text("number,phone\n" + "".join(f"{n},x\n" for n in range(1, 80)))
    assert "and 29 more" in run(stores, "--dry-run")
    assert len(json.loads(run(stores, "--dry-run", "--json"))["findings"]) == 79


def test_choices_reach_the_action(brand: Brand, stores: Path) -> None:
    stores.write_text("number,name,city\n1,A,Leeds\n2,B,York\n2,C,York\n")
    run(stores, "--duplicates", "last")
    assert Location.objects.get(store_number="2").name == "C"
    stores.write_text("number,name,city\n1,A,\n")
    run(stores, "--blank", "clear", "--gone", "close")
    assert Location.objects.get(store_number="1").city == ""
    assert Location.objects.get(store_number="2").status == "closed"


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--map", "key"], "COLUMN=FIELD"),
        (["--map", "nothing=name"], "No column holds the store number"),
        (["--map", "key=number", "--map", "nothing=name"], "no column “nothing”"),
        (["--brand", "nobody"], "no brand"),
    ],
)
def test_mistakes_are_told_in_a_line(brand: Brand, stores: Path, args: list[str], word: str) -> None:
    with pytest.raises(CommandError, match=word):
        run(stores, *args)


def test_a_missing_file(brand: Brand, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv")

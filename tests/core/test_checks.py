"""What is said of a database that cannot carry StoreSync."""

import pytest
from django.core.checks import run_checks

from storesync.core.checks import judge

GOOD = (180004, "18.4", "on", "on", "0.8.1")


def test_embedded_database_is_good(db: None) -> None:
    assert [error for error in run_checks(databases=["default"]) if error.id.startswith("core.")] == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({0: 150010, 1: "15.10"}, "core.E001"),
        ({4: None}, "core.E002"),
        ({4: "0.6.2"}, "core.E003"),
        ({2: "off"}, "core.E004"),
        ({3: "off"}, "core.E004"),
    ],
)
def test_what_is_missing_is_named(change: dict[int, object], error: str) -> None:
    server = [change.get(place, value) for place, value in enumerate(GOOD)]
    assert [found.id for found in judge(*server)] == [error]  # type: ignore[arg-type]
    assert judge(*GOOD) == []

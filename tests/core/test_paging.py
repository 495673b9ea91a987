"""Keyset pages: every row exactly once, whichever way one walks, with NULLs and ties."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storesync.brands.models import Location
from storesync.core import paging
from storesync.core.paging import keyset_page
from tests.conftest import Cast
from tests.factories import LocationFactory

PATHS = ["city", "closed_on", "latitude", "region__name", "created_at", "store_number", "pk"]
ORDERS = st.lists(
    st.tuples(st.sampled_from(PATHS), st.booleans()).map(lambda key: ("-" if key[1] else "") + key[0]),
    max_size=3,
    unique_by=lambda path: path.lstrip("-"),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "city": st.sampled_from(["", "Leeds", "York", "Åre"]),
            "closed_on": st.sampled_from([None, date(2026, 1, 1), date(2026, 1, 2)]),
            "latitude": st.sampled_from([None, 0, 53.8]),
            "in_region": st.booleans(),
        }
    ),
    max_size=14,
)


def walk(order: list[str], size: int) -> tuple[list[Any], str]:
    """All rows, page after page, and the cursor that leads back from the last page."""
    seen: list[Any] = []
    cursor = back = ""
    while True:
        page = keyset_page(Location.objects.all(), order=order, cursor=cursor, size=size)
        if page.rows:
            assert page.start == len(seen) + 1
        seen += page.rows
        back, cursor = page.previous, page.next
        if not cursor:
            return seen, back


@given(rows=ROWS, order=ORDERS, size=st.sampled_from([1, 2, 3, 5]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_all_pages_meets_every_row_once_and_back_again(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]], order: list[str], size: int
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZES", (1, 2, 3, 5))
    Location.objects.all().delete()
    for row in rows:
        region = in_acme.north if row.pop("in_region") else None
        place = {"latitude": row["latitude"], "longitude": 1 if row["latitude"] is not None else None}
        LocationFactory(brand=in_acme.acme, region=region, **row | place)
    keys = [paging.Key(path.lstrip("-"), path.startswith("-")) for path in order]
    if not {"pk", "-pk"} & set(order):
        keys.append(paging.Key("pk", keys[-1].descending if keys else False))
    expected = list(Location.objects.order_by(*(key.order() for key in keys)))

    seen, back = walk(order, size)
    assert seen == expected
    assert sum(paging.walk(Location.objects.all(), order=order, size=size), []) == expected

    returned = expected[-(len(expected) % size or size) :] if expected else []
    while back:
        page = keyset_page(Location.objects.all(), order=order, cursor=back, size=size)
        returned = page.rows + returned
        assert page.start == len(expected) - len(returned) + 1
        back = page.previous
    assert returned == expected


def test_a_row_that_vanishes_does_not_shift_the_next_page(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZES", (1,))
    first = keyset_page(Location.objects.all(), order=["name"], cursor="", size=1)
    Location.objects.filter(pk=first.rows[0].pk).delete()
    second = keyset_page(Location.objects.all(), order=["name"], cursor=first.next, size=1)
    assert [row.name for row in second.rows] == ["Leeds Arcade"]


@pytest.mark.parametrize("cursor", ["nonsense", "WyJuYW1lIl0", "\x00", "é", "a:b", "W10:" + "x" * 43])
def test_a_cursor_that_was_not_made_here_is_the_first_page(in_acme: Cast, cursor: str) -> None:
    page = keyset_page(Location.objects.all(), order=["name"], cursor=cursor, size=25)
    assert page.start == 1
    assert page.total == 3


def test_a_cursor_of_another_order_is_the_first_page(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZES", (1,))
    by_name = keyset_page(Location.objects.all(), order=["name"], cursor="", size=1)
    page = keyset_page(Location.objects.all(), order=["-created_at"], cursor=by_name.next, size=1)
    assert page.start == 1


def test_totals_stop_counting_at_the_ceiling(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNT_CEILING", 2)
    page = keyset_page(Location.objects.all(), order=["name"], cursor="", size=25)
    assert (page.total, page.more_than_total) == (2, True)


def test_times_keep_their_microseconds(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZES", (1,))
    for number, place in enumerate([in_acme.leeds, in_acme.york, in_acme.dover]):
        Location.objects.filter(pk=place.pk).update(
            created_at=in_acme.leeds.created_at + timedelta(microseconds=number)
        )
    seen, _back = walk(["created_at"], 1)
    assert [row.pk for row in seen] == [in_acme.leeds.pk, in_acme.york.pk, in_acme.dover.pk]

"""Thousands of rows, and of ids, in one statement with one parameter."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from storesync.brands.models import Location, Region
from storesync.core.audit import audited
from storesync.core.bulk import insert_models, insert_rows
from storesync.core.models import new_id
from storesync.core.scoping import ScopeError, brand_scope
from tests.conftest import Cast


def _regions(cast: Cast, *names: str) -> list[dict[str, Any]]:
    return [{"brand_id": cast.acme.pk, "name": name, "path": []} for name in names]


def test_rows_are_written_in_one_statement_that_the_history_names(in_acme: Cast) -> None:
    with audited("region.created", actor=in_acme.manager), CaptureQueriesContext(connection) as asked:
        assert insert_rows(Region, _regions(in_acme, "One “é”", "Two")) == 2
    assert len([one for one in asked if "INSERT" in one["sql"]]) == 1
    first = Region.objects.get(name="One “é”")
    assert first.created_at == first.updated_at
    event = first.history.get()
    assert (event.pgh_context["verb"], event.pgh_context["actor"]) == ("region.created", in_acme.manager.pk)


def test_nothing_is_no_statement(in_acme: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_rows(Region, []) == 0


def test_what_is_there_stays_or_is_an_error(in_acme: Cast) -> None:
    rows = [{**row, "id": new_id()} for row in _regions(in_acme, "One", "Two")]
    insert_rows(Region, rows[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Region, rows)
    assert insert_rows(Region, rows, keep=True) == 1


def test_another_brand_is_refused(in_acme: Cast) -> None:
    with brand_scope([in_acme.other.pk]), pytest.raises(ScopeError):
        insert_rows(Region, _regions(in_acme, "One"))


def test_models_count_as_saved_with_every_field_as_it_was(in_acme: Cast) -> None:
    region = Region(brand=in_acme.acme, name="One")
    insert_models(Region, [region])
    assert not region._state.adding
    kept = Region.objects.get(pk=region.pk)
    fields = [field.attname for field in Region._meta.concrete_fields if field.name != "path"]
    assert [getattr(kept, name) for name in fields] == [getattr(region, name) for name in fields]


def test_any_of_finds_those_ids_and_no_other(in_acme: Cast) -> None:
    both = {in_acme.leeds.pk, in_acme.york.pk}
    ids = Location.objects.order_by().values_list("pk", flat=True)
    assert set(ids.filter(pk__any_of=both)) == both
    assert set(ids.filter(pk__any_of=[])) == set()
    north = ids.filter(region__id__any_of=[in_acme.north.pk])
    assert set(north) == set(ids.filter(region=in_acme.north))
    assert "JOIN" not in str(north.query)

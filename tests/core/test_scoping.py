"""The scope fails closed: every kind of operation, without a scope, in it, and in another."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery

from storesync.brands.models import Location, Region
from storesync.core.scoping import ScopeError, all_brands, brand_scope, current_scope, in_scope
from tests.conftest import Cast
from tests.factories import LocationFactory

OPERATIONS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Location.objects.all()),
    "iterator": lambda: list(Location.objects.iterator()),
    "get": lambda: Location.objects.get(name="Leeds Arcade"),
    "first": lambda: Location.objects.first(),
    "exists": lambda: Location.objects.exists(),
    "count": lambda: Location.objects.count(),
    "aggregate": lambda: Location.objects.aggregate(n=Count("pk")),
    "values_list": lambda: list(Location.objects.values_list("name")),
    "in_bulk": lambda: Location.objects.in_bulk(),
    "order and slice": lambda: list(Location.objects.order_by("name")[:2]),
    "union": lambda: list(Location.objects.filter(city="Leeds").union(Location.objects.filter(city="York"))),
    "subquery": lambda: list(Region.objects.filter(pk__in=Location.objects.values("region"))),
    "exists subquery": lambda: list(
        Region.objects.filter(Exists(Location.objects.filter(region=OuterRef("pk"))))
    ),
    "annotation": lambda: list(
        Region.objects.annotate(
            one=Subquery(Location.objects.filter(region=OuterRef("pk")).values("name")[:1])
        )
    ),
    "prefetch": lambda: list(Region.objects.prefetch_related(Prefetch("locations"))),
    "select_for_update": lambda: list(Location.objects.select_for_update(of=("self",))),
    "update": lambda: Location.objects.update(city=F("city")),
    "delete": lambda: Location.objects.filter(name="nobody").delete(),
    "get_or_create": lambda: Location.objects.get_or_create(name="Leeds Arcade"),
    "explain": lambda: Location.objects.all().explain(),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_scope_it_raises(cast: Cast, name: str) -> None:
    with pytest.raises(ScopeError), transaction.atomic():
        OPERATIONS[name]()


@pytest.mark.parametrize("name", OPERATIONS)
def test_in_a_scope_it_works(in_acme: Cast, name: str) -> None:
    with transaction.atomic():
        OPERATIONS[name]()


def test_a_scope_shows_its_brand_and_no_other(in_acme: Cast) -> None:
    assert Location.objects.count() == 3
    assert not Location.objects.filter(pk=in_acme.elsewhere.pk).exists()
    assert Location.objects.filter(pk=in_acme.elsewhere.pk).update(name="Mine now") == 0
    assert Location.objects.filter(pk=in_acme.elsewhere.pk).delete()[0] == 0


def test_scopes_nest_and_close(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        with brand_scope([cast.other.pk]):
            assert Location.objects.get().name == "Elsewhere"
        assert Location.objects.count() == 3
        with pytest.raises(RuntimeError, match="halt"), all_brands("a test"):
            assert Location.objects.count() == 4
            raise RuntimeError("halt")
        assert Location.objects.count() == 3
    assert current_scope() is None


def test_an_empty_scope_shows_nothing(cast: Cast) -> None:
    with brand_scope([]):
        assert list(Location.objects.all()) == []
        assert Location.objects.count() == 0


def test_a_queryset_made_outside_reads_the_scope_when_it_runs(cast: Cast) -> None:
    made_early = Location.objects.order_by("name")
    with brand_scope([cast.other.pk]):
        assert [row.name for row in made_early.all()] == ["Elsewhere"]


def test_writing_a_row_of_another_brand_raises(in_acme: Cast) -> None:
    with pytest.raises(ScopeError):
        in_acme.elsewhere.save()
    with pytest.raises(ScopeError):
        in_acme.elsewhere.delete()
    with pytest.raises(ScopeError):
        Location.objects.create(brand=in_acme.other, store_number="9", name="X", time_zone="UTC")
    with pytest.raises(ScopeError):
        Location.objects.bulk_create(
            [Location(brand=in_acme.other, store_number="9", name="X", time_zone="UTC")]
        )
    with pytest.raises(ScopeError):
        Location.objects.raw("SELECT * FROM brands_location")


def test_the_brand_of_a_row_is_fixed_by_the_database(cast: Cast) -> None:
    with all_brands("a test"), pytest.raises(ProgrammingError, match="brand_is_fixed"), transaction.atomic():
        Location.objects.filter(pk=cast.leeds.pk).update(brand=cast.other)


def test_a_thread_has_no_scope_of_its_own(in_acme: Cast) -> None:
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(current_scope()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_stream_keeps_the_scope_it_was_made_in(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        stream = in_scope(location.name for location in Location.objects.order_by("name").iterator())
    assert contextvars.copy_context().run(list, stream) == ["Dover Quay", "Leeds Arcade", "York Retail Park"]


def test_leaving_the_scope_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        all_brands("")


def test_factories_need_the_scope_too(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        LocationFactory(brand=cast.acme)

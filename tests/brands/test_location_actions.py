"""Locations: create, change, close, reopen, and what the history says about it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from storesync.brands.actions.location import (
    close_location,
    create_location,
    reopen_location,
    update_location,
)
from storesync.brands.events import LocationsChanged
from storesync.brands.models import Location, LocationStatus
from storesync.core import events
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused, StaleVersion
from tests.conftest import Cast

NEW = {"name": "Hull Dock", "time_zone": "Europe/London", "country": "GB"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[LocationsChanged]:
    """What was published about locations."""
    heard: list[LocationsChanged] = []
    monkeypatch.setitem(events._handlers, LocationsChanged, [heard.append])
    return heard


def test_a_location_is_created_and_its_history_names_who_did_it(in_acme: Cast) -> None:
    hull = create_location(brand=in_acme.acme, store_number=" 400 ", actor=in_acme.manager, values=NEW)
    assert hull.store_number == "400"
    [change] = history_of(hull)
    assert (change.actor, change.verb, change.kind) == (in_acme.manager, "created the location", "insert")


def test_a_number_is_unique_in_the_brand_only(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused, match="118"):
        create_location(brand=in_acme.acme, store_number="118", actor=in_acme.manager, values=NEW)


def test_bad_values_and_foreign_regions_are_refused(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused):
        create_location(
            brand=in_acme.acme, store_number="401", actor=in_acme.manager, values=NEW | {"time_zone": "Mars"}
        )
    with pytest.raises(TypeError):
        update_location(location=in_acme.leeds, actor=in_acme.manager, values={"brand": in_acme.other})


def test_an_update_writes_what_differs_and_tells_it(in_acme: Cast, told: list[LocationsChanged]) -> None:
    update_location(
        location=in_acme.leeds, actor=in_acme.manager, values={"city": "Bradford", "name": "Leeds Arcade"}
    )
    assert told == [LocationsChanged(in_acme.acme.pk, (in_acme.leeds.pk,), frozenset({"city"}))]
    [change, _made] = history_of(in_acme.leeds)
    assert [(field.label, field.before, field.after) for field in change.fields] == [
        ("City", "Leeds", "Bradford")
    ]


def test_an_update_without_a_change_leaves_no_trace(in_acme: Cast, told: list[LocationsChanged]) -> None:
    update_location(location=in_acme.leeds, actor=in_acme.manager, values={"city": "Leeds"})
    assert told == []
    assert len(history_of(in_acme.leeds)) == 1


def test_a_stale_page_does_not_overwrite(in_acme: Cast) -> None:
    seen = Location.objects.get(pk=in_acme.leeds.pk).updated_at
    update_location(location=in_acme.leeds, actor=in_acme.manager, values={"city": "Bradford"}, version=seen)
    with pytest.raises(StaleVersion):
        update_location(location=in_acme.leeds, actor=in_acme.manager, values={"phone": ""}, version=seen)


def test_closing_stops_and_reopening_starts_again(in_acme: Cast, told: list[LocationsChanged]) -> None:
    closed = close_location(location=in_acme.leeds, actor=in_acme.manager, on=date(2026, 11, 1))
    assert (closed.status, closed.closed_on) == (LocationStatus.CLOSED, date(2026, 11, 1))
    with pytest.raises(ActionRefused, match="already"):
        close_location(location=in_acme.leeds, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="Reopen"):
        update_location(location=in_acme.leeds, actor=in_acme.manager, values={"status": "open"})
    opened = reopen_location(location=in_acme.leeds, actor=in_acme.manager)
    assert (opened.status, opened.closed_on) == (LocationStatus.OPEN, None)
    with pytest.raises(ActionRefused, match="not closed"):
        reopen_location(location=in_acme.leeds, actor=in_acme.manager)
    assert [event.fields for event in told] == [frozenset({"status", "closed_on"})] * 2


def test_closing_goes_through_its_own_action_and_not_before_opening(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused, match="Close"):
        update_location(location=in_acme.leeds, actor=in_acme.manager, values={"status": "closed"})
    Location.objects.filter(pk=in_acme.leeds.pk).update(opened_on=date(2026, 5, 1))
    with pytest.raises(ActionRefused, match="before"):
        close_location(location=in_acme.leeds, actor=in_acme.manager, on=date(2026, 4, 1))


@pytest.mark.parametrize("person", ["approver", "leeds_manager", "clerk", "viewer", "stranger"])
def test_others_change_nothing(in_acme: Cast, person: str) -> None:
    actor = getattr(in_acme, person)
    with pytest.raises(PermissionDenied):
        update_location(location=in_acme.leeds, actor=actor, values={"city": "Bradford"})
    with pytest.raises(PermissionDenied):
        create_location(brand=in_acme.acme, store_number="9", actor=actor, values=NEW)
    with pytest.raises(PermissionDenied):
        close_location(location=in_acme.leeds, actor=actor)

"""Who did what: actor, verb and request in the history, also where actions call each other."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from storesync.brands.models import Location
from storesync.core.audit import audited
from storesync.core.changes import changes_since, history_of
from tests.conftest import Cast


def contexts(location: Location) -> list[dict[str, Any]]:
    return [event.pgh_context for event in location.history.order_by("pgh_id")]  # type: ignore[attr-defined]


def rename(location: Location, name: str) -> None:
    Location.objects.filter(pk=location.pk).update(name=name)


def test_an_inner_action_names_itself_and_gives_the_verb_back(in_acme: Cast) -> None:
    with audited("outer.begun", actor=in_acme.manager, reason="test"):
        rename(in_acme.leeds, "One")
        with audited("inner.done", actor=in_acme.admin):
            rename(in_acme.leeds, "Two")
        rename(in_acme.leeds, "Three")
    told = [(c["verb"], c["actor"], c.get("reason")) for c in contexts(in_acme.leeds)[1:]]
    assert told == [
        ("outer.begun", in_acme.manager.pk, "test"),
        ("inner.done", in_acme.admin.pk, "test"),
        ("outer.begun", in_acme.manager.pk, "test"),
    ]


def test_a_failed_action_leaves_neither_row_nor_verb(in_acme: Cast) -> None:
    with audited("outer.begun", actor=None):
        with pytest.raises(RuntimeError), audited("inner.failed", actor=in_acme.manager):
            rename(in_acme.leeds, "Lost")
            raise RuntimeError
        rename(in_acme.leeds, "Kept")
    assert [c["verb"] for c in contexts(in_acme.leeds)[1:]] == ["outer.begun"]


def test_a_request_is_named_in_the_history_and_in_the_answer(cast: Cast, as_manager: Client) -> None:
    response = as_manager.post(
        reverse("brands:location_close", kwargs={"brand": "acme", "pk": cast.leeds.pk}), {"on": ""}
    )
    assert response.status_code == 302
    with transaction.atomic():
        last = cast.leeds.history.model._base_manager.order_by("-pgh_id").first()  # type: ignore[attr-defined]
    assert last.pgh_context["request"] == response.headers["X-Request-ID"]
    assert last.pgh_context["verb"] == "location.closed"


def test_history_cannot_be_rewritten(in_acme: Cast) -> None:
    events = in_acme.leeds.history  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError), transaction.atomic():
        events.update(name="Other")
    with pytest.raises(ProgrammingError), transaction.atomic():
        events.all().delete()


def test_an_update_to_the_same_values_writes_no_history(in_acme: Cast) -> None:
    rename(in_acme.leeds, in_acme.leeds.name)
    assert len(history_of(in_acme.leeds)) == 1


def test_history_reads_as_words(in_acme: Cast) -> None:
    with audited("location.updated", actor=in_acme.manager):
        Location.objects.filter(pk=in_acme.leeds.pk).update(
            region=in_acme.south, status="temporarily_closed", email=""
        )
    change = history_of(in_acme.leeds)[0]
    assert (str(change.actor), change.verb) == ("Maya Okafor", "changed the location")
    assert {(field.label, field.before, field.after) for field in change.fields} == {
        ("Region", "North", "South"),
        ("Status", "Open", "Temporarily closed"),
        ("E-mail", "118@stores.example", ""),
    }


def test_a_long_history_is_cut_without_inventing_a_beginning(in_acme: Cast) -> None:
    for number in range(5):
        with audited("location.updated", actor=in_acme.manager):
            rename(in_acme.leeds, f"Name {number}")
    cut = history_of(in_acme.leeds, limit=2)
    assert [change.fields[0].after for change in cut] == ["Name 4", "Name 3"]
    assert len(history_of(in_acme.leeds)) == 6


def test_what_changed_since_a_page_was_made(in_acme: Cast) -> None:
    seen = in_acme.leeds.updated_at
    assert changes_since(in_acme.leeds, seen) == []
    in_acme.leeds.name = "New"
    in_acme.leeds.save(update_fields=["name"])
    [change] = changes_since(in_acme.leeds, seen)
    assert change.fields[0].after == "New"

"""Pages of locations: list, search, filters, one location, its form."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from storesync.brands.actions.location import update_location
from storesync.brands.bulk import chosen_locations
from storesync.brands.models import Location
from storesync.brands.queries import reach_of, region_tree
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.factories import LocationFactory, RegionFactory

LIST = "/b/acme/locations/"


def names(client: Client, query: str) -> set[str]:
    page = client.get(f"{LIST}?{query}").context["page"]
    return {location.name for location in page.rows}


def test_the_list_shows_what_the_person_reaches(cast: Cast, client: Client) -> None:
    client.force_login(cast.leeds_manager, backend="django.contrib.auth.backends.ModelBackend")
    assert names(client, "") == {"Leeds Arcade"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=leed", {"Leeds Arcade"}),
        ("q=118", {"Leeds Arcade"}),
        ("q=%27%3A%2A%7C%00", {"Leeds Arcade", "York Retail Park", "Dover Quay"}),
        ("status=closed", set()),
        ("has=phone", {"Leeds Arcade", "York Retail Park", "Dover Quay"}),
        ("lacks=coordinates&q=dover", {"Dover Quay"}),
        ("has=coordinates", set()),
        ("country=GB", {"Leeds Arcade", "York Retail Park", "Dover Quay"}),
    ],
)
def test_search_and_filters(cast: Cast, as_manager: Client, query: str, expected: set[str]) -> None:
    assert names(as_manager, query) == expected


def test_a_region_filters_with_all_below_it(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        below = RegionFactory(brand=cast.acme, parent=cast.north, name="Yorkshire")
        LocationFactory(brand=cast.acme, region=below, name="Hull Dock")
    assert names(as_manager, f"region={cast.north.pk}") == {"Leeds Arcade", "York Retail Park", "Hull Dock"}


def test_a_filter_that_makes_no_sense_is_said_and_left_out(cast: Cast, as_manager: Client) -> None:
    response = as_manager.get(f"{LIST}?status=nonsense&size=99999999999999999999&sort=nonsense&page=x")
    assert response.status_code == 200
    assert "Some filters were left out" in response.content.decode()


def test_htmx_gets_the_fragment_alone(cast: Cast, as_manager: Client) -> None:
    response = as_manager.get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response.headers["Vary"]


def test_a_list_of_twenty_costs_as_many_queries_as_one_of_three(cast: Cast, as_manager: Client) -> None:
    as_manager.get(LIST)
    with CaptureQueriesContext(connection) as few:
        as_manager.get(LIST)
    with brand_scope([cast.acme.pk]):
        LocationFactory.create_batch(20, brand=cast.acme, region=cast.south)
    with CaptureQueriesContext(connection) as many:
        as_manager.get(LIST)
    assert len(many) == len(few)


def test_the_page_of_a_location_says_who_reaches_it_and_why(in_acme: Cast) -> None:
    leeds = Location.objects.select_related("region").get(pk=in_acme.leeds.pk)
    assert {(row.user.name, row.why) for row in reach_of(leeds)} == {
        ("Maya Okafor", "The whole brand"),
        ("Priya Raman", "The whole brand"),
        ("Vera Viewer", "The whole brand"),
        ("Jonas Lind", "This location"),
        ("Carl Clerk", "This location"),
        ("Nora North", "Region North"),
    }


def test_countries_are_words_in_the_readers_language(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        Location.objects.filter(pk=cast.leeds.pk).update(country="GB", language="en")
    page = f"{LIST}{cast.leeds.pk}/"
    assert "United Kingdom" in as_manager.get(LIST).content.decode()
    assert "United Kingdom" in as_manager.get(page).content.decode()
    as_manager.cookies["storesync_language"] = "de"
    cast.manager.language = "de"
    cast.manager.save(update_fields=["language"])
    assert "Vereinigtes Königreich" in as_manager.get(LIST).content.decode()
    detail = as_manager.get(page).content.decode()
    assert "Vereinigtes Königreich" in detail and "Englisch" in detail


def test_a_location_leads_to_its_campaigns(cast: Cast, as_manager: Client) -> None:
    assert (
        f'/b/acme/campaigns/?q={cast.leeds.store_number}"'
        in as_manager.get(f"{LIST}{cast.leeds.pk}/").content.decode()
    )


def test_an_edit_page_that_is_too_old_says_what_changed_meanwhile(cast: Cast, as_manager: Client) -> None:
    url = reverse("brands:location_edit", kwargs={"brand": "acme", "pk": cast.leeds.pk})
    typed = {
        key: "" if value is None else value
        for key, value in as_manager.get(url).context["form"].initial.items()
    }
    typed |= {"version": cast.leeds.updated_at.isoformat(), "name": "Leeds Arcade West"}
    with brand_scope([cast.acme.pk]):
        update_location(location=cast.leeds, actor=cast.admin, values={"city": "Bradford"})
    refused = as_manager.post(url, typed)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Ada Admin" in text
    assert "Bradford" in text
    assert "Leeds Arcade West" in text
    again = as_manager.post(url, typed | {"version": refused.context["form"].data["version"]})
    assert again.status_code == 302
    with brand_scope([cast.acme.pk]):
        assert Location.objects.get(pk=cast.leeds.pk).name == "Leeds Arcade West"


def test_bad_input_stays_as_it_was_typed(cast: Cast, as_manager: Client) -> None:
    response = as_manager.post(
        reverse("brands:location_create", kwargs={"brand": "acme"}),
        {"store_number": "118", "name": "Twin", "latitude": "53", "longitude": "", "opened_on": "not a date"},
    )
    assert response.status_code == 422
    form = response.context["form"]
    assert set(form.errors) >= {"time_zone", "opened_on", "longitude"}
    assert "not a date" in response.content.decode()


def test_everything_that_matches_is_chosen_and_nothing_else(in_acme: Cast) -> None:
    """Rule L1: "select all" means all that match, and only what the person holds the right on."""
    factory = RequestFactory()

    def chosen(person: object, **data: object) -> set[str]:
        request = factory.post("/", data)
        request.user = person  # type: ignore[assignment]
        return {location.name for location in chosen_locations(request, EDIT_CAMPAIGN)}

    assert chosen(in_acme.manager, select_all="1", query=f"region={in_acme.north.pk}") == {
        "Leeds Arcade",
        "York Retail Park",
    }
    assert chosen(in_acme.north_manager, select=[str(in_acme.leeds.pk), str(in_acme.dover.pk), "x"]) == {
        "Leeds Arcade"
    }
    assert chosen(in_acme.manager, select=[str(in_acme.elsewhere.pk)]) == set()


def test_the_tree_lies_flat_in_its_order(in_acme: Cast) -> None:
    RegionFactory(brand=in_acme.acme, parent=in_acme.north, name="Yorkshire")
    rows = [(row.region.name, row.depth, row.locations, row.all_locations) for row in region_tree()]
    assert rows == [("North", 0, 2, 2), ("Yorkshire", 1, 0, 0), ("South", 0, 1, 1)]

"""The preview panel: views, stores, recipients, the inbox line (Rules T2, T3, T4, T7, C3)."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from storesync.audience.models import Contact
from storesync.brands.models import Location
from storesync.campaigns.models import CampaignTemplate, LocationCampaign
from storesync.campaigns.selection import location_called, location_label, worst_location
from storesync.campaigns.views.preview_choice import personas, visible_locations
from storesync.campaigns.views.previews import shown_of
from storesync.content.rendering import GMAIL_CLIPS_AT, RenderedMessage
from tests.conftest import Cast
from tests.factories import LocationFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
B = "/b/acme"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def _frame(client: Client, campaign: LocationCampaign, **chosen: str) -> str:
    response = client.get(f"{B}/campaigns/{campaign.pk}/frame/", chosen)
    assert response.status_code == 200
    return response.content.decode()


def test_the_worst_store_has_a_long_name_or_lacks_what_mails_show(in_acme: Cast) -> None:
    """Rule T4."""
    stores = Location.objects.filter(brand=in_acme.acme)
    full = {"phone": "+441132345678", "opening_hours": "Mo-Fr 09:00-18:00", "street": "1 Long Row"}
    stores.update(**full)
    long = LocationFactory(brand=in_acme.acme, store_number="900", name="S" * 60, **full)
    assert worst_location(stores) == long
    bare = LocationFactory(
        brand=in_acme.acme, store_number="901", name="S" * 30, phone="", opening_hours="", street=""
    )
    assert worst_location(stores) == bare
    stores.filter(pk=bare.pk).update(status="closed")
    assert worst_location(stores) == long
    assert worst_location(stores.none()) is None


def test_a_store_is_found_by_its_label_its_number_or_its_words(in_acme: Cast) -> None:
    stores = Location.objects.filter(brand=in_acme.acme)
    spaced = LocationFactory(brand=in_acme.acme, store_number="118 B", name="Annex")
    assert location_called(stores, location_label(in_acme.leeds)) == in_acme.leeds
    assert location_called(stores, "118") == in_acme.leeds
    assert location_called(stores, location_label(spaced)) == spaced
    assert location_called(stores, "york ret") == in_acme.york
    assert location_called(stores, "  ") is None
    assert location_called(stores, "nowhere at all") is None


def test_a_campaign_is_shown_as_any_store_that_the_person_sees(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    manager = _as(in_acme.manager)
    assert "Winter at Leeds Arcade" in _frame(manager, campaign)
    assert "Winter at York Retail Park" in _frame(manager, campaign, store="204")
    assert "Winter at York Retail Park" in _frame(manager, campaign, location=str(in_acme.york.pk))
    assert "Winter at Leeds Arcade" in _frame(manager, campaign, store="204", pick="own")
    mine = _as(in_acme.leeds_manager)
    assert "York Retail Park" not in _frame(mine, campaign, store="204")
    there = f"{B}/campaigns/{campaign.pk}/frame/?location={in_acme.york.pk}"
    assert mine.get(there).status_code == 404


def test_another_store_is_said_to_be_a_comparison(in_acme: Cast, campaign: LocationCampaign) -> None:
    manager = _as(in_acme.manager)
    own = _frame(manager, campaign, part="facts")
    other = _frame(manager, campaign, part="facts", store="204")
    assert "to compare" not in own
    assert "This text with the facts of 204 York Retail Park, to compare." in " ".join(other.split())


def test_the_hardest_store_is_picked_among_those_the_person_sees(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    LocationFactory(brand=in_acme.acme, store_number="900", name="W" * 190, phone="")
    assert "W" * 190 in _frame(_as(in_acme.manager), campaign, pick="worst")
    assert "W" * 190 not in _frame(_as(in_acme.leeds_manager), campaign, pick="worst")


def test_plain_text_is_shown_literally(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = _frame(_as(in_acme.manager), campaign, view="text")
    assert "Hello Alex,\n\nsee you soon." in page and "<table" not in page


def test_a_recipient_without_a_name_meets_the_fallback(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule T3: never "Hi ,"."""
    assert "Hello neighbour," in _frame(_as(in_acme.manager), campaign, recipient="nameless")
    assert "Maximiliane" in _frame(_as(in_acme.manager), campaign, recipient="long")


def test_a_real_recipient_is_shown_to_who_may_see_people_only(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    """Rules T2, C3: a name is data, whatever it looks like."""
    ann = Contact.objects.get(address="ann@people.example")
    Contact.objects.filter(pk=ann.pk).update(first_name="<script>{{ 7*7 }}</script>")
    page = _frame(_as(in_acme.manager), campaign, recipient=str(ann.pk))
    assert "&lt;script&gt;{{ 7*7 }}&lt;/script&gt;" in page and "<script>" not in page
    assert "Hello Alex" in _frame(_as(in_acme.leeds_manager), campaign, recipient=str(ann.pk))
    cid = Contact.objects.get(address="cid@people.example")
    assert "Hello Alex" in _frame(_as(in_acme.manager), campaign, recipient=str(cid.pk)), "of another store"


def test_recipients_are_searched_by_post_and_only_those_of_the_campaign(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    there = f"{B}/campaigns/{campaign.pk}/preview/recipients/"
    found = _as(in_acme.manager).post(there, {"q": "people"}).content.decode()
    assert "ann@people.example" in found and "bob@" in found and "cid@" not in found
    assert "ann@" not in _as(in_acme.manager).post(there, {"q": ""}).content.decode()
    assert "No recipient matches" in _as(in_acme.manager).post(there, {"q": "zoe"}).content.decode()
    assert _as(in_acme.leeds_manager).post(there, {"q": "ann"}).status_code == 403
    assert _as(in_acme.manager).get(there).status_code == 405
    edit = _as(in_acme.leeds_manager).get(f"{B}/campaigns/{campaign.pk}/edit/").content.decode()
    assert "preview/recipients/" not in edit


def test_stores_are_offered_as_they_are_typed(in_acme: Cast) -> None:
    page = _as(in_acme.manager).get(f"{B}/preview/stores/", {"store": "yor"}).content.decode()
    assert 'value="204 York Retail Park"' in page and "Leeds" not in page
    assert "York" not in _as(in_acme.leeds_manager).get(f"{B}/preview/stores/").content.decode()


def test_the_facts_tell_the_inbox_line_and_the_size(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = _frame(_as(in_acme.manager), campaign, part="facts", store="204")
    assert "20% off at York Retail Park" in page and "of 102 KB" in page and "As 204 York" in page
    assert "No store matches “zzz”" in _frame(_as(in_acme.manager), campaign, part="facts", store="zzz")


def test_the_inbox_line_is_cut_where_inboxes_cut_it() -> None:
    message = RenderedMessage(
        subject="s" * 61, preheader="p" * 91, html="x" * GMAIL_CLIPS_AT, text="", missing=()
    )
    shown = shown_of(message, personas()[0], "Leeds")
    assert (len(shown.subject), shown.subject_rest) == (60, "s")
    assert (len(shown.preheader), shown.preheader_rest) == (90, "p")
    assert (shown.kilobytes, shown.weight) == (102, "cut")


def test_what_is_typed_is_shown_before_it_is_kept(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, there = _as(in_acme.leeds_manager), f"{B}/campaigns/{campaign.pk}/preview/"
    typed = {"version": campaign.version, "block-hello-text": "Come and see."}
    assert "Come and see." in client.post(there, typed).content.decode()
    assert "Come and see." in client.post(there, typed | {"view": "text"}).content.decode()
    wrong = {"version": campaign.version, "block-hello-text": "{{ nobody_knows }}"}
    facts = client.post(f"{there}?part=facts", wrong).content.decode()
    assert "alert--danger" in facts and "nobody_knows" in facts


@pytest.mark.parametrize(
    "given", ["?location=nonsense", "?recipient=%00", "?view=huge", "?store=%00", "?pick=x"]
)
def test_whatever_cannot_be_read_is_left_out(in_acme: Cast, campaign: LocationCampaign, given: str) -> None:
    client = _as(in_acme.manager)
    assert client.get(f"{B}/campaigns/{campaign.pk}/content/{given}").status_code == 200
    assert "Winter at Leeds" in client.get(f"{B}/campaigns/{campaign.pk}/frame/{given}").content.decode()


def test_a_preview_while_typing_asks_little(
    in_acme: Cast, template: CampaignTemplate, django_assert_num_queries: Any
) -> None:
    """Session, person, brand, the right to write (seeing stores comes with it), template, worst store."""
    client, there = _as(in_acme.manager), f"{B}/templates/{template.slug}/preview/"
    client.post(there)
    with django_assert_num_queries(5):
        assert client.post(there, {"lines-subject": "Typed"}).status_code == 200


def test_stores_of_a_region_are_all_that_its_people_preview_as(in_acme: Cast) -> None:
    request = RequestFactory().get("/")
    for person, count in ((in_acme.manager, Location.objects.count()), (in_acme.leeds_manager, 1)):
        request.user, request.brand = person, in_acme.acme  # type: ignore[attr-defined]
        assert len(visible_locations(request)) == count

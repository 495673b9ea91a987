"""Beginning a campaign: the templates on offer, one page of questions; copies; archive with undo."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from storesync.campaigns.actions.campaign import cancel_campaigns
from storesync.campaigns.actions.template import archive_template
from storesync.campaigns.models import LocationCampaign, Rollout, TemplateVersion
from storesync.content.models import Revision
from tests.conftest import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
B = "/b/acme"
NEW = f"{B}/campaigns/new/"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


GIVEN = {"name": "Our own", "value-discount_percentage": "25", "start_kind": "approval"}


def test_the_first_half_offers_what_may_be_used(in_acme: Cast, version: TemplateVersion) -> None:
    client = _as(in_acme.leeds_manager)
    assert 'href="/b/acme/campaigns/new/"' in client.get(f"{B}/campaigns/").content.decode()
    assert 'href="?template=winter"' in client.get(NEW).content.decode()
    kept = client.get(f"{NEW}?location={in_acme.leeds.pk}").content.decode()
    assert f"?template=winter&amp;location={in_acme.leeds.pk}" in kept
    archive_template(template=version.template, actor=in_acme.manager)
    assert "No template can be used yet" in client.get(NEW).content.decode()
    assert client.get(f"{NEW}?template=winter").status_code == 404


def test_a_store_manager_of_one_store_has_nothing_to_choose(in_acme: Cast, version: TemplateVersion) -> None:
    client = _as(in_acme.leeds_manager)
    page = client.get(f"{NEW}?template=winter").content.decode()
    assert "Leeds Arcade" in page and 'name="store"' not in page
    made = client.post(f"{NEW}?template=winter", GIVEN | {"recipients": "ann@people.example"})
    campaign = LocationCampaign.objects.get()
    assert made["Location"] == f"{B}/campaigns/{campaign.pk}/edit/"
    assert campaign.location == in_acme.leeds and campaign.name == "Our own"
    assert "1 recipient added." in client.get(made["Location"]).content.decode()


def test_a_brand_manager_chooses_among_the_stores(in_acme: Cast, version: TemplateVersion) -> None:
    client = _as(in_acme.manager)
    page = client.get(f"{NEW}?template=winter&location={in_acme.york.pk}").content.decode()
    assert "Choose a store" in page and "---------" not in page
    assert '<option value="204 York Retail Park" selected>' in page
    nowhere = client.post(f"{NEW}?template=winter", GIVEN | {"store": "Atlantis"})
    assert nowhere.status_code == 422 and "No store of yours matches" in nowhere.content.decode()
    client.post(f"{NEW}?template=winter", GIVEN | {"store": "204 York Retail Park"})
    assert LocationCampaign.objects.get().location == in_acme.york


def test_bad_input_keeps_what_was_typed(in_acme: Cast, version: TemplateVersion) -> None:
    client = _as(in_acme.leeds_manager)
    wrong = GIVEN | {"value-discount_percentage": "90", "recipients": "ann@people.example"}
    page = client.post(f"{NEW}?template=winter", wrong)
    assert page.status_code == 422 and "ann@people.example" in page.content.decode()
    wrong = GIVEN | {"start_kind": "date", "start": "2099-12-02T09:00", "end": "2099-12-01T09:00"}
    page = client.post(f"{NEW}?template=winter", wrong)
    assert page.status_code == 422 and "The end must come after the start." in page.content.decode()
    page = client.post(f"{NEW}?template=winter", GIVEN | {"start_kind": "date"})
    assert page.status_code == 422 and "Choose the date and the time of the start." in page.content.decode()
    page = client.post(f"{NEW}?template=winter", GIVEN | {"recipients": "nobody"})
    assert page.status_code == 409 and "No recipient could be read" in page.content.decode()
    assert not LocationCampaign.objects.exists()


def test_recipients_come_from_a_file_too(in_acme: Cast, version: TemplateVersion) -> None:
    file = SimpleUploadedFile("people.csv", b"email;first name\nann@people.example;Ann\nbroken;B\n")
    client = _as(in_acme.leeds_manager)
    made = client.post(f"{NEW}?template=winter", GIVEN | {"file": file})
    revision = Revision.objects.get(pk=LocationCampaign.objects.get().current_revision_id)
    assert revision.audience["count"] == 1
    assert "1 line was not taken" in client.get(made["Location"]).content.decode()


@pytest.mark.parametrize("who", ["viewer", "approver"])
def test_who_edits_no_campaigns_begins_none(in_acme: Cast, version: TemplateVersion, who: str) -> None:
    client = _as(getattr(in_acme, who))
    assert client.get(NEW).status_code == 403
    assert client.post(f"{NEW}?template=winter", GIVEN).status_code == 403
    assert "New campaign" not in client.get(f"{B}/campaigns/").content.decode()


def test_other_pages_lead_there(in_acme: Cast, version: TemplateVersion) -> None:
    store = _as(in_acme.leeds_manager).get(f"{B}/locations/{in_acme.leeds.pk}/").content.decode()
    assert f"{NEW}?location={in_acme.leeds.pk}" in store
    template = _as(in_acme.leeds_manager).get(f"{B}/templates/winter/").content.decode()
    assert f"{NEW}?template=winter" in template and "Use for one store" in template


def test_a_campaign_is_copied(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, there = _as(in_acme.manager), f"{B}/campaigns/{campaign.pk}/duplicate/"
    assert there in client.get(f"{B}/campaigns/{campaign.pk}/").content.decode()
    assert "Copy of Winter wave" in client.get(there).content.decode()
    made = client.post(there, {"store": "204", "name": "York too"})
    copy = LocationCampaign.objects.get(name="York too")
    assert made["Location"] == f"{B}/campaigns/{copy.pk}/edit/" and copy.location == in_acme.york
    york = LocationCampaign.objects.get(location=in_acme.york, rollout__isnull=False)
    assert _as(in_acme.leeds_manager).get(f"{B}/campaigns/{york.pk}/duplicate/").status_code == 404
    assert _as(in_acme.viewer).get(there).status_code == 403
    assert _as(in_acme.leeds_manager).post(there, {"name": "Mine"}).status_code == 302


def test_archiving_is_taken_back_with_one_click(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, page = _as(in_acme.leeds_manager), f"{B}/campaigns/{campaign.pk}/"
    cancel_campaigns(campaigns=[campaign], actor=in_acme.manager)
    after = client.post(f"{page}archive/", follow=True).content.decode()
    assert f'action="{page}restore/"' in after and "Undo" in after
    client.post(f"{page}restore/")
    assert LocationCampaign.objects.get(pk=campaign.pk).archived_at is None


def test_archiving_many_is_taken_back_for_exactly_those(in_acme: Cast, launched: Rollout) -> None:
    first, second = launched.campaigns.order_by("pk")
    cancel_campaigns(campaigns=[first, second], actor=in_acme.manager)
    client, bulk = _as(in_acme.manager), f"{B}/campaigns/bulk/"
    client.post(bulk, {"action": "archive", "ids": str(first.pk), "confirmed": "1"})
    done = client.post(bulk, {"action": "archive", "ids": str(second.pk), "confirmed": "1"}, follow=True)
    undo = done.content.decode().split('action="/b/acme/campaigns/bulk/?archived_at=')[-1].split('"')[0]
    archived = client.get(f"{B}/campaigns/?archived=yes").content.decode()
    assert "Leeds Arcade" in archived and "York Retail Park" in archived and "Bring back" in archived
    _as(in_acme.viewer).post(f"{bulk}?archived_at={undo}")
    assert LocationCampaign.objects.filter(archived_at__isnull=False).count() == 2
    client.post(f"{bulk}?archived_at={undo}")
    assert set(LocationCampaign.objects.filter(archived_at__isnull=False)) == {first}
    for wrong in ("x", "", "2020-01-01T00:00:00"):
        assert client.post(f"{bulk}?archived_at={wrong}").status_code == 302

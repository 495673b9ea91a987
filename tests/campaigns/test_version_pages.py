"""Pages of versions: published, compared, offered, deprecated, made the draft again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storesync.campaigns.models import CampaignTemplate, LocationCampaign, Rollout, TemplateVersion
from storesync.campaigns.standing import offered
from storesync.core.scoping import brand_scope
from tests.campaigns.conftest import Changed
from tests.campaigns.test_upgrade_pages import signed_in
from tests.campaigns.upgrading import blocks
from tests.conftest import Cast

PAGE = "/b/acme/templates/winter/"


def test_publishing_offers_it_to_drafts_where_that_is_chosen(
    in_acme: Cast, launched: Rollout, template: CampaignTemplate
) -> None:
    client = signed_in(in_acme.manager)
    draft = {**template.draft, "subject": "Fresh at {{ location_name }}"}
    CampaignTemplate.objects.filter(pk=template.pk).update(draft=draft)
    page = client.get(f"{PAGE}publish/").content.decode()
    assert "Who gets it" in page and "Checks" in page
    long = {**draft, "subject": "Fresh and early " * 6}
    CampaignTemplate.objects.filter(pk=template.pk).update(draft=long)
    assert "inboxes cut it at about" in client.get(f"{PAGE}publish/").content.decode()
    CampaignTemplate.objects.filter(pk=template.pk).update(draft=draft)
    assert "Offer it to 2 drafts too" in page and "Publish version 2" in page and ">Fresh" in page
    assert client.post(f"{PAGE}publish/", {"reach": "drafts", "notes": ""}).status_code == 422
    answer = client.post(f"{PAGE}publish/", {"reach": "drafts", "notes": "Fresher"})
    assert answer.status_code == 302
    assert [one.notes for one in offered()] == ["Fresher"]
    page = client.get(PAGE).content.decode()
    assert "Offered to drafts" in page and "Stop offering it to drafts" in page


def test_the_first_version_asks_for_no_reach(in_acme: Cast, template: CampaignTemplate) -> None:
    client = signed_in(in_acme.manager)
    assert "Who gets it" not in client.get(f"{PAGE}publish/").content.decode()
    assert client.post(f"{PAGE}publish/", {"notes": ""}).status_code == 302
    assert "Who gets it" not in client.get(f"{PAGE}publish/").content.decode(), "nor an offer to 0 drafts"


def test_any_two_versions_are_compared_in_words(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    publish(blocks=blocks(hello={"rules": {"text": {"max_length": 20}}, "text": "Short"}))
    publish(
        open_fields=["subject"],
        variables=[{"name": "discount_percentage", "label": "Discount", "type": "percent"}],
        schedule={"start": "2027-01-02T09:00"},
    )
    client = signed_in(in_acme.approver)
    page = client.get(f"{PAGE}?compare=1&with=3").content.decode()
    for words in (
        "From version 1 to version 3",
        "Text, open to stores",
        "at most 200 characters → at most 20 characters",
        "Variable “Discount” changed",
        "Subject: stores may change it now",
        "Dates: stores may no longer change it",
        "Start",
    ):
        assert words in page, words
    assert "open to stores" not in client.get(f"{PAGE}?compare=2&with=3").content.decode()
    assert client.get(f"{PAGE}?compare=9&with=1").status_code == 404
    assert "Make this the draft again" not in page


def test_a_version_says_what_was_made_from_it_and_leads_there(
    in_acme: Cast, launched: Rollout, version: TemplateVersion, publish: Changed
) -> None:
    publish(subject="Second")
    client = signed_in(in_acme.manager)
    page = client.get(PAGE).content.decode()
    assert "2 campaigns" in page and "1 roll-out" in page and "Not used yet" in page
    query = f"?version={version.pk}&archived=all"
    listed = client.get(f"/b/acme/campaigns/{query}").content.decode()
    assert "Leeds Arcade" in listed and "Winter, version 1" in listed
    assert f'name="version" value="{version.pk}"' in listed, "a search stays within it"
    assert launched.name in client.get(f"/b/acme/rollouts/?version={version.pk}").content.decode()


def test_the_page_costs_the_same_for_many_versions_as_for_two(
    in_acme: Cast, launched: Rollout, publish: Changed
) -> None:
    client = signed_in(in_acme.manager)
    publish(subject="Version 2")
    counts = []
    for more in (0, 5):
        for number in range(more):
            publish(subject=f"Another {number}")
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_version_is_offered_deprecated_and_taken_up_again(
    in_acme: Cast, launched: Rollout, publish: Changed
) -> None:
    publish(subject="Second")
    client = signed_in(in_acme.manager)
    assert "Offer it to 2 drafts" in client.get(PAGE).content.decode()
    page = client.post(f"{PAGE}versions/2/offer/", follow=True).content.decode()
    assert "It is offered to drafts now." in page and offered().count() == 1
    client.post(f"{PAGE}versions/2/offer/", {"undo": "1"})
    assert not offered().exists()
    assert client.get(f"{PAGE}versions/2/deprecate/").status_code == 200
    assert client.post(f"{PAGE}versions/2/deprecate/", {"reason": ""}).status_code == 422
    first = TemplateVersion.objects.get(number=1)
    page = client.post(
        f"{PAGE}versions/2/deprecate/", {"reason": "Wrong price", "replacement": first.pk}, follow=True
    ).content.decode()
    assert "Version 2 is deprecated" in page and "Wrong price" in page and "Winter, version 1" in page
    start = client.get("/b/acme/rollouts/new/").content.decode()
    assert "version 1" in start and "version 2" not in start
    page = client.post(f"{PAGE}versions/2/deprecate/", {"undo": "1"}, follow=True).content.decode()
    assert "Version 2 is deprecated" not in page
    assert client.post(f"{PAGE}versions/7/offer/").status_code == 404


def test_a_whole_template_is_deprecated_and_taken_up_again(in_acme: Cast, version: TemplateVersion) -> None:
    client = signed_in(in_acme.manager)
    assert client.get(f"{PAGE}deprecate/").status_code == 200
    page = client.post(f"{PAGE}deprecate/", {"reason": "New look"}, follow=True).content.decode()
    assert "New look" in page and "Roll out<" not in page
    assert "Deprecated" in client.get("/b/acme/templates/").content.decode()
    assert "winter" not in client.get("/b/acme/rollouts/new/").content.decode().lower()
    page = client.post(f"{PAGE}deprecate/", {"undo": "1"}, follow=True).content.decode()
    assert "New look" not in page


def test_an_old_version_becomes_the_draft_with_a_way_back(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    publish(subject="Second")
    client = signed_in(in_acme.manager)
    with brand_scope([in_acme.acme.pk]):
        seen = CampaignTemplate.objects.get().draft_number
    stale = client.post(f"{PAGE}versions/1/restore/", {"draft_number": seen - 1}, follow=True)
    assert "saved the draft meanwhile" in stale.content.decode()
    page = client.post(f"{PAGE}versions/1/restore/", {"draft_number": seen}, follow=True)
    text = page.content.decode()
    assert "Version 1 is the draft again" in text and f'name="number" value="{seen}"' in text
    assert CampaignTemplate.objects.get().draft["subject"] == version.subject
    back = client.post(
        f"{PAGE}draft/restore/", {"number": seen, "draft_number": seen + 1}, follow=True
    ).content.decode()
    assert "The draft is as it was." in back
    assert CampaignTemplate.objects.get().draft["subject"] == "Second"


@pytest.mark.parametrize(
    "path",
    [
        "deprecate/",
        "versions/1/deprecate/",
        "versions/1/offer/",
        "versions/1/restore/",
        "draft/restore/",
        "publish/",
    ],
)
def test_who_only_reads_templates_changes_nothing(in_acme: Cast, version: TemplateVersion, path: str) -> None:
    for person in (in_acme.viewer, in_acme.leeds_manager):
        assert signed_in(person).post(f"{PAGE}{path}").status_code == 403
    assert signed_in(in_acme.stranger).post(f"{PAGE}{path}").status_code == 404
    assert LocationCampaign.objects.count() == 0

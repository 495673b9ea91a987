"""The pages on which drafts move to another version of their template (Rule T1)."""

import re
from typing import Any

import pytest
from django.test import Client

from storesync.campaigns.actions.version import offer_version
from storesync.campaigns.forms.upgrade import name_of
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.upgrades import Upgrades
from storesync.core.scoping import brand_scope
from tests.campaigns.conftest import Changed
from tests.campaigns.reviewing import decide, submit
from tests.campaigns.upgrading import MINE, THEIRS, edit, fresh, words_of
from tests.conftest import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def page_of(campaign: LocationCampaign, *more: str) -> str:
    return "/".join(["/b/acme/campaigns", str(campaign.pk), *more, ""])


def conflict_name(campaign: LocationCampaign, version: TemplateVersion) -> str:
    (place,) = Upgrades(version).plan(fresh(campaign)).merge.conflicts
    return name_of(place)


def test_a_draft_says_that_a_newer_version_is_there_and_leads_to_what_would_change(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    edit(campaign, in_acme)
    client = signed_in(in_acme.leeds_manager)
    for page in (page_of(campaign), page_of(campaign, "edit"), page_of(campaign, "content")):
        text = client.get(page).content.decode()
        assert "Version 2 of the template is available" in text
        assert f'href="{page_of(campaign, "upgrade")}"' in text
    text = client.get(page_of(campaign, "upgrade")).content.decode()
    assert MINE in text and "Deep winter" in text
    assert "In conflict" not in text and "Upgrade to version 2" in text
    frame = client.get(page_of(campaign, "upgrade", "preview")).content.decode()
    assert "Deep winter at Leeds Arcade" in frame


def test_one_button_moves_it(in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion) -> None:
    client = signed_in(in_acme.leeds_manager)
    answer = client.post(page_of(campaign, "upgrade"), {"seen": campaign.version, "number": 2})
    assert answer.status_code == 302
    assert fresh(campaign).template_version == second
    again = client.get(page_of(campaign, "upgrade"), follow=True).content.decode()
    assert "already" in again


def test_a_conflict_shows_both_sides_and_keeps_what_is_typed(
    in_acme: Cast, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    campaign = edit(campaign, in_acme)
    client, name = signed_in(in_acme.leeds_manager), conflict_name(campaign, clashing)
    text = client.get(page_of(campaign, "upgrade")).content.decode()
    assert MINE in text and THEIRS in text and "one place for you to decide" in text
    data: dict[str, Any] = {"seen": campaign.version, "number": 2}
    assert client.post(page_of(campaign, "upgrade"), data).status_code == 422
    wrong = {**data, f"take-{name}": "typed", f"text-{name}": "{{ surprise }} is mine"}
    answer = client.post(page_of(campaign, "upgrade"), wrong)
    assert answer.status_code == 422 and "surprise }} is mine" in answer.content.decode()
    unsaid = {**data, f"take-{name}": "theirs", f"text-{name}": "Words"}
    assert client.post(page_of(campaign, "upgrade"), unsaid).status_code == 422
    preview = client.post(
        page_of(campaign, "upgrade", "preview"), {**data, f"take-{name}": "theirs"}
    ).content.decode()
    assert "open late" in preview and "come in" not in preview
    assert fresh(campaign).template_version.number == 1
    answer = client.post(page_of(campaign, "upgrade"), {**data, f"take-{name}": "mine"})
    assert answer.status_code == 302
    assert words_of(fresh(campaign), "hello") == MINE


def test_who_decides_about_an_old_page_is_told(
    in_acme: Cast, campaign: LocationCampaign, clashing: TemplateVersion, publish: Changed
) -> None:
    """The campaign has moved on, or another version is offered: 409, and the decision is still there."""
    campaign = edit(campaign, in_acme)
    client, name = signed_in(in_acme.leeds_manager), conflict_name(campaign, clashing)
    data = {"seen": campaign.version - 1, "number": 2, f"take-{name}": "theirs"}
    answer = client.post(page_of(campaign, "upgrade"), data)
    text = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else has saved" in text
    assert re.search(r'value="theirs"\s+checked', text)
    with brand_scope([in_acme.acme.pk]):
        offer_version(version=publish(subject="Third"), actor=in_acme.manager)
    answer = client.post(page_of(campaign, "upgrade"), data | {"seen": campaign.version})
    assert answer.status_code == 409 and "Another version is offered" in answer.content.decode()
    assert fresh(campaign).template_version.number == 1


def test_staying_ends_the_offer_but_not_the_way(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    client = signed_in(in_acme.leeds_manager)
    assert client.post(page_of(campaign, "stay"), {"number": "7"}, follow=True).status_code == 200
    assert fresh(campaign).declined_version == 0
    text = client.post(page_of(campaign, "stay"), {"number": "2"}, follow=True).content.decode()
    assert "It stays on version 1" in text and "is available" not in text
    assert "You can still move" in client.get(page_of(campaign, "upgrade")).content.decode()


@pytest.mark.usefixtures("second")
def test_the_page_opens_for_who_edits_the_store_alone(in_acme: Cast, campaign: LocationCampaign) -> None:
    york = LocationCampaign.objects.get(location=in_acme.york)
    for person, expected in (
        (in_acme.manager, 200),
        (in_acme.leeds_manager, 200),
        (in_acme.viewer, 403),
        (in_acme.approver, 403),
    ):
        client = signed_in(person)
        assert client.get(page_of(campaign, "upgrade")).status_code == expected, person
        assert client.get(page_of(campaign, "upgrade", "preview")).status_code == expected
    assert signed_in(in_acme.leeds_manager).get(page_of(york, "upgrade")).status_code == 404
    assert signed_in(in_acme.stranger).get(page_of(campaign, "upgrade")).status_code == 404
    assert "is available" not in signed_in(in_acme.viewer).get(page_of(campaign)).content.decode()


def test_an_approved_campaign_has_no_such_page(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    client = signed_in(in_acme.leeds_manager)
    answer = client.get(page_of(campaign, "upgrade"), follow=True)
    assert "stays on version 1" in answer.content.decode()
    assert client.get(page_of(campaign, "upgrade", "preview")).status_code == 409


def test_values_that_the_new_version_needs_are_asked_for_on_the_page(
    in_acme: Cast, campaign: LocationCampaign, publish: Changed
) -> None:
    variables = [
        {"name": "discount_percentage", "label": "Discount", "type": "percent"},
        {"name": "hours", "label": "Late hours", "max_length": 20},
    ]
    offer_version(version=publish(variables=variables), actor=in_acme.manager)
    client = signed_in(in_acme.leeds_manager)
    assert "Late hours" in client.get(page_of(campaign, "upgrade")).content.decode()
    data = {"seen": campaign.version, "number": 2}
    assert client.post(page_of(campaign, "upgrade"), data).status_code == 422
    assert client.post(page_of(campaign, "upgrade"), data | {"value-hours": "x" * 21}).status_code == 422
    client.post(page_of(campaign, "upgrade"), data | {"value-hours": "until nine"})
    values = fresh(campaign).current_revision.values
    assert values == {"discount_percentage": "20", "hours": "until nine"}

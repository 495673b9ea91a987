"""A store moves its draft to a newer version of the template, on a phone, with a conflict (Rule T1)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.template import publish_version, save_draft
from storesync.campaigns.models import CampaignTemplate, LocationCampaign
from storesync.core.scoping import brand_scope
from tests.campaigns.upgrading import MINE, THEIRS, blocks, fresh, words_of
from tests.conftest import Cast
from tests.e2e.axe import RULES, faults, sideways
from tests.waves import campaigns_of, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Page]


@pytest.fixture
def draft(cast: Cast) -> Iterator[LocationCampaign]:
    """Leeds' draft with words of its own, and version 2 of its template with others."""
    with brand_scope([cast.acme.pk]):
        campaign = campaigns_of(launched_wave(cast))[0]
        edit_campaign(
            campaign=campaign,
            actor=cast.leeds_manager,
            version=campaign.version,
            edits={"hello": {"text": MINE}},
        )
        template = CampaignTemplate.objects.get()
        changed = blocks(hello={"text": THEIRS}, head={"text": "Deep winter at {{ location_name }}"})
        save_draft(
            template=template,
            draft={**template.draft, "blocks": changed},
            draft_number=template.draft_number,
            actor=cast.manager,
        )
        publish_version(
            template=CampaignTemplate.objects.get(), actor=cast.manager, notes="Open late", offer=True
        )
        yield campaign


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("STORESYNC_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_conflict_is_decided_on_a_phone(draft: LocationCampaign, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", phone=True)
    page.goto(f"/b/acme/campaigns/{draft.pk}/")
    expect(page.get_by_text("Version 2 of the template is available")).to_be_visible()
    page.get_by_role("link", name="See what would change").click()
    expect(page.get_by_role("heading", name="In conflict: one place for you to decide")).to_be_visible()
    assert [*faults(page, RULES), *sideways(page)] == []
    picture(page, "upgrade-phone")
    page.get_by_label("Your new words").fill("Hello, late and in {{ location_city }}.")
    assert page.get_by_role("radio", name="Write it anew").is_checked(), "who writes there means it"
    frame = page.frame_locator("iframe[title='Preview of the e-mail']").last
    expect(frame.get_by_text("Hello, late and in Leeds.")).to_be_visible()
    page.get_by_role("button", name="Upgrade to version 2").click()
    expect(page.get_by_text("Moved to version 2.")).to_be_visible()
    now = fresh(draft)
    assert now.template_version.number == 2
    assert words_of(now, "hello") == "Hello, late and in {{ location_city }}."


def test_it_is_decided_without_a_script_as_well(draft: LocationCampaign, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", javascript=False)
    page.goto(f"/b/acme/campaigns/{draft.pk}/upgrade/")
    picture(page, "upgrade-desktop")
    page.get_by_role("radio", name="Take the new version's").check()
    page.get_by_role("button", name="Upgrade to version 2").click()
    page.wait_for_url("**/edit/")
    assert words_of(fresh(draft), "hello") == THEIRS


def test_staying_is_one_button(draft: LocationCampaign, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", phone=True)
    page.goto(f"/b/acme/campaigns/{draft.pk}/upgrade/")
    page.get_by_role("button", name="Stay on version 1").click()
    expect(page.get_by_text("It stays on version 1.")).to_be_visible()
    assert fresh(draft).template_version.number == 1


def test_the_pages_of_versions_and_waves_are_fit_for_a_phone(
    draft: LocationCampaign, sign_in: SignIn
) -> None:
    page = sign_in("maya@acme.example", phone=True)
    slug = CampaignTemplate.objects.get().slug
    for name, path in (
        ("template", f"templates/{slug}/?compare=1&with=2"),
        ("publish", f"templates/{slug}/publish/"),
        ("deprecate", f"templates/{slug}/versions/2/deprecate/"),
        ("wave", f"rollouts/{draft.rollout_id}/"),
        ("wave-upgrade", f"rollouts/{draft.rollout_id}/upgrade/"),
    ):
        page.goto(f"/b/acme/{path}")
        picture(page, f"{name}-phone")
        assert [*faults(page, RULES), *sideways(page)] == [], path

"""The edit page in a browser: words are kept while they are typed, the preview follows, two editors meet."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from storesync.campaigns.models import CampaignEdit, LocationCampaign, Rollout
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.e2e.axe import COLOURS, RULES, faults, sideways
from tests.e2e.test_main_job import wait_for
from tests.waves import campaigns_of, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Page]


@pytest.fixture
def wave(cast: Cast) -> Iterator[Rollout]:
    """A launched wave: leeds and york each have a draft."""
    with brand_scope([cast.acme.pk]):
        yield launched_wave(cast)


def edit(page: Page, campaign: LocationCampaign) -> str:
    """Open the edit page."""
    url = f"/b/acme/campaigns/{campaign.pk}/edit/"
    page.goto(url)
    return url


def test_words_are_kept_while_they_are_typed(wave: Rollout, sign_in: SignIn) -> None:
    leeds = campaigns_of(wave)[0]
    page = sign_in("jonas@acme.example")
    url = edit(page, leeds)
    text = page.get_by_role("textbox", name="Text").last
    text.fill("Come in on Sat")
    mail = page.frame_locator("iframe[name^=mail-preview]").last
    expect(mail.get_by_text("Come in on Sat")).to_be_visible()
    expect(page.locator("#save-state")).to_contain_text("Draft kept")
    assert CampaignEdit.objects.get().data["block-hello-text"] == ["Come in on Sat"]

    page.goto("/b/acme/")
    page.goto(url)
    expect(text).to_have_value("Come in on Sat")
    page.context.set_offline(True)
    text.fill("Come in on Saturday.")
    expect(page.locator("#save-state")).to_contain_text("Offline")
    page.context.set_offline(False)
    wait_for(lambda: CampaignEdit.objects.get().data["block-hello-text"] == ["Come in on Saturday."])

    text.fill("{{ nobody_knows }}")
    page.locator(".seg--tabs label", has_text="Checks").click()
    check = page.locator("#checks").get_by_role("link").first
    expect(check).to_contain_text("nobody_knows")
    check.click()
    expect(text).to_be_focused()
    assert [*faults(page, RULES), *sideways(page)] == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, COLOURS) == []


def test_two_editors_see_each_other(wave: Rollout, sign_in: SignIn) -> None:
    leeds = campaigns_of(wave)[0]
    first, second = sign_in("jonas@acme.example", phone=True), sign_in("maya@acme.example")
    for page in (first, second):
        edit(page, leeds)
    second.get_by_role("textbox", name="Text").last.fill("Maya was here.")
    second.get_by_role("button", name="Save", exact=True).last.click()
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()

    first.get_by_role("textbox", name="Text").last.fill("Jonas was here.")
    first.get_by_role("button", name="Save", exact=True).last.click()
    expect(first.get_by_role("heading", name="has saved meanwhile")).to_be_visible()
    expect(first.get_by_text("Both of you", exact=True)).to_be_visible()
    assert [*faults(first, RULES), *sideways(first)] == []
    first.get_by_role("button", name="Keep mine as a new revision").click()
    expect(first.get_by_text("Your version is saved")).to_be_visible()
    assert "Jonas was here." in campaigns_of(wave)[0].current_revision.text

    first.goto(f"/b/acme/campaigns/{leeds.pk}/history/")
    first.get_by_role("link", name="Compare").first.click()
    expect(first.locator("ins", has_text="Jonas")).to_be_visible()


def test_a_store_begins_its_own_campaign_on_a_phone(wave: Rollout, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", phone=True)
    page.goto("/b/acme/campaigns/")
    page.get_by_role("link", name="New campaign").click()
    assert [*faults(page, RULES), *sideways(page)] == []
    page.get_by_role("link", name=wave.template_version.template.name).click()
    page.get_by_label("Discount").fill("25")
    page.get_by_role("textbox", name="Recipients").fill("ann@people.example")
    page.get_by_role("button", name="Create and write").click()
    page.wait_for_url("**/edit/")
    assert LocationCampaign.objects.get(rollout__isnull=True).location.store_number == "118"


def test_the_edit_page_without_script(wave: Rollout, sign_in: SignIn) -> None:
    leeds = campaigns_of(wave)[0]
    page = sign_in("jonas@acme.example", javascript=False)
    edit(page, leeds)
    page.get_by_role("textbox", name="Text").last.fill("Typed without a script.")
    page.get_by_role("radio", name="Plain text").check(force=True)
    page.get_by_role("button", name="Show", exact=True).click()
    mail = page.frame_locator("iframe[name=mail-preview]")
    expect(mail.get_by_text("Typed without a script.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert "Typed without a script." in campaigns_of(wave)[0].current_revision.text

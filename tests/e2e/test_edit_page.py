"""The edit page in a browser: words are kept while they are typed, the preview follows, two editors meet."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from storesync.campaigns.actions.edit import create_campaign
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import CampaignEdit, LocationCampaign, Rollout
from storesync.core.scoping import brand_scope
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.e2e.axe import COLOURS, RULES, faults, sideways
from tests.e2e.test_main_job import wait_for
from tests.guidelines.making import in_force
from tests.media.making import library_image
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
    with first.expect_response("**/here/"):
        edit(first, leeds)
    edit(second, leeds)
    expect(second.get_by_text("Also here: Jonas Lind")).to_be_visible()
    first.reload()
    expect(first.locator(".presence")).to_contain_text("Maya Okafor")
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


LEGAL: Final = {"id": "legal", "type": "legal", "text": "Ask us."}
WARES: Final = {"id": "wares", "type": "product_list", "products": [{"name": "Scarf"}]}


def own_campaign(cast: Cast, *more: dict[str, Any]) -> LocationCampaign:
    """A campaign of leeds from a template with further blocks."""
    draft = DRAFT | {"blocks": [*DRAFT["blocks"], *more]}
    template = create_template(
        brand=cast.acme, name="Ours", campaign_type="seasonal", actor=cast.manager, draft=draft
    )
    version = publish_version(template=template, actor=cast.manager)
    return create_campaign(location=cast.leeds, template_version=version, actor=cast.manager)


def test_missing_words_are_put_in_and_taken_back(cast: Cast, sign_in: SignIn) -> None:
    with brand_scope([cast.acme.pk]):
        in_force(cast, {"id": "small", "kind": "disclaimer", "text": "While stocks last."})
        campaign = own_campaign(cast, LEGAL)
    page = sign_in("jonas@acme.example", phone=True)
    edit(page, campaign)
    legal = page.locator("#id_block-legal-text")
    legal.fill("Ask us first.")
    page.locator("[data-beside-open=checks]").click()
    page.get_by_role("button", name="Insert the text").click()
    expect(legal).to_have_value("Ask us first.\n\nWhile stocks last.")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_in_viewport()
    assert [*faults(page, RULES), *sideways(page)] == []
    undo.click()
    expect(undo).to_have_count(0)
    expect(legal).to_have_value("Ask us first.")


def test_a_picture_is_chosen_without_script_and_what_is_typed_stays(cast: Cast, sign_in: SignIn) -> None:
    with brand_scope([cast.acme.pk]):
        campaign = own_campaign(cast, WARES)
        scarf = library_image(cast.acme, cast.manager, alt="A scarf")
    page = sign_in("jonas@acme.example", phone=True, javascript=False)
    edit(page, campaign)
    page.get_by_label("Name").first.fill("A warm scarf")
    page.get_by_role("button", name="Choose a picture").first.click()
    page.get_by_role("link", name="A scarf").click()
    expect(page.get_by_label("Name").first).to_have_value("A warm scarf")
    picture = page.locator("#id_block-wares-products-0-image")
    expect(picture).to_have_value(scarf.address)
    expect(picture).to_be_in_viewport()


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
    # The one for script stands there too, and is not shown.
    mail = page.frame_locator("iframe[name=mail-preview]").first
    expect(mail.get_by_text("Typed without a script.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert "Typed without a script." in campaigns_of(wave)[0].current_revision.text

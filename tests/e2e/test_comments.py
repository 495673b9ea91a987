"""Comments and test mails in a real browser: with script, without, and on a phone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.models import LocationCampaign, MailTest
from storesync.comments.actions import add_comment
from storesync.comments.models import Comment, Mention, Thread
from storesync.core.scoping import brand_scope
from storesync.mailing.tasks import sweep_mail
from tests.conftest import Cast
from tests.e2e.axe import RULES, faults, sideways
from tests.e2e.test_main_job import wait_for
from tests.services import SmtpSink
from tests.waves import campaigns_of, hand_in, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Page]
HOSTILE = "<img src=x onerror=\"window.hit='yes'\">"


@pytest.fixture
def campaign(cast: Cast) -> Iterator[LocationCampaign]:
    """The draft at leeds, in the scope of acme."""
    with brand_scope([cast.acme.pk]):
        yield campaigns_of(launched_wave(cast))[0]


def looks_right(page: Page) -> None:
    assert [*faults(page, RULES), *sideways(page)] == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_thread_with_a_mention_by_keyboard(
    cast: Cast, campaign: LocationCampaign, sign_in: SignIn, phone: bool
) -> None:
    page = sign_in("jonas@acme.example", phone=phone)
    quiet: list[str] = []
    page.on("pageerror", lambda error: quiet.append(str(error)))
    page.on("console", lambda told: quiet.append(told.text) if told.type == "error" else None)
    page.goto(f"/b/acme/campaigns/{campaign.pk}/comments/")
    looks_right(page)
    page.get_by_label("About").select_option("subject")
    field = page.get_by_role("textbox", name="Comment")
    assert not page.get_by_label("Tell", exact=True).is_visible(), (
        "the list of names is for those without script"
    )
    field.press_sequentially("Too loud, @ma")
    people = page.get_by_role("listbox")
    expect(people.get_by_role("option")).to_have_text(["Maya Okafor"])
    field.press("Escape")
    expect(people).to_have_count(0)
    field.press("Backspace")
    expect(people.get_by_role("option").first).to_be_visible()
    looks_right(page)
    field.press("Enter")
    assert field.input_value() == "Too loud, @Maya Okafor "
    field.press_sequentially(f"? {HOSTILE}")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Comment added.")).to_be_visible()
    expect(page.locator(".thread b.mention")).to_have_text("@Maya Okafor")
    assert page.evaluate("window.hit") is None
    looks_right(page)
    assert Mention.objects.get().person == cast.manager

    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_role("textbox", name="Your answer").fill("  ")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("[data-error-summary]").first).to_be_focused()
    page.get_by_role("textbox", name="Your answer").fill("Never mind.")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Never mind.")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).last.click()
    page.get_by_role("textbox", name="Your comment").fill("Do mind.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Do mind.")).to_be_visible()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Nothing is open here.")).to_be_visible()
    assert not Thread.objects.get().is_open
    page.get_by_role("link", name="Resolved 1").click()
    expect(page.get_by_text("Resolved by Jonas Lind")).to_be_visible()
    page.get_by_role("button", name="Open again").click()
    wait_for(lambda: Thread.objects.get().is_open)
    assert [one for one in quiet if "422" not in one] == []


def test_without_script(cast: Cast, campaign: LocationCampaign, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", phone=True, javascript=False)
    page.goto(f"/b/acme/campaigns/{campaign.pk}/comments/")
    page.get_by_role("textbox", name="Comment").fill("Please look.")
    page.get_by_label("Tell").select_option(label="Priya Raman")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Told: Priya Raman")).to_be_visible()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_role("textbox", name="Your answer").fill("And you too.")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("And you too.")).to_be_visible()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Resolved.", exact=True)).to_be_visible()
    assert Mention.objects.get().person == cast.approver
    assert Comment.objects.count() == 2


def test_a_reviewer_comments_on_a_change_in_a_dialog(
    cast: Cast, campaign: LocationCampaign, sign_in: SignIn
) -> None:
    edit_campaign(
        campaign=campaign,
        actor=cast.leeds_manager,
        version=campaign.version,
        edits={"hello": {"text": "We open at nine."}},
    )
    item = next(one for one in hand_in(cast, campaign.rollout) if one.location_id == cast.leeds.pk)
    page = sign_in("priya@acme.example")
    page.goto(f"{item.get_absolute_url()}?part=changes")
    mark = page.locator("#place-hello--text")
    mark.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Comment").fill("On which day?")
    looks_right(page)
    dialog.get_by_role("button", name="Comment", exact=True).click()
    expect(dialog.locator(".thread")).to_contain_text("On which day?")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(mark).to_have_text("1 open comment")
    thread = Thread.objects.get()
    assert (thread.key, thread.quote, thread.revision_number) == ("hello.text", "We open at nine.", 2)
    page.goto("about:blank")
    page.goto(f"{item.get_absolute_url()}?part=changes#thread-{thread.pk}")
    expect(page.get_by_role("dialog").locator(".thread")).to_be_visible()
    expect(page.locator(".place--found")).to_have_count(1)


def test_on_the_edit_page_beside_the_field(cast: Cast, campaign: LocationCampaign, sign_in: SignIn) -> None:
    """The words being typed stay; a link that names a thread opens it where it belongs."""
    page = sign_in("jonas@acme.example", phone=True)
    page.goto(f"/b/acme/campaigns/{campaign.pk}/edit/")
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Half a sentence")
    mark = page.locator("#place-hello--text")
    mark.click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox", name="Comment")
    field.press_sequentially("Is this right, @")
    expect(dialog.get_by_role("option").first).to_be_in_viewport()
    looks_right(page)
    dialog.get_by_role("option", name="Priya Raman").click()
    assert field.input_value() == "Is this right, @Priya Raman "
    dialog.get_by_role("button", name="Comment", exact=True).click()
    expect(dialog.locator(".thread")).to_contain_text("Is this right, @Priya Raman")
    dialog.get_by_role("button", name="Close").click()
    expect(mark).to_have_text("1 open comment")
    assert page.get_by_role("textbox", name="Text", exact=True).first.input_value() == "Half a sentence"
    page.goto("about:blank")
    page.goto(f"/b/acme/campaigns/{campaign.pk}/edit/#thread-{Thread.objects.get().pk}")
    expect(page.get_by_role("dialog").locator(".thread")).to_contain_text("Is this right")
    expect(page.locator(".place--found")).to_be_in_viewport()


def test_a_link_to_a_thread_leads_to_it(cast: Cast, campaign: LocationCampaign, sign_in: SignIn) -> None:
    for number in range(8):
        comment = add_comment(
            owner_kind="campaign",
            owner_id=campaign.pk,
            place="",
            body=f"Number {number}. " + "Words. " * 40,
            actor=cast.manager,
        )
    first = Thread.objects.order_by("pk").first()
    assert first and comment
    page = sign_in("jonas@acme.example")
    page.goto(f"/b/acme/comments/of/campaign/{campaign.pk}/?show=all#thread-{first.pk}")
    expect(page.locator(".thread:target")).to_be_in_viewport()
    expect(page.locator(".thread:target")).to_contain_text("Number 0.")


@pytest.mark.parametrize("javascript", [True, False], ids=["dialog", "page"])
def test_a_test_mail(
    cast: Cast,
    campaign: LocationCampaign,
    sign_in: SignIn,
    settings: pytest.FixtureRequest,
    smtp_sink: SmtpSink,
    javascript: bool,
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port  # type: ignore[attr-defined]
    page = sign_in("maya@acme.example", phone=True, javascript=javascript)
    page.goto(f"/b/acme/campaigns/{campaign.pk}/content/")
    page.get_by_role("link", name="Send a test").click()
    where = page.get_by_role("dialog") if javascript else page.locator("main")
    expect(where.get_by_label("Send to")).to_have_value("maya@acme.example")
    if javascript:
        looks_right(page)
        where.get_by_label("Search the recipients").press_sequentially("c1.118")
        expect(where.get_by_label("Written to")).to_contain_text("c1.118@customers.example")
    where.get_by_label("Send to").fill("nobody")
    where.get_by_role("button", name="Send the test").click()
    expect(where.get_by_text("The @ is missing.")).to_be_visible()
    where.get_by_label("Send to").fill("me@people.example, her@people.example")
    where.get_by_role("button", name="Send the test").click()
    expect(where.get_by_text("The test is on its way")).to_be_visible()
    sweep_mail()
    if not javascript:
        page.reload()
    expect(where.get_by_text("The test is through")).to_be_visible()
    expect(where.get_by_text("Sent", exact=True)).to_have_count(2)
    assert sorted(smtp_sink.recipients) == ["her@people.example", "me@people.example"]
    assert MailTest.objects.get().addresses == 2
    if javascript:
        looks_right(page)

"""The journeys of product.md: clicks counted after sign-in, against their targets; typing is not counted."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from storesync.brands.models import Absence
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.statuses import Status
from storesync.core.scoping import brand_scope
from storesync.mailing.tokens import UNSUBSCRIBE, make_token
from tests.conftest import Cast
from tests.e2e.axe import RULES, faults, sideways
from tests.e2e.test_main_job import wait_for
from tests.waves import addresses, approve, campaigns_of, hand_in, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Page]


class Journey:
    """Somebody's way through pages; every click counts."""

    def __init__(self, page: Page, name: str, target: int) -> None:
        self.page, self.name, self.target = page, name, target
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """Click, or tap."""
        self.clicks += 1
        what.click()

    def press(self, role: str, name: str) -> None:
        """Click what is called so, the first where there are several."""
        self.click(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]


@pytest.fixture
def journey(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[Page, str, int], Journey]]:
    """Begin a journey; at the end its clicks are told, and more than its target fails."""
    begun: list[Journey] = []

    def begin(page: Page, name: str, target: int) -> Journey:
        begun.append(Journey(page, name, target))
        return begun[-1]

    yield begin
    with capsys.disabled():
        for one in begun:
            sys.stdout.write(f"\n  {one.name}: {one.clicks} clicks, target {one.target}")
    assert [one.name for one in begun if one.clicks > one.target] == []


@pytest.fixture
def wave(cast: Cast) -> Iterator[Rollout]:
    """A launched wave: leeds and york each have a draft."""
    with brand_scope([cast.acme.pk]):
        yield launched_wave(cast)


def status(campaign: LocationCampaign) -> str:
    """As the database has it."""
    return LocationCampaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_roll_out(cast: Cast, wave: Rollout, sign_in: SignIn, journey: Callable[..., Journey]) -> None:
    page = sign_in("maya@acme.example")
    page.goto(f"/b/acme/templates/{wave.template_version.template.slug}/")
    way = journey(page, "corporate: roll out, from the template", 5)
    way.press("link", "Roll out")
    way.press("button", "Continue to the locations")
    page.get_by_label("City").fill("Leeds")
    way.press("button", "Continue to recipients and dates")
    page.get_by_label("Discount").fill("25")
    page.get_by_role("textbox", name="Recipients").fill(f"email,store\n{addresses('118', 1)[0]},118")
    way.press("button", "Continue to the check")
    expect(page.get_by_text("Nothing stands in the way.")).to_be_visible()
    way.press("button", "Launch")
    page.wait_for_url("**/rollouts/*/")
    assert Rollout.objects.exclude(pk=wave.pk).get().launched_by == cast.manager


def test_stores_and_their_approver(
    cast: Cast, wave: Rollout, sign_in: SignIn, journey: Callable[..., Journey]
) -> None:
    leeds, york = campaigns_of(wave)
    phone = sign_in("jonas@acme.example", phone=True)
    phone.goto(f"/b/acme/campaigns/{leeds.pk}/")
    way = journey(phone, "store manager: accept an offer, from the link of the mail", 2)
    way.press("button", "Submit")
    expect(phone.get_by_text("1 submitted for approval.")).to_be_visible()
    assert sideways(phone) == []

    phone = sign_in("nora@acme.example", phone=True)
    way = journey(phone, "store manager: customise, from home", 4)
    way.click(phone.locator(f"a[href*='{york.pk}']").first)
    way.press("link", "Edit")
    phone.get_by_role("textbox", name="Text").last.fill("We open at nine.")
    way.press("button", "Checks")
    expect(phone.get_by_text("All checks passed")).to_be_visible()
    assert [*faults(phone, RULES), *sideways(phone)] == []
    phone.keyboard.press("Escape")
    way.press("button", "Submit for approval")
    expect(phone.get_by_text("1 submitted for approval.")).to_be_visible()

    desk = sign_in("priya@acme.example")
    desk.get_by_role("link", name="York Retail Park").first.click()
    desk.get_by_label("Comment").fill("Please name the weekday.")
    desk.get_by_role("button", name="Reject").click()
    expect(desk.get_by_text("Sent back: ")).to_be_visible()
    assert status(york) == Status.REJECTED

    phone.goto("/b/acme/")
    way = journey(phone, "store manager: answer a rejection, from home", 3)
    way.click(phone.locator(f"a[href*='{york.pk}']").first)
    expect(phone.get_by_text("Please name the weekday.").first).to_be_visible()
    way.press("link", "Edit")
    phone.get_by_role("textbox", name="Text").last.fill("On Monday we open at nine.")
    way.press("button", "Submit for approval")
    expect(phone.get_by_text("1 submitted for approval.")).to_be_visible()

    desk.goto("/b/acme/")
    way = journey(desk, "approver: approve, from home", 2)
    way.click(desk.get_by_role("link", name="York Retail Park").first)
    way.press("button", "Approve")
    wait_for(lambda: status(york) == Status.SCHEDULED)
    approve_by_keyboard(desk, leeds)


def approve_by_keyboard(page: Page, campaign: LocationCampaign) -> None:
    """From home to the decision without touching the mouse."""
    page.goto("/b/acme/")
    tab_to(page, "Leeds Arcade")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/items/**")
    tab_to(page, "Approve")
    page.keyboard.press("Enter")
    wait_for(lambda: status(campaign) == Status.SCHEDULED)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus begins or ends with these words; it must be seen to have it."""
    told = []
    for _press in range(80):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.innerText || ''").strip()
        told.append(text)
        if text.startswith(words) or (
            text.endswith(words) and page.evaluate("document.activeElement.href || ''")
        ):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that “{words}” has the focus"
            return
    pytest.fail(f"Tab never comes to “{words}”: {told}")


def test_approve_many(cast: Cast, wave: Rollout, sign_in: SignIn, journey: Callable[..., Journey]) -> None:
    hand_in(cast, wave)
    desk = sign_in("priya@acme.example")
    desk.goto("/b/acme/approvals/")
    way = journey(desk, "approver: approve in bulk, from the queue", 3)
    way.click(desk.get_by_label("Select all on this page"))
    way.press("button", "Approve")
    expect(desk.get_by_text("Approve 2 campaigns?")).to_be_visible()
    assert [*faults(desk, RULES), *sideways(desk)] == []
    way.press("button", "Approve 2")
    expect(desk.get_by_text("2 approved.")).to_be_visible()
    assert {status(one) for one in campaigns_of(wave)} == {Status.SCHEDULED}


def test_compare_with_what_was_approved_last_time(
    cast: Cast, wave: Rollout, sign_in: SignIn, journey: Callable[..., Journey]
) -> None:
    approve(cast, hand_in(cast, wave))
    leeds = campaigns_of(wave)[0]
    store = sign_in("nora@acme.example")
    store.goto(f"/b/acme/campaigns/{leeds.pk}/edit/")
    store.get_by_role("textbox", name="Text").last.fill("We open at nine.")
    store.get_by_role("button", name="Submit for approval", exact=True).first.click()
    expect(store.get_by_text("1 submitted for approval.")).to_be_visible()

    desk = sign_in("maya@acme.example")
    desk.goto("/b/acme/approvals/")
    desk.get_by_role("link", name="Leeds Arcade").first.click()
    way = journey(desk, "brand manager: compare with the version approved last time, from its review", 1)
    way.click(desk.get_by_role("link", name=re.compile("^Changes")))
    expect(desk.get_by_role("heading", name=re.compile("which was approved last"))).to_be_visible()
    expect(desk.locator("ins", has_text="nine").first).to_be_visible()
    assert [*faults(desk, RULES), *sideways(desk)] == []


def test_hand_over_for_a_holiday(cast: Cast, sign_in: SignIn, journey: Callable[..., Journey]) -> None:
    desk = sign_in("maya@acme.example")
    desk.goto("/b/acme/")
    way = journey(desk, "brand manager: hand over my approvals for a holiday, from home", 3)
    way.click(desk.locator(".side__user summary"))
    way.press("link", "Absence")
    first = timezone.localdate() + timedelta(days=10)
    desk.get_by_label("First day").fill(first.isoformat())
    desk.get_by_label("Last day").fill((first + timedelta(days=13)).isoformat())
    desk.get_by_label("Stands in").select_option(str(cast.approver.pk))
    way.press("button", "Save the absence")
    expect(desk.get_by_text("Priya Raman stands in.")).to_be_visible()
    with brand_scope([cast.acme.pk]):
        assert Absence.objects.get(person=cast.manager).delegate == cast.approver


def test_without_javascript(cast: Cast, wave: Rollout, sign_in: SignIn) -> None:
    """Submit one, customise and submit the other, approve both."""
    leeds, york = campaigns_of(wave)
    plain = sign_in("nora@acme.example", phone=True, javascript=False, form=True)
    plain.goto(f"/b/acme/campaigns/{leeds.pk}/")
    plain.get_by_role("button", name="Submit", exact=True).click()
    expect(plain.get_by_text("1 submitted for approval.")).to_be_visible()
    plain.goto(f"/b/acme/campaigns/{york.pk}/edit/")
    plain.get_by_role("textbox", name="Text").last.fill("We open at nine.")
    plain.get_by_role("button", name="Submit for approval").click()
    expect(plain.get_by_text("1 submitted for approval.")).to_be_visible()

    desk = sign_in("priya@acme.example", javascript=False)
    desk.goto("/b/acme/approvals/")
    for box in desk.get_by_role("checkbox", name="Select ").all():
        box.check()
    desk.get_by_role("button", name="Approve", exact=True).click()
    desk.get_by_role("button", name="Approve 2").click()
    expect(desk.get_by_text("2 approved.")).to_be_visible()
    assert {status(one) for one in (leeds, york)} == {Status.SCHEDULED}
    assert "We open at nine." in campaigns_of(wave)[1].current_revision.text


def test_the_page_of_an_unsubscribe_link(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("jonas@acme.example", phone=True)
    page.goto(f"/u/{make_token(UNSUBSCRIBE, cast.leeds.pk)}/")
    assert [*faults(page, RULES), *sideways(page)] == []

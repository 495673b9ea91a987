"""What people are told, from where they are told it: a rejection by its mail, and behind the bell."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail as sent
from playwright.sync_api import Page, expect

from storesync.approvals.actions import decide
from storesync.approvals.models import Decision
from storesync.campaigns.statuses import Status
from storesync.comments.actions import add_comment
from storesync.core.scoping import brand_scope
from storesync.notifications.models import Notice
from storesync.notifications.tasks import sweep_notices
from tests.conftest import Cast
from tests.e2e.axe import RULES, faults, sideways
from tests.e2e.test_journeys import Journey, journey, status
from tests.waves import campaigns_of, hand_in, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["journey"]
SignIn = Callable[..., Page]
COMMENT = "Please name the weekday."


def read_mail(page: Page, email: str, store: str) -> None:
    """Show a person's one mail about a store as a mail program does: from a place of its own."""
    mine = [one for one in sent.outbox if one.to == [email]]
    [mail] = [one for one in mine if one.subject.startswith("Rejected: ") and store in one.subject]
    html = str(mail.alternatives[0].content).replace(settings.BASE_URL.rstrip("/"), "")  # type: ignore[attr-defined]
    page.route("**/mail-program/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/mail-program/")
    assert [*faults(page, RULES), *sideways(page)] == []


def test_a_rejection_is_answered_from_its_mail_and_read_behind_the_bell(
    cast: Cast, sign_in: SignIn, journey: Callable[..., Journey]
) -> None:
    with brand_scope([cast.acme.pk]):
        wave = launched_wave(cast)
        items = hand_in(cast, wave)
        leeds, york = campaigns_of(wave)
        for one in (leeds, york):
            add_comment(
                owner_kind="campaign", owner_id=one.pk, place="hello.text", body=COMMENT, actor=cast.approver
            )
        for item in items:
            decide(items=[item.pk], decision=Decision.REJECTED, actor=cast.approver, comment="See the place.")
        Notice.objects.exclude(kind="approval.sent_back").delete()
    sweep_notices()

    phone = sign_in("nora@acme.example", phone=True)
    read_mail(phone, "nora@acme.example", "York Retail Park")
    expect(phone.get_by_text("See the place.")).to_be_visible()
    way = journey(phone, "store manager: answer a rejection, from its mail", 3)
    way.press("link", "Go to the place and answer")
    expect(phone.get_by_text("See the place.").first).to_be_visible()
    place = phone.locator("#part-hello")
    expect(place).to_be_in_viewport()
    expect(place.get_by_role("link", name="1 open comment")).to_be_visible()
    place.get_by_role("textbox", name="Text").fill("On Monday we open at nine.")
    way.press("button", "Submit for approval")
    expect(phone.get_by_text("1 submitted for approval.")).to_be_visible()
    with brand_scope([cast.acme.pk]):
        assert status(york) == Status.PENDING_REVIEW

    desk = sign_in("nora@acme.example")
    bell = desk.locator("#bell")
    expect(bell.locator(".bell__count")).to_have_text("1")
    bell.click()
    expect(desk.get_by_role("heading", name="Notifications")).to_be_visible()
    assert [*faults(desk, RULES), *sideways(desk)] == []
    about_leeds = desk.locator(".notice", has_text="Leeds Arcade")
    expect(about_leeds).to_have_class("notice notice--unread")
    about_leeds.get_by_role("link").click()
    desk.wait_for_url(f"**/campaigns/{leeds.pk}/edit/#part-hello")
    expect(desk.locator("#bell .bell__count")).to_have_count(0)
    desk.go_back()
    desk.reload()
    about_leeds.get_by_role("button", name="Mark as unread").click()
    expect(desk.get_by_text("Marked as unread.")).to_be_visible()
    expect(desk.locator("#bell .bell__count")).to_have_text("1")
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("Marked as read.")).to_be_visible()
    expect(desk.locator("#bell .bell__count")).to_have_count(0)

    plain = sign_in("nora@acme.example", javascript=False)
    plain.goto("/notifications/")
    unread = plain.locator(".notice", has_text="Leeds Arcade")
    unread.get_by_role("button", name="Mark as unread").click()
    expect(unread).to_have_class("notice notice--unread")
    unread.get_by_role("link").click()
    plain.wait_for_url("**/edit/#part-hello")
    with brand_scope([cast.acme.pk]):
        assert not Notice.objects.unread().filter(person=cast.north_manager).exists()

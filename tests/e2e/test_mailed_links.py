"""Approval from the digest: two clicks; and a scanner with JavaScript that changes nothing (fault 32)."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from storesync.approvals.actions.digest import make_digest_now
from storesync.approvals.models import ActionLink, ApprovalStep, SubmissionItem
from storesync.campaigns.models import Rollout
from storesync.campaigns.statuses import Status
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.models import Letter
from tests.conftest import Cast
from tests.e2e.axe import RULES, faults, sideways
from tests.e2e.test_journeys import Journey, journey, status
from tests.e2e.test_main_job import wait_for
from tests.factories import PASSWORD
from tests.waves import campaigns_of, hand_in, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["journey"]
SignIn = Callable[..., Page]


@pytest.fixture
def wave(cast: Cast) -> Iterator[Rollout]:
    """A launched wave, handed in: leeds and york wait for an approval."""
    with brand_scope([cast.acme.pk]):
        made = launched_wave(cast)
        hand_in(cast, made)
        yield made


def digest_of(cast: Cast) -> str:
    """The HTML of the approver's digest, as it lies in the ledger."""
    make_digest_now(person=cast.approver, brand=cast.acme, now=timezone.now())
    with all_brands("test"):
        data = Letter.objects.get(batch__source_kind="approval_digest").data
    body = message_from_bytes(bytes(data), policy=policy.default).get_body(("html",))
    assert body is not None
    return str(body.get_content()).replace(settings.BASE_URL.rstrip("/"), "")


def test_approve_from_the_digest(
    cast: Cast,
    wave: Rollout,
    sign_in: SignIn,
    live_server: LiveServer,
    journey: Callable[..., Journey],
) -> None:
    desk = sign_in("priya@acme.example")
    mail = digest_of(cast)
    desk.route("**/mail-program/", lambda route: route.fulfill(body=mail, content_type="text/html"))
    desk.goto("/mail-program/")
    assert [*faults(desk, RULES), *sideways(desk)] == []
    way = journey(desk, "brand manager: approve, from the digest", 2)
    way.press("link", "Approve all 2")
    expect(desk.get_by_role("heading", name="Your decision")).to_be_visible()
    assert [*faults(desk, RULES), *sideways(desk)] == []
    desk.set_viewport_size({"width": 320, "height": 700})
    assert sideways(desk) == []
    desk.set_viewport_size({"width": 1440, "height": 900})
    way.press("button", "Approve all 2")
    expect(desk.get_by_text("2 approved.")).to_be_visible()
    assert {status(one) for one in campaigns_of(wave)} == {Status.SCHEDULED}
    assert set(ApprovalStep.objects.filter(decision="approved").values_list("way", flat=True)) == {
        "email_link"
    }


def test_a_scanner_that_runs_scripts_changes_nothing_and_a_person_signs_in_and_comes_back(
    cast: Cast, wave: Rollout, browser: Browser, sign_in: SignIn, live_server: LiveServer
) -> None:
    """Rule A1: it loads every link of the mail and all that is in the pages, signed in and not."""
    links = re.findall(r"/a/[\w-]{43}/", digest_of(cast))
    assert len(links) == 3
    anonymous = browser.new_context(base_url=live_server.url)
    for page in (anonymous.new_page(), sign_in("priya@acme.example")):
        for link in links:
            page.goto(link)
            page.wait_for_load_state("networkidle")
            for url in page.evaluate(
                "[...document.querySelectorAll('a[href], [src]')].map(e => e.href || e.src)"
            ):
                if url.startswith(f"{live_server.url}/b/") or url.startswith(f"{live_server.url}/a/"):
                    page.evaluate("url => fetch(url).then(r => r.text())", url)
    assert SubmissionItem.objects.filter(state="waiting").count() == 2
    assert not ActionLink.objects.exclude(used_at=None).exists()
    page = anonymous.new_page()
    page.goto(links[0])
    assert links[0].split("/")[2] not in page.url
    page.get_by_label("E-mail").fill("priya@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    page.get_by_role("button", name="Approve all 2").click()
    wait_for(lambda: not SubmissionItem.objects.filter(state="waiting").exists())
    anonymous.close()

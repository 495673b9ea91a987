"""The main job on real stores, in a browser, with a real worker and a real mail server (issue 2, Proof)."""

import json
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand, Location
from storesync.brands.rights import Role
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import Status
from storesync.core.scoping import brand_scope
from storesync.mailing.models import Delivery, DeliveryState
from storesync.mailing.queries import Ledger, ledgers
from tests.factories import BrandFactory, UserFactory
from tests.services import SmtpSink, Worker

STORES, EACH = 40, 10
COUNTRY, CITY = "US", "Honolulu"
COMMENT = "Please name the street, visitors do not know the building."
"""What the approver writes; the store manager reads exactly this."""


@pytest.fixture
def brand() -> Brand:
    """A brand without a single store."""
    return BrandFactory(name="Harbour Coffee", slug="harbour", country="US", currency="USD")


@pytest.fixture
def stores(brand: Brand, real_data: Path) -> list[Location]:
    """The stores of the city, out of all that the command imported from the real file."""
    out = StringIO()
    call_command(
        "import_locations",
        str(real_data / "stores" / "starbucks_worldwide.csv"),
        brand=brand.slug,
        json=True,
        stdout=out,
    )
    report = json.loads(out.getvalue())
    assert report["counts"]["rows"] == 25_600
    found = list(Location.objects.filter(country=COUNTRY, city=CITY).order_by("store_number"))
    assert len(found) == STORES
    return found


def test_from_a_file_of_stores_to_mails_that_arrived(
    brand: Brand,
    sign_in: Callable[..., Page],
    worker: Worker,
    smtp_sink: SmtpSink,
    request: pytest.FixtureRequest,
) -> None:
    with brand_scope([brand.pk]):
        stores = request.getfixturevalue("stores")
        first, second = stores[:2]
        make_people(brand, [first, second])
        worker.start()

        office = sign_in("maya@harbour.example")
        publish_template(office)
        roll_out(office, stores)
        wave = Rollout.objects.get()
        wait_for(lambda: wave.campaigns.count() == STORES)

        phone = sign_in("jonas@harbour.example", phone=True, form=True)
        for store in (first, second):
            customise_and_submit(phone, campaign_at(wave, store), f"Aloha from {store.city}!")
        submit_the_rest(office, wave)
        assert set(wave.campaigns.values_list("status", flat=True)) == {Status.PENDING_REVIEW}

        desk = sign_in("priya@harbour.example")
        send_back(desk, campaign_at(wave, first))
        answer_the_comment(phone, campaign_at(wave, first), f"You find us at {first.street}.")
        approve_everything(desk)

        wait_for(lambda: set(wave.campaigns.values_list("status", flat=True)) == {Status.COMPLETED})
        worker.stop()
        check_mails(smtp_sink, stores, {first: f"You find us at {first.street}.", second: "Aloha from"})
        check_ledger(wave)
        office.goto(f"/b/harbour/rollouts/{wave.pk}/")
        expect(office.get_by_label("Progress")).to_contain_text("400")
        waves_mail = Delivery.objects.filter(batch__source_kind=KIND)
        assert not waves_mail.exclude(state=DeliveryState.SENT).exists()


def make_people(brand: Brand, mine: list[Location]) -> None:
    """A brand manager, an approver, and a location manager of two stores."""
    people = {
        "maya": ("Maya Okafor", Role.BRAND_MANAGER, []),
        "priya": ("Priya Raman", Role.APPROVER, []),
        "jonas": ("Jonas Lind", Role.LOCATION_MANAGER, mine),
    }
    for first_name, (name, role, locations) in people.items():
        user = UserFactory(name=name, email=f"{first_name}@harbour.example")
        grant_membership(brand=brand, user=user, role=role, locations=locations, actor=None)


def publish_template(page: Page) -> None:
    """Write a template in the editor and publish its first version."""
    page.goto("/b/harbour/templates/new/")
    page.get_by_label("Name").fill("Iced summer")
    page.get_by_label("Campaign type").select_option("seasonal")
    page.get_by_role("button", name="Create and write").click()
    page.get_by_role("textbox", name="Subject").fill("Iced summer at {{ location_name }}")
    page.get_by_role("textbox", name="Preheader").fill("Cold drinks all week, ten minutes from you.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()


def roll_out(page: Page, stores: list[Location]) -> None:
    """The wizard: template, the stores of a city, recipients, as soon as approved, launch."""
    page.goto("/b/harbour/rollouts/new/")
    page.get_by_label("Iced summer").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Country").select_option(COUNTRY)
    page.get_by_label("City").fill(CITY)
    page.get_by_role("button", name="Show what matches").click()
    expect(page.get_by_text(f"All {STORES} locations that match")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"{STORES} locations chosen.")).to_be_visible()
    rows = [
        f"{one},Guest {store.store_number},,{store.store_number}" for store in stores for one in guests(store)
    ]
    page.get_by_role("textbox", name="Recipients").fill(
        "\n".join(["email,first name,last name,store number", *rows])
    )
    page.get_by_label("As soon as approved").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Nothing stands in the way.")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url("**/rollouts/*/")


def guests(store: Location) -> list[str]:
    """The ten recipients of a store."""
    return [f"guest{n}.{store.store_number.lower()}@customers.example" for n in range(EACH)]


def campaign_at(wave: Rollout, store: Location) -> LocationCampaign:
    """The campaign of the wave at this store."""
    return LocationCampaign.objects.get(rollout=wave, location=store)


def customise_and_submit(page: Page, campaign: LocationCampaign, words: str) -> None:
    """On a phone: open, change the unlocked text, hand in."""
    page.goto("/b/harbour/campaigns/")
    page.locator(f"a[href*='{campaign.pk}']").first.click()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_role("textbox", name="Text").last.fill(words)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("1 submitted for approval.")).to_be_visible()


def submit_the_rest(page: Page, wave: Rollout) -> None:
    """From the page of the roll-out: all that are still drafts, whatever the page shows of them."""
    page.goto(f"/b/harbour/rollouts/{wave.pk}/?status=draft")
    page.get_by_label("Select all on this page").check()
    page.get_by_label(f"All {STORES - 2} that match").check()
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text(f"{STORES - 2} submitted for approval.")).to_be_visible()


def send_back(page: Page, campaign: LocationCampaign) -> None:
    """Reject one, and say why."""
    page.goto("/b/harbour/approvals/")
    page.get_by_label("Search").first.fill(campaign.location.store_number)
    page.wait_for_url("**q=*")
    page.get_by_role("link", name=campaign.location.name).first.click()
    page.get_by_label("Comment").fill(COMMENT)
    page.get_by_role("button", name="Reject").click()
    page.wait_for_load_state()
    campaign.refresh_from_db()
    assert campaign.status == Status.REJECTED


def answer_the_comment(page: Page, campaign: LocationCampaign, words: str) -> None:
    """On a phone: read what was asked for, mend it, hand it in again."""
    page.goto(f"/b/harbour/campaigns/{campaign.pk}/")
    expect(page.get_by_text(COMMENT).first).to_be_visible()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_role("textbox", name="Text").last.fill(words)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("1 submitted for approval.")).to_be_visible()


def approve_everything(page: Page) -> None:
    """The whole queue at once: pick all that match, look at the numbers, approve."""
    page.goto("/b/harbour/approvals/")
    page.get_by_label("Select all on this page").check()
    page.get_by_label(f"All {STORES} that match").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name=f"Approve {STORES}").click()
    expect(page.get_by_text(f"{STORES} approved.")).to_be_visible()


def check_mails(sink: SmtpSink, stores: list[Location], own_words: dict[Location, str]) -> None:
    """Each recipient has exactly one, with the name and the address of their own store; the store manager
    was told of what was sent back, in the words of who did."""
    of_address = {address: store for store in stores for address in guests(store)}
    people = [mail for mail in sink.accepted if mail.rcpt_tos[0] not in of_address]
    assert {mail.rcpt_tos[0] for mail in people} <= {"jonas@harbour.example"}
    assert [COMMENT in _text(mail.message) for mail in people].count(True) == 1
    guests_mail = [mail for mail in sink.accepted if mail not in people]
    assert Counter(mail.rcpt_tos[0] for mail in guests_mail) == dict.fromkeys(of_address, 1)
    for accepted in guests_mail:
        store, mail = of_address[accepted.rcpt_tos[0]], accepted.message
        text = _text(mail)
        assert mail["To"] == accepted.rcpt_tos[0]
        assert f"Iced summer at {store.name}" == mail["Subject"]
        assert store.name in text and store.full_address in text, text
        assert all(
            other.full_address not in text for other in stores if other.full_address not in store.full_address
        )
        assert own_words.get(store, "Write here what is new") in text


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def check_ledger(wave: Rollout) -> None:
    """Intended is sent, at every store and in sum."""
    found = ledgers(KIND, wave.campaigns.values_list("pk", flat=True))
    assert set(found.values()) == {Ledger(intended=EACH, sent=EACH)} and len(found) == STORES
    assert all(ledger.adds_up for ledger in found.values())


def wait_for(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Until the worker has done it."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.2)

"""Test mails (Rule S7): marked, to five at most, counted nowhere, without live tokens; by a real server."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.accounts.models import User
from storesync.audience.actions import suppress
from storesync.audience.addresses import address_hash
from storesync.audience.models import Contact, Suppression, SuppressionReason
from storesync.campaigns.actions.test_mail import MOST_AN_HOUR, send_campaign_test, send_template_test
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, MailTest, TemplateVersion
from storesync.campaigns.queries import outcomes_of, used_last
from storesync.campaigns.sending import KIND
from storesync.core.errors import ActionRefused
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.messages import Message, Sender
from storesync.mailing.models import Batch, BatchMessage, BatchState, Delivery, Letter, MailClass
from storesync.mailing.queries import ledgers
from storesync.mailing.tasks import send_mail, sweep_mail
from storesync.mailing.testing import GOOD_FOR, post_test
from storesync.mailing.tokens import DELIVERY, UNSUBSCRIBE, make_token
from tests.campaigns.making import make_wave
from tests.conftest import Cast
from tests.mailing.smtp_servers import Misbehaving, misbehaving
from tests.services import SmtpSink

Send = Callable[..., MailTest]


@pytest.fixture
def post(settings: Any, smtp_sink: SmtpSink) -> SmtpSink:
    """The mail server that everything goes to."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return smtp_sink


@pytest.fixture
def send(in_acme: Cast, campaign: LocationCampaign) -> Send:
    """Send a test of the draft at leeds, as the manager of the store unless told otherwise."""

    def _send(*addresses: str, actor: User | None = None, **given: Any) -> MailTest:
        return send_campaign_test(
            campaign=campaign,
            addresses=addresses or ("me@people.example",),
            actor=actor or in_acme.leeds_manager,
            **given,
        )

    return _send


def parts(sink: SmtpSink, number: int = 0) -> tuple[str, str]:
    """Plain text and HTML of a mail that arrived."""
    message = sink.accepted[number].message
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and html is not None
    return plain.get_content(), html.get_content()


def test_it_is_marked_and_like_the_real_one(in_acme: Cast, post: SmtpSink, send: Send) -> None:
    test = send("me@people.example", "Her@People.example")
    assert Letter.objects.count() == 2
    send_mail.run(in_acme.acme.pk)
    assert post.recipients == {"me@people.example": 1, "Her@people.example": 1}
    message = post.accepted[0].message
    assert str(message["Subject"]).startswith("[Test] 20") and "Leeds Arcade" in message["Subject"]
    assert message["From"] == "Leeds Arcade <news@acme.example>"
    assert message["To"] == "me@people.example", "nobody sees the other's address"
    assert (message["X-StoreSync-Test"], message["Auto-Submitted"]) == ("yes", "auto-generated")
    plain, html = parts(post)
    words = "Test mail, sent by Jonas Lind. Customers do not get this line."
    assert plain.startswith(f"*** {words} ***") and words in html
    assert html.index(words) > html.index("<body") and html.count("<body") == 1
    assert "Winter at Leeds Arcade" in html and "Hello neighbour" in plain
    assert [one.state for one in outcomes_of(test)] == ["sent", "sent"]
    assert Letter.objects.count() == 0, "its bytes are forgotten"


def test_it_carries_no_live_token(in_acme: Cast, post: SmtpSink, send: Send, client: Client) -> None:
    send()
    send_mail.run(in_acme.acme.pk)
    raw = post.accepted[0].content.decode()
    message = post.accepted[0].message
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "X-StoreSync-Delivery"):
        assert message[name] is None
    plain, html = parts(post)
    delivery = Delivery.objects.get()
    for purpose in (UNSUBSCRIBE, DELIVERY):
        assert make_token(purpose, delivery.pk) not in raw + plain + html
    links = set(re.findall(r"https?://[^\s\"<>]+/u/[^\s\"<>]*", plain + html))
    assert links == {"http://127.0.0.1:8000/u/test/"}
    client.logout()
    page = client.get("/u/test/")
    assert page.status_code == 200 and b"This link came in a test mail" in page.content
    assert client.post("/u/test/").status_code == 405
    with all_brands("the test looks everywhere"):
        assert not Suppression.objects.exists()


def test_it_counts_nowhere(in_acme: Cast, post: SmtpSink, send: Send, campaign: LocationCampaign) -> None:
    people = Contact.objects.count()
    test = send("new.colleague@people.example")
    send_mail.run(in_acme.acme.pk)
    assert Contact.objects.count() == people, "a colleague is no contact of the brand"
    assert ledgers(KIND, [campaign.pk])[campaign.pk].intended == 0
    assert not Batch.objects.of(KIND, [campaign.pk]).exists()
    batch = Batch.objects.get()
    assert (batch.mail_class, batch.source_kind, batch.source_id) == (MailClass.TEST, "test", test.pk)
    assert batch.state == BatchState.COMPLETED
    fresh = LocationCampaign.objects.get(pk=campaign.pk)
    assert (fresh.status, fresh.touched_at, fresh.version) == ("draft", None, campaign.version)


@pytest.mark.parametrize("count", [1, 5])
def test_up_to_five(send: Send, count: int) -> None:
    assert send(*(f"p{n}@people.example" for n in range(count))).addresses == count
    assert Delivery.objects.count() == count


def test_no_more_than_five(in_acme: Cast, send: Send, campaign: LocationCampaign) -> None:
    six = [f"p{n}@people.example" for n in range(6)]
    with pytest.raises(ActionRefused, match="at most 5"):
        send(*six)
    assert send(*(["me@people.example"] * 7), "ME@people.example").addresses == 1, "one address is one"
    with pytest.raises(ValueError, match="not 6"):
        post_test(
            brand_id=in_acme.acme.pk,
            location_id=in_acme.leeds.pk,
            source_id=campaign.pk,
            sender=Sender.of(in_acme.acme),
            message=Message("s", "<p>", "t"),
            reader={},
            banner="",
            addresses=[None] * 6,  # type: ignore[list-item]
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        MailTest.objects.create(
            brand=in_acme.acme,
            location=in_acme.leeds,
            campaign=campaign,
            sent_by=in_acme.manager,
            addresses=6,
        )


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b.example\r\nBcc: all@people.example",
        "a@b.example\nX: y",
        "a@b",
        "a b@people.example",
        "<script>@people.example",
        "ü@people.example",
        "a@people.example,b@people.example",
        "",
        "\x00@people.example",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_sent(send: Send, address: str) -> None:
    with pytest.raises(ActionRefused):
        send("good@people.example", address)
    assert not MailTest.objects.exists() and not Delivery.objects.exists()


def test_names_and_subjects_cannot_begin_a_header(
    in_acme: Cast, post: SmtpSink, send: Send, campaign: LocationCampaign
) -> None:
    in_acme.leeds_manager.name = "Jo\r\nBcc: all@people.example <img src=x onerror=alert(1)>"
    in_acme.leeds_manager.save()
    send(reader={"first_name": "Ann\r\nBcc: x@y.example", "last_name": "<b>"})
    send_mail.run(in_acme.acme.pk)
    message = post.accepted[0].message
    assert message["Bcc"] is None and post.accepted[0].rcpt_tos == ["me@people.example"]
    html = parts(post)[1]
    assert "<img src=x" not in html and "&lt;img src=x" in html


def test_a_suppressed_address_gets_no_test_either(in_acme: Cast, send: Send) -> None:
    ann = Contact.objects.get(address="ann@people.example")
    suppress(contact_id=ann.pk, reason=SuppressionReason.UNSUBSCRIBED)
    with pytest.raises(ActionRefused, match=r"Ann@people\.example: Unsubscribed"):
        send("me@people.example", "Ann@people.example")
    assert not Delivery.objects.exists()


def test_it_is_asked_again_before_it_leaves(in_acme: Cast, post: SmtpSink, send: Send) -> None:
    """Rule S4."""
    test = send("me@people.example")
    with all_brands("the test suppresses for the company"):
        Suppression.objects.create(
            brand=None, address_hash=address_hash("me@people.example"), reason=SuppressionReason.MANUAL
        )
    send_mail.run(in_acme.acme.pk)
    assert post.accepted == []
    (one,) = outcomes_of(test)
    assert (one.state, one.waiting, one.words) == ("suppressed", False, "Suppressed by hand")


def test_a_refusal_is_shown_and_suppresses_nobody(in_acme: Cast, settings: Any, send: Send) -> None:
    with misbehaving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        test = send("550.me@people.example", "554.me@people.example", "me@people.example")
        send_mail.run(in_acme.acme.pk)
        assert isinstance(server, Misbehaving) and server.recipients == ["me@people.example"]
    found = {one.address: (one.state, one.answer, one.words) for one in outcomes_of(test)}
    assert found == {
        "550.me@people.example": ("failed", "550 5.1.1", "The address does not exist"),
        "554.me@people.example": ("failed", "554 5.7.1", "The mail server refused the message"),
        "me@people.example": ("sent", "", ""),
    }
    with all_brands("the test looks everywhere"):
        assert not Suppression.objects.exists()


def test_the_sweep_sends_what_a_lost_message_left(post: SmtpSink, send: Send) -> None:
    """Rule S1."""
    send()
    sweep_mail()
    assert post.recipients == {"me@people.example": 1}


def test_a_test_that_waited_too_long_is_given_up(in_acme: Cast, post: SmtpSink, send: Send) -> None:
    with time_machine.travel(timezone.now() - GOOD_FOR - timedelta(minutes=1)):
        test = send()
    send_mail.run(in_acme.acme.pk)
    assert post.accepted == [] and [one.state for one in outcomes_of(test)] == ["expired"]


def test_as_a_recipient_for_who_may_see_them(
    in_acme: Cast, post: SmtpSink, send: Send, campaign: LocationCampaign
) -> None:
    ann = Contact.objects.get(address="ann@people.example")
    with pytest.raises(PermissionDenied):
        send(contact=ann)
    elsewhere = Contact.objects.get(address="cid@people.example")
    with pytest.raises(ActionRefused, match="no recipient"):
        send(contact=elsewhere, actor=in_acme.manager)
    send(contact=ann, actor=in_acme.manager)
    assert not BatchMessage.objects.exists(), "her name stands in the bytes alone (Rule C3)"
    send_mail.run(in_acme.acme.pk)
    assert "Hello Ann" in parts(post)[0]
    assert not Letter.objects.exists()


@pytest.mark.parametrize("who", ["admin", "manager", "approver", "leeds_manager", "north_manager"])
def test_who_works_on_it_may(in_acme: Cast, send: Send, who: str) -> None:
    assert send(actor=getattr(in_acme, who)).sent_by == getattr(in_acme, who)


@pytest.mark.parametrize("who", ["clerk", "viewer", "stranger"])
def test_who_does_not_may_not(in_acme: Cast, send: Send, who: str) -> None:
    with pytest.raises(PermissionDenied):
        send(actor=getattr(in_acme, who))
    assert not Delivery.objects.exists()


def test_thirty_an_hour(in_acme: Cast, send: Send) -> None:
    five = [f"p{n}@people.example" for n in range(5)]
    for _round in range(MOST_AN_HOUR // 5):
        send(*five)
    with pytest.raises(ActionRefused, match="30 addresses"):
        send("one@people.example")
    send("one@people.example", actor=in_acme.manager)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        send("one@people.example")


def test_without_a_sender(in_acme: Cast, template: CampaignTemplate) -> None:
    in_acme.acme.sender_email = ""
    in_acme.acme.save()
    with pytest.raises(ActionRefused, match="no sender address"):
        send_template_test(
            template=template,
            location=in_acme.leeds,
            addresses=["me@people.example"],
            actor=in_acme.manager,
            values={"discount_percentage": "15"},
        )
    assert not MailTest.objects.exists()


def test_a_template_as_one_store(
    in_acme: Cast, post: SmtpSink, template: CampaignTemplate, version: TemplateVersion
) -> None:
    given: dict[str, Any] = {
        "template": template,
        "location": in_acme.york,
        "addresses": ["me@people.example"],
        "values": {"discount_percentage": "15"},
        "reader": {"first_name": "Alex"},
    }
    test = send_template_test(**given, actor=in_acme.manager, version=version)
    assert (test.number, test.template, test.location) == (1, template, in_acme.york)
    draft = send_template_test(**given, actor=in_acme.manager)
    assert draft.number is None
    send_mail.run(in_acme.acme.pk)
    subjects = [str(one.message["Subject"]) for one in post.accepted]
    assert subjects == ["[Test] 15% off at York Retail Park"] * 2
    assert "Hello Alex" in parts(post)[0]
    for person in (in_acme.approver, in_acme.leeds_manager):
        with pytest.raises(PermissionDenied):
            send_template_test(**given, actor=person)


def test_last_used_addresses_are_remembered(in_acme: Cast, send: Send) -> None:
    assert used_last(in_acme.leeds_manager) == []
    send("a@people.example", "b@people.example")
    send("c@people.example", actor=in_acme.manager)
    assert used_last(in_acme.leeds_manager) == ["a@people.example", "b@people.example"]


# -- pages --


def window(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_sends_and_says_what_became_of_it(
    in_acme: Cast, post: SmtpSink, campaign: LocationCampaign
) -> None:
    client = window(in_acme.leeds_manager)
    address = reverse("campaigns:campaign_test", args=["acme", campaign.pk])
    page = client.get(address).content.decode()
    assert "jonas@acme.example" in page and "Revision 1, as it is saved" in page
    assert "Search the recipients" not in page, "not for whom personal data are closed"
    sent = client.post(address, {"addresses": "me@people.example; her@people.example", "recipient": "long"})
    test = MailTest.objects.get()
    assert sent["Location"] == reverse("campaigns:mail_test", args=["acme", test.pk])
    page = client.get(sent["Location"]).content.decode()
    assert "The test is on its way" in page and 'hx-trigger="every 2s"' in page
    send_mail.run(in_acme.acme.pk)
    part = client.get(sent["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "The test is through" in part and "every 2s" not in part and "<html" not in part
    assert "Maximiliane-Alexandrina" in parts(post)[0]
    assert "me@people.example\nher@people.example" in client.get(address).content.decode()
    assert window(in_acme.manager).get(sent["Location"]).status_code == 404, "it is its sender's alone"


def test_the_dialog_shows_the_same(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = window(in_acme.manager)
    address = reverse("campaigns:campaign_test", args=["acme", campaign.pk])
    htmx = {"HX-Request": "true"}
    part = client.get(address, headers=htmx).content.decode()
    assert "<html" not in part and "Search the recipients" in part
    six = ",".join(f"p{n}@people.example" for n in range(6))
    answer = client.post(address, {"addresses": six}, headers=htmx)
    assert answer.status_code == 409 and six in answer.content.decode()
    assert client.post(address, {"addresses": ""}, headers=htmx).status_code == 422
    ann = Contact.objects.get(address="ann@people.example")
    answer = client.post(address, {"addresses": "me@people.example", "recipient": str(ann.pk)}, headers=htmx)
    assert answer.status_code == 200 and b"The test is on its way" in answer.content


def test_no_sender_is_told_with_the_way_to_it(in_acme: Cast, template: CampaignTemplate) -> None:
    in_acme.acme.sender_email = ""
    in_acme.acme.save()
    address = reverse("campaigns:template_test", args=["acme", template.slug])
    page = window(in_acme.manager).get(address).content.decode()
    assert "No sender is set up" in page and reverse("brands:brand_edit", args=["acme"]) in page
    refused = window(in_acme.manager).post(address, {"addresses": "me@people.example"})
    assert refused.status_code == 409 and b"no sender address" in refused.content


@pytest.mark.parametrize("who", ["clerk", "viewer"])
def test_the_page_is_closed_to_who_only_looks(in_acme: Cast, campaign: LocationCampaign, who: str) -> None:
    client = window(getattr(in_acme, who))
    address = reverse("campaigns:campaign_test", args=["acme", campaign.pk])
    assert (
        client.get(address).status_code
        == client.post(address, {"addresses": "a@b.example"}).status_code
        == 403
    )
    content = client.get(reverse("campaigns:campaign_content", args=["acme", campaign.pk]))
    assert b"Send a test" not in content.content


def test_another_brand_s_campaign_is_not_there(in_acme: Cast) -> None:
    with brand_scope([in_acme.other.pk]):
        theirs = make_wave(in_acme.other, in_acme.elsewhere, in_acme.stranger).campaigns.get()
    client = window(in_acme.manager)
    address = reverse("campaigns:campaign_test", args=["acme", theirs.pk])
    assert (
        client.get(address).status_code
        == client.post(address, {"addresses": "a@b.example"}).status_code
        == 404
    )


def test_the_page_of_a_template(
    in_acme: Cast, post: SmtpSink, template: CampaignTemplate, version: TemplateVersion
) -> None:
    client = window(in_acme.manager)
    address = reverse("campaigns:template_test", args=["acme", template.slug])
    page = client.get(f"{address}?location={in_acme.york.pk}").content.decode()
    assert "The draft" in page and "York Retail Park" in page
    sent = client.post(f"{address}?version=1&location={in_acme.york.pk}", {"addresses": "me@people.example"})
    assert sent.status_code == 302 and MailTest.objects.get().number == 1
    template.draft = template.draft | {"subject": "{{ nothing }}"}
    template.save()
    refused = client.post(address, {"addresses": "me@people.example"})
    assert refused.status_code == 409

"""What Django sends goes through the ledger like everything else."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from storesync.audience.addresses import AddressError
from storesync.audience.models import Contact
from storesync.core.scoping import all_brands
from storesync.mailing.models import Batch, BatchState, Delivery, DeliveryState, Letter
from storesync.mailing.tasks import send_company_mail, sweep_mail
from tests.conftest import Cast
from tests.mailing.smtp_servers import Misbehaving, misbehaving


@pytest.fixture
def server(settings: Any, db: None) -> Iterator[Misbehaving]:
    settings.EMAIL_BACKEND = "storesync.mailing.backend.LedgerBackend"
    with misbehaving() as state:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", state.port
        yield state


def states() -> list[str]:
    with all_brands("the test looks at company mail"):
        return list(Delivery.objects.values_list("state", flat=True))


def test_a_mail_is_written_then_sent_and_its_bytes_forgotten(cast: Cast, server: Misbehaving) -> None:
    message = EmailMultiAlternatives(
        "Sign in, Zoë", "The link: https://x.example/secret", "StoreSync <storesync@acme.example>",
        ["Ada <ada@acme.example>", "ADA@acme.example", "bob@localhost"], bcc=["cy@acme.example"],
    )  # fmt: skip
    message.attach_alternative("<p>The link</p>", "text/html")
    message.attach("terms.txt", "be nice", "text/plain")
    assert message.send() == 1
    assert states() == ["queued"] * 3 and Letter.objects.count() == 1
    send_company_mail.run()
    assert states() == ["sent"] * 3
    assert sorted(server.recipients) == ["ada@acme.example", "bob@localhost", "cy@acme.example"]
    mail = server.messages[0]
    assert mail["Subject"] == "Sign in, Zoë" and mail["Auto-Submitted"] == "auto-generated"
    assert "Bcc" not in mail and len(list(mail.iter_attachments())) == 1
    assert Letter.objects.count() == 0
    with all_brands("the test looks at company mail"):
        assert Batch.objects.get().state == BatchState.COMPLETED


def test_no_brand_sees_company_mail(in_acme: Cast, server: Misbehaving) -> None:
    send_mail("Hello", "text", None, ["ada@acme.example"])
    assert not Batch.objects.exists() and not Contact.objects.exists() and not Delivery.objects.exists()
    sweep_mail()
    assert states() == [DeliveryState.SENT]


def test_a_rolled_back_request_sends_nothing(server: Misbehaving) -> None:
    with transaction.atomic():
        send_mail("Hello", "text", None, ["ada@acme.example"])
        transaction.set_rollback(True)
    send_company_mail.run()
    assert server.accepted == [] and states() == []


def test_what_is_no_address(server: Misbehaving) -> None:
    with pytest.raises(AddressError):
        send_mail("Hello", "text", None, ["nobody"])
    assert send_mail("Hello", "text", None, ["nobody"], fail_silently=True) == 0
    assert EmailMessage("Hello", "text", None, []).send() == 0


def test_lost_replies_are_resent_once(server: Misbehaving) -> None:
    send_mail("Hello", "text", None, ["dropdata.ada@acme.example"])
    deadline = time.monotonic() + 180
    while "queued" in states():
        assert time.monotonic() < deadline
        send_company_mail.run()
        time.sleep(0.1)
    assert server.tried["dropdata.ada@acme.example"] == 2 and states() == [DeliveryState.UNKNOWN]

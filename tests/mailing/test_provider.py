"""Through a provider: what each answer means (fault 10)."""

from collections.abc import Iterator
from typing import Any

import pytest

from storesync.mailing.engine import send_due
from storesync.mailing.models import Delivery
from storesync.mailing.transports import Resting, Result
from storesync.mailing.transports.base import Outgoing
from storesync.mailing.transports.provider import ProviderTransport, as_django_message
from tests.conftest import Cast
from tests.mailing import providers
from tests.mailing.conftest import Freeze
from tests.mailing.test_smtp import mail

BACKEND = "tests.mailing.providers.FakeProvider"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    providers.sent.clear()
    yield


def test_each_answer_has_its_meaning() -> None:
    transport = ProviderTransport(BACKEND)
    transport.make_ready()
    names = ["a", "400.b", "500.c", "lost.d", "429.e", "f"]
    outcomes = transport.send([mail(name) for name in names], 10)
    assert [outcome.result for outcome in outcomes] == [
        Result.SENT, Result.REFUSED, Result.UNKNOWN, Result.UNKNOWN, Result.DEFERRED, Result.NOT_SENT,
    ]  # fmt: skip
    assert outcomes[0].esp_id == "esp-0" and outcomes[4].wait == 7
    with pytest.raises(Resting):
        transport.make_ready()
    assert ProviderTransport(BACKEND).send([mail("a")], 0)[0].result is Result.NOT_SENT


def test_the_engine_sends_the_same_mail_that_way(in_acme: Cast, freeze: Freeze, settings: Any) -> None:
    settings.MAIL_PROVIDER = BACKEND
    freeze(2)
    assert send_due(in_acme.acme.pk, seconds=10) is None
    message = providers.sent[0]
    assert message.subject.startswith("Hello Person") and "Hello Person" in message.body
    assert message.alternatives[0].mimetype == "text/html"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.from_email == "Leeds Arcade <news@acme.example>"
    delivery = Delivery.objects.get(pk=message.metadata["delivery"])
    assert delivery.state == "sent" and delivery.esp_id == "esp-0"
    assert message.extra_headers["Message-ID"] == f"<{delivery.pk.hex}@acme.example>"


def test_attachments_and_html_alone_survive() -> None:
    data = (
        b"Subject: S\r\nFrom: a@b.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n"
        b'--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="t.txt"\r\n'
        b"\r\nnice\r\n"
        b"--x--\r\n"
    )
    message = as_django_message(Outgoing(mail("a").delivery_id, "a@b.example", "c@d.example", data))
    assert message.content_subtype == "html" and "<p>hi</p>" in message.body
    assert [attachment.filename for attachment in message.attachments] == ["t.txt"]

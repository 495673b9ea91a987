"""Through a provider: django-anymail's real backend against a server that answers as told (Rule S3)."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from storesync.mailing.models import DeliveryState
from storesync.mailing.queries import Ledger, ledgers
from storesync.mailing.tasks import send_mail
from storesync.mailing.transports import Outgoing, Resting, Result
from storesync.mailing.transports.provider import ProviderTransport
from tests.conftest import Cast
from tests.mailing.conftest import KIND, Freeze

BACKEND = "anymail.backends.postmark.EmailBackend"
INACTIVE = {"ErrorCode": 406}
INACTIVE_WORDS = (
    "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: "
    "ann@people.example. Inactive recipients are ones that have generated a hard bounce."
)
TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "esp-1", "SubmittedAt": "now"}


@dataclass
class Postmark:
    """What a provider was asked, and what it answers next: (status, body), or None to cut the line."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]] | None] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def postmark(settings: Settings) -> Iterator[Postmark]:
    """Postmark's sending API on a port of this machine."""
    state = Postmark()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(asked)
            answer = state.answers.pop(0) if state.answers else (200, {**TAKEN, "To": asked["To"]})
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**state.headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.MAIL_PROVIDER = BACKEND
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 10,
    }
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def mail(number: int = 1, recipient: str = "ann@people.example") -> Outgoing:
    """A finished mail."""
    data = (
        b"From: Leeds <news@acme.example>\r\nTo: ann@people.example\r\nSubject: Hello\r\n"
        b"List-Unsubscribe: <https://s.example/u/x/>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello Ann\r\n"
    )
    return Outgoing(UUID(int=number), "news@acme.example", recipient, data)


def test_accepted_mail_is_known_by_the_provider_s_id(postmark: Postmark) -> None:
    (outcome,) = ProviderTransport(BACKEND).send([mail()], 10)
    assert (outcome.result, outcome.esp_id) == (Result.SENT, "esp-1")
    (asked,) = postmark.asked
    assert (asked["To"], asked["Subject"]) == ("ann@people.example", "Hello")
    assert asked["Metadata"] == {"delivery": UUID(int=1).hex}
    assert {"Name": "List-Unsubscribe", "Value": "<https://s.example/u/x/>"} in asked["Headers"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((401, {"ErrorCode": 10, "Message": "no"}), Result.REFUSED),
        ((422, INACTIVE | {"Message": INACTIVE_WORDS}), Result.REFUSED),
        ((422, INACTIVE | {"Message": "Not the words that anymail knows."}), Result.UNKNOWN),
        ((500, {"ErrorCode": 1, "Message": "broken"}), Result.UNKNOWN),
        ((200, {**TAKEN, "To": "taken, but for whom?"}), Result.UNKNOWN),
        (None, Result.UNKNOWN),
    ],
)
def test_answers_and_what_they_mean(
    postmark: Postmark, answer: tuple[int, dict[str, Any]] | None, result: Result
) -> None:
    postmark.answers = [answer]
    outcomes = ProviderTransport(BACKEND).send([mail(1), mail(2)], 10)
    assert [outcome.result for outcome in outcomes] == [result, Result.SENT]


def test_too_many_requests_rest_the_provider(postmark: Postmark) -> None:
    postmark.answers, postmark.headers = (
        [(429, {"ErrorCode": 1, "Message": "slow down"})],
        {"Retry-After": "60"},
    )
    transport = ProviderTransport(BACKEND)
    first, second = transport.send([mail(1), mail(2)], 10)
    assert (first.result, first.wait, second.result) == (Result.DEFERRED, 60.0, Result.NOT_SENT)
    assert len(postmark.asked) == 1
    with pytest.raises(Resting):
        transport.make_ready()


def test_provider_that_cannot_be_reached_has_nothing(postmark: Postmark, settings: Settings) -> None:
    settings.ANYMAIL |= {"POSTMARK_API_URL": "http://127.0.0.1:1/"}
    transport = ProviderTransport(BACKEND)
    assert [outcome.result for outcome in transport.send([mail(1), mail(2)], 10)] == [Result.NOT_SENT] * 2
    with pytest.raises(Resting):
        transport.make_ready()


def test_address_that_no_provider_takes_is_refused(postmark: Postmark) -> None:
    (outcome,) = ProviderTransport(BACKEND).send([mail(recipient="not an address")], 10)
    assert outcome.result is Result.REFUSED
    assert postmark.asked == []


def test_batch_goes_through_the_provider_of_the_settings(
    in_acme: Cast, freeze: Freeze, postmark: Postmark
) -> None:
    batch = freeze(5)
    send_mail.run(in_acme.acme.pk)
    assert sorted(asked["To"] for asked in postmark.asked) == [f"person{n}@people.example" for n in range(5)]
    assert ledgers(KIND, [batch.source_id])[batch.source_id] == Ledger(intended=5, sent=5)
    assert set(batch.deliveries.values_list("state", "esp_id")) == {(DeliveryState.SENT, "esp-1")}

"""The SMTP conversation: every mail knows which reply is its own, or is unknown (Rule S3, faults 6 to 8)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from storesync.core.models import new_id
from storesync.mailing.transports.base import Outcome, Outgoing, Resting, Result
from storesync.mailing.transports.smtp import SmtpTransport
from tests.mailing.smtp_servers import Misbehaving, misbehaving


@pytest.fixture(params=[True, False], ids=["pipelining", "plain"])
def server(request: pytest.FixtureRequest) -> Iterator[Misbehaving]:
    with misbehaving(pipelining=request.param) as state:
        yield state


def send(server: Misbehaving, *recipients: str, seconds: float = 10, data: bytes = b"") -> list[Outcome]:
    with closing(SmtpTransport("127.0.0.1", server.port)) as transport:
        return transport.send([mail(recipient, data) for recipient in recipients], seconds)


def mail(recipient: str, data: bytes = b"") -> Outgoing:
    data = data or f"Subject: hello\r\nX-To: {recipient}\r\n\r\n.dot\r\n..dots\r\nend".encode()
    return Outgoing(new_id(), "news@acme.example", f"{recipient}@people.example", data)


def results(outcomes: list[Outcome]) -> list[Result]:
    return [outcome.result for outcome in outcomes]


def test_all_arrive_in_order_byte_for_byte(server: Misbehaving) -> None:
    names = [f"p{n}" for n in range(20)]
    assert results(send(server, *names)) == [Result.SENT] * 20
    assert server.recipients == [f"{name}@people.example" for name in names]
    assert server.connections == 1
    assert server.accepted[3][1] == mail("p3").data + b"\r\n"


def test_each_refusal_is_its_own(server: Misbehaving) -> None:
    outcomes = send(server, "a", "451.b", "550.c", "d", "551.e", "554.f", "g")
    assert "".join(result.name[0] for result in results(outcomes)) == "SDRSRRS"
    assert [outcome.code for outcome in outcomes] == [250, 451, 550, 250, 550, 554, 250]
    assert [outcome.status for outcome in outcomes[1:3]] == ["4.7.1", "5.1.1"]
    assert [outcome.address_refused for outcome in outcomes] == [
        False,
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    assert server.recipients == [f"{name}@people.example" for name in "adg"]


def test_lost_after_the_dot_is_unknown_and_the_rest_was_not_sent(server: Misbehaving) -> None:
    outcomes = send(server, "a", "dropdot.b", "c", "d")
    assert results(outcomes) == [Result.SENT, Result.UNKNOWN, Result.NOT_SENT, Result.NOT_SENT]
    assert server.recipients == ["a@people.example", "dropdot.b@people.example"]


def test_lost_within_the_data_is_unknown(server: Misbehaving) -> None:
    assert results(send(server, "a", "dropdata.b", "c")) == [Result.SENT, Result.UNKNOWN, Result.NOT_SENT]


def test_data_that_could_not_all_be_handed_over_was_not_sent() -> None:
    """A server that closes before 64 MB are through cannot have seen the end."""
    with misbehaving() as server:
        outcomes = send(server, "dropdata.b", data=b"Subject: x\r\n\r\n" + b"x" * 64_000_000)
    assert results(outcomes) == [Result.NOT_SENT]


def test_a_server_that_hangs_is_left_in_time(server: Misbehaving) -> None:
    assert results(send(server, "a", "hang.b", "c", seconds=1)) == [
        Result.SENT, Result.UNKNOWN, Result.NOT_SENT,
    ]  # fmt: skip


def test_421_rests_the_connection_and_costs_nobody_a_try(server: Misbehaving) -> None:
    with closing(SmtpTransport("127.0.0.1", server.port)) as transport:
        outcomes = transport.send([mail("a"), mail("421.b"), mail("c")], 10)
        assert results(outcomes) == [Result.SENT, Result.NOT_SENT, Result.NOT_SENT]
        with pytest.raises(Resting) as caught:
            transport.make_ready()
        assert 0 < caught.value.seconds <= 60


def test_an_answer_too_many_makes_the_group_unknown() -> None:
    """Nobody can tell whose an answer is once there are too many of them."""
    with misbehaving() as server:
        found = results(send(server, "a", "extra.b", "c"))
    assert Result.SENT not in found and found[:2] == [Result.UNKNOWN, Result.UNKNOWN]


def test_connections_are_kept_and_a_dead_one_is_replaced(server: Misbehaving) -> None:
    with closing(SmtpTransport("127.0.0.1", server.port)) as transport:
        transport.make_ready()
        assert results(transport.send([mail("a")], 10)) == [Result.SENT]
        assert results(transport.send([mail("b")], 10)) == [Result.SENT]
        assert server.connections == 1
        transport._idle[0]._socket.shutdown(socket.SHUT_RDWR)
        assert results(transport.send([mail("c")], 10)) == [Result.SENT]
        assert server.connections == 2


def test_threads_share_the_transport(server: Misbehaving) -> None:
    found: list[Result] = []
    with closing(SmtpTransport("127.0.0.1", server.port)) as transport:
        threads = [
            threading.Thread(target=lambda: found.extend(results(transport.send([mail("a")] * 10, 10))))
            for _n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [Result.SENT] * 40 and len(server.accepted) == 40


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        transport = SmtpTransport("127.0.0.1", unused.getsockname()[1])
        with pytest.raises(Resting):
            transport.make_ready()
        assert results(transport.send([mail("a")], 5)) == [Result.NOT_SENT]

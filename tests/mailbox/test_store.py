"""The folder of the sink."""

import threading
from pathlib import Path

import pytest

from storesync.mailbox.store import Mailbox


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mailbox")


def mail(subject: str, recipient: str = "ann@example.com") -> bytes:
    return (
        f"From: Shop <shop@acme.example>\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\nHello\r\n".encode()
    )


def test_newest_first_and_found_by_words(mailbox: Mailbox) -> None:
    mailbox.add(mail("Spring sale"), "bounce@acme.example", ["ann@example.com"])
    mailbox.add(mail("=?utf-8?q?Sommerschluss_=E2=80=93_M=C3=BCnchen?="), "", ["bob@example.com"])
    assert [each.subject for each in mailbox.newest_first()] == ["Sommerschluss – München", "Spring sale"]
    assert [each.rcpt_tos for each in mailbox.newest_first("MÜNCHEN bob@")] == [["bob@example.com"]]
    assert mailbox.newest_first("Spring bob@") == mailbox.newest_first("nobody") == []


def test_kept_as_it_came(mailbox: Mailbox) -> None:
    kept = mailbox.add(mail("Hello") + b"\xff\x00", "a@acme.example", ["ann@example.com"])
    found = mailbox.find(kept.id)
    assert found == kept
    assert mailbox.content(kept) == mail("Hello") + b"\xff\x00"
    assert mailbox.find("0" * 24) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"From: \r\n <<<\r\nSubject\r\n\r\n", b"To: (((,\r\n\r\n"]
)
def test_whatever_is_sent_is_kept(mailbox: Mailbox, content: bytes) -> None:
    assert mailbox.content(mailbox.add(content, "", ["ann@example.com"])) == content
    assert len(mailbox.newest_first()) == 1


def test_half_a_line_of_a_killed_sink_is_passed_over(mailbox: Mailbox) -> None:
    mailbox.add(mail("Whole"), "", ["ann@example.com"])
    with (mailbox.root / "index.jsonl").open("a") as index:
        index.write('{"id":"abc","rece')
    assert [each.subject for each in mailbox.newest_first()] == ["Whole"]
    mailbox.add(mail("Next"), "", ["ann@example.com"])
    assert [each.subject for each in mailbox.newest_first()] == ["Next", "Whole"]


def test_deleting_while_the_sink_writes(mailbox: Mailbox) -> None:
    stop = threading.Event()
    errors: list[OSError] = []

    def write() -> None:
        while not stop.is_set():
            try:
                mailbox.add(mail("Again"), "", ["ann@example.com"])
            except OSError as error:
                errors.append(error)
                return

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(50):
        mailbox.clear()
    stop.set()
    writer.join()
    assert errors == []
    mailbox.clear()
    assert mailbox.newest_first() == []
    mailbox.clear()


def test_id_is_no_path(mailbox: Mailbox) -> None:
    with pytest.raises(ValueError, match="not an id"):
        mailbox._path("../../etc/passwd")

"""The mailbox's pages."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from storesync.mailbox.store import Envelope, Mailbox

HTML = '<html><head><title>x</title></head><body><img src="cid:logo"><a href="https://acme.example/">Go</a></body></html>'


@pytest.fixture
def mailbox(tmp_path: Path, settings: Settings) -> Mailbox:
    settings.VAR_DIR = tmp_path
    return Mailbox.of_settings()


@pytest.fixture
def mail(mailbox: Mailbox) -> Envelope:
    """A mail with text, HTML, a picture in it and a file attached."""
    message = EmailMessage()
    message["From"] = "Acme Leeds <news@acme.example>"
    message["To"] = "Ann <ann@example.com>"
    message["Subject"] = "Löwenstark <b>sale</b>"
    message["List-Unsubscribe"] = "<https://acme.example/u/1>"
    message.set_content("Visit https://acme.example/ today\n")
    message.add_alternative(HTML, subtype="html")
    parts = message.get_payload()
    assert isinstance(parts, list)
    parts[1].add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")  # type: ignore[union-attr]
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="terms.pdf")
    return mailbox.add(message.as_bytes(), "bounce+1@acme.example", ["ann@example.com"])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_strangers_are_sent_to_the_sign_in(client: Client, mailbox: Mailbox) -> None:
    assert client.get("/mailbox/").status_code == 302


def test_empty(as_manager: Client, mailbox: Mailbox) -> None:
    page = text(as_manager, "/mailbox/")
    assert "No mail yet" in page
    assert "Delete all mail" not in page


def test_list_shows_and_finds(as_manager: Client, mail: Envelope) -> None:
    page = text(as_manager, "/mailbox/")
    assert "Löwenstark &lt;b&gt;sale&lt;/b&gt;" in page
    assert f"/mailbox/{mail.id}/" in page
    assert "ann@example.com" in text(as_manager, "/mailbox/?q=löwenstark+ann")
    assert "No mail mentions this" in text(as_manager, "/mailbox/?q=tiger")


def test_search_swaps_the_table_alone(as_manager: Client, mail: Envelope) -> None:
    answer = as_manager.get("/mailbox/?q=ann", headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="results">')
    assert "HX-Request" in answer["Vary"]


def test_many_messages_come_in_pages(as_manager: Client, mailbox: Mailbox) -> None:
    for number in range(60):
        mailbox.add(f"Subject: Number {number:02}\r\n\r\n".encode(), "", ["ann@example.com"])
    first, second = text(as_manager, "/mailbox/"), text(as_manager, "/mailbox/?page=2")
    assert "Number 59" in first
    assert "Number 09" not in first
    assert "Number 09" in second
    assert "Number 00" in text(as_manager, "/mailbox/?page=99")


def test_mail_as_its_reader_sees_it(as_manager: Client, mail: Envelope) -> None:
    page = text(as_manager, f"/mailbox/{mail.id}/")
    assert f'src="/mailbox/{mail.id}/body/"' in page
    assert "allow-popups" in page
    assert "allow-scripts" not in page
    assert "terms.pdf" in page
    assert "bounce+1@acme.example" in page


def test_body_is_framed_under_a_policy_of_its_own(as_manager: Client, mail: Envelope) -> None:
    answer = as_manager.get(f"/mailbox/{mail.id}/body/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    body = answer.content.decode()
    assert '<head><base target="_blank">' in body
    assert 'src="data:image/png;base64,iVBORw=="' in body


def test_text_and_headers(as_manager: Client, mail: Envelope) -> None:
    assert '<a href="https://acme.example/"' in text(as_manager, f"/mailbox/{mail.id}/?part=text")
    headers = text(as_manager, f"/mailbox/{mail.id}/?part=headers")
    assert "List-Unsubscribe" in headers
    assert "&lt;https://acme.example/u/1&gt;" in headers


def test_mail_without_html_opens_its_text(as_manager: Client, mailbox: Mailbox) -> None:
    plain = mailbox.add(
        b"Subject: Plain\r\nContent-Type: text/plain; charset=none\r\n\r\nJust \xff", "", ["a@b.example"]
    )
    page = text(as_manager, f"/mailbox/{plain.id}/")
    assert "Just \ufffd" in page
    assert "iframe" not in page
    text(as_manager, f"/mailbox/{plain.id}/body/", status=404)


def test_unknown_mail_is_404(as_manager: Client, mailbox: Mailbox) -> None:
    text(as_manager, "/mailbox/nothing/", status=404)
    text(as_manager, f"/mailbox/{'0' * 24}/body/", status=404)


def test_delete_all(as_manager: Client, mail: Envelope, mailbox: Mailbox) -> None:
    answer = as_manager.post("/mailbox/", follow=True)
    assert "All mail was deleted." in answer.content.decode()
    assert mailbox.newest_first() == []

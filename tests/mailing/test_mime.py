"""Building mails from skeletons: what a reader's program makes of them (Rules T2, T3)."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.mailing.messages import Message, Sender
from storesync.mailing.mime import make_skeleton

NAME = "\ue000first_name\ue001there\ue002"
MESSAGE = Message(
    subject=f"Grüße, {NAME}!",
    html=f"<p>Hi {NAME},</p>\n<p>.</p>\n" + "<p>" + "long ü line " * 60 + "</p>",
    text=f"Hi {NAME},\n.\n..\nFrom us \nend =",
)
SENDER = Sender("Läden & Söhne", "news@acme.example", "leeds@acme.example")


def built(message: Message = MESSAGE, *, test: bool = False, **values: str) -> tuple[EmailMessage, bytes]:
    skeleton = make_skeleton(message, SENDER, {"Feedback-ID": "a:b"}, test=test)
    data = skeleton.fill({"To": "ada@example.org", "Message-ID": "<x@acme.example>"}, values)
    return message_from_bytes(data, policy=policy.default), data


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_reader_sees_what_was_meant() -> None:
    mail, _data = built(first_name="Zoë")
    assert mail["Subject"] == "Grüße, Zoë!"
    assert mail["From"] == "Läden & Söhne <news@acme.example>" and mail["Reply-To"] == "leeds@acme.example"
    assert body(mail, "plain").startswith("Hi Zoë,\n.\n..\nFrom us \nend =")
    assert body(mail, "html").startswith("<p>Hi Zoë,</p>\n<p>.</p>\n<p>long ü line long")
    assert not mail.defects


def test_without_a_name_the_fallback_stands_there() -> None:
    """Rule T3: never "Hi ,"."""
    mail, _data = built(first_name="")
    assert mail["Subject"] == "Grüße, there!" and "Hi there," in body(mail, "plain")


def test_a_name_is_never_markup_nor_a_template_nor_a_header() -> None:
    """Rule T2, fault 25."""
    name = "<b>\r\nBcc: x@y.example\r\n\r\n{{7*7}} & \ue000last_name\ue001\ue002"
    mail, _data = built(first_name=name, last_name="SECRET")
    assert "Bcc" not in mail and "{{7*7}}" in body(mail, "plain")
    assert "&lt;b&gt;" in body(mail, "html") and "<b>" not in body(mail, "html")
    assert "SECRET" not in str(mail)


def test_only_one_part_and_a_test_mail() -> None:
    mail, _data = built(Message("S", "", "only text"), test=True)
    assert mail.get_content_type() == "text/plain" and mail["Subject"] == "[Test] S"
    html, _data = built(Message("=?odd?=", "<p>only</p>", ""))
    assert html.get_content_type() == "text/html" and html["Subject"] == "=?odd?="


@pytest.mark.parametrize("long", ["x" * 300, "ü" * 300, "word " * 100])
def test_no_line_is_too_long(long: str) -> None:
    _mail, data = built(Message(f"{long} {NAME}", f"{long}{NAME}{long}", f"{long}\n{NAME}"), first_name=long)
    head, _blank, rest = data.partition(b"\r\n\r\n")
    assert max(map(len, rest.split(b"\r\n"))) <= 78
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Zl", "Zp"]), max_size=200)


@given(before=TEXT, value=TEXT, after=TEXT)
def test_every_text_survives(before: str, value: str, after: str) -> None:
    mail, data = built(Message("S", "", f"{before}\n\ue000first_name\ue001-\ue002{after}"), first_name=value)
    assert body(mail, "plain") == f"{before}\n{value or '-'}{after}"
    assert b"\r" not in data.replace(b"\r\n", b"")

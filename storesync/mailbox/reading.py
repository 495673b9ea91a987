"""A message as its reader would see it."""

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

_CID = re.compile(r"cid:([^\s\"'<>)]+)")
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# Links leave the frame: inside it they would meet the frame's own policy.
_BASE = '<base target="_blank">'


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that a mail program would offer as a file; `size` in bytes."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of one message, decoded."""

    headers: list[tuple[str, str]]
    html: str
    text: str
    attachments: list[Attachment]


def read(content: bytes) -> Reading:
    """Decode a message. Bad encodings are shown with replacement characters, never refused."""
    message = message_from_bytes(content, policy=policy.default)
    html = message.get_body(("related", "html"))
    if html is not None and html.get_content_type() == "multipart/related":
        html = html.get_body(("html",))
    plain = message.get_body(("plain",))
    raw = message_from_bytes(content, policy=policy.compat32)
    return Reading(
        headers=[(name, str(value)) for name, value in raw.items()],
        html=_with_pictures(_text(html), message) if html is not None else "",
        text=_text(plain) if plain is not None else "",
        attachments=[
            Attachment(
                part.get_filename() or part.get_content_type(), part.get_content_type(), len(_bytes(part))
            )
            for part in message.iter_attachments()
            if not part["Content-ID"]
        ],
    )


def _text(part: MIMEPart) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return _bytes(part).decode(charset, errors="replace")
    except LookupError:
        return _bytes(part).decode(errors="replace")


def _bytes(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _with_pictures(html: str, message: EmailMessage) -> str:
    """Put the pictures that came with the message in place, and let links open outside of the frame."""
    pictures = {
        str(part["Content-ID"]).strip("<> "): f"data:{part.get_content_type()};base64,"
        + base64.b64encode(_bytes(part)).decode()
        for part in message.walk()
        if part["Content-ID"] and part.get_content_maintype() == "image"
    }
    html = _CID.sub(lambda match: pictures.get(match[1], match[0]), html)
    head = _HEAD.search(html)
    return html[: head.end()] + _BASE + html[head.end() :] if head else _BASE + html

"""Building mails: the MIME skeleton once per message, recipients' fields substituted as bytes.

Recipient data is only ever substituted, never compiled (Rule T2): a message is cut at its markers once, and a
name that looks like a marker or a template stays the text it is. An EmailMessage per recipient would cost a
millisecond each (sending.md, "Speed").
"""

import html
import re
from binascii import b2a_qp
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr
from hashlib import sha256
from typing import Final

from django.utils.translation import gettext as _

from storesync.mailing.messages import Message, Sender

MARKER: Final = re.compile("\ue000([a-z0-9_]+)\ue001([^\ue000-\ue002]*)\ue002")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
_BARE_NEWLINE: Final = re.compile(rb"(?<!\r)\n")
_SOFT_BREAK: Final = b"=\r\n"
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.'-]{0,69}[A-Za-z0-9]")
_LONGEST_LINE: Final = 900  # RFC 5322 allows 998


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place for a recipient's field in one part, and what stands there without one."""

    name: str
    fallback: bytes
    encode: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message with everything in it but its recipient. Made by `make_skeleton`."""

    subject: tuple[str | tuple[str, str], ...]
    head: bytes
    body: tuple[bytes | _Slot, ...]

    def fill(self, headers: Mapping[str, str], values: Mapping[str, str]) -> bytes:
        """The finished mail, lines ending in CRLF.

        Args:
            headers: of this mail alone, ASCII: To, Date, Message-ID, List-Unsubscribe.
            values: the recipient's fields by name; empty or missing ones take the marker's fallback.
        """
        subject = "".join(
            part if isinstance(part, str) else values.get(part[0]) or part[1] for part in self.subject
        )
        lines = [_header("Subject", subject)]
        lines += [f"{name}: {_one_line(value)}\r\n".encode() for name, value in headers.items()]
        lines.append(self.head)
        for part in self.body:
            if isinstance(part, bytes):
                lines.append(part)
            else:
                value = values.get(part.name)
                # Soft line breaks around it keep every line short, whatever the value's length.
                lines += (_SOFT_BREAK, part.encode(value) if value else part.fallback, _SOFT_BREAK)
        return b"".join(lines)


def make_skeleton(
    message: Message, sender: Sender, headers: Mapping[str, str], *, test: bool = False
) -> Skeleton:
    """Cut a message at its markers and encode what does not change.

    Args:
        headers: of every mail of the batch, ASCII.
        test: mark the subject as that of a test mail, in the active language (Rule S7).
    """
    name = _one_line(sender.name)
    lines = [
        f"From: {formataddr((name, sender.address), 'utf-8')}\r\n",
        *([f"Reply-To: {_one_line(sender.reply_to)}\r\n"] if sender.reply_to else []),
        *(f"{key}: {_one_line(value)}\r\n" for key, value in headers.items()),
        "MIME-Version: 1.0\r\n",
    ]
    parts = [
        (kind, text, escape)
        for kind, text, escape in (("plain", message.text, _as_text), ("html", message.html, _as_html))
        if text
    ] or [("plain", "", _as_text)]
    body: list[bytes | _Slot] = []
    if len(parts) == 1:
        lines.append(_part_head(parts[0][0]))
        body += _encode(parts[0][1], parts[0][2])
        return Skeleton(_cut_subject(message.subject, test), "".join(lines).encode(), tuple(body))
    boundary = f"=_{sha256((message.html + message.text).encode()).hexdigest()[:32]}"
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n')
    for kind, text, escape in parts:
        body.append(f"--{boundary}\r\n{_part_head(kind)}".encode())
        body += _encode(text, escape)
        body.append(b"\r\n")
    body.append(f"--{boundary}--\r\n".encode())
    return Skeleton(_cut_subject(message.subject, test), "".join(lines).encode(), tuple(body))


def _part_head(kind: str) -> str:
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    )


def _cut_subject(subject: str, test: bool) -> tuple[str | tuple[str, str], ...]:
    pieces = MARKER.split(subject)
    found: list[str | tuple[str, str]] = [f"{_('[Test]')} "] if test else []
    for i in range(0, len(pieces) - 2, 3):
        found += [pieces[i], (pieces[i + 1], pieces[i + 2])]
    return (*found, pieces[-1])


def _encode(text: str, encode: Callable[[str], bytes]) -> list[bytes | _Slot]:
    pieces = MARKER.split(text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n"))
    found: list[bytes | _Slot] = []
    for i in range(0, len(pieces) - 2, 3):
        found += [_quoted(pieces[i]), _Slot(pieces[i + 1], _quoted(pieces[i + 2]), encode)]
    return [*found, _quoted(pieces[-1])]


def _quoted(text: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7), line ends kept."""
    return _BARE_NEWLINE.sub(b"\r\n", b2a_qp(text.encode()))


def _as_text(value: str) -> bytes:
    return value.encode() if _PLAIN.fullmatch(value) else _quoted(_one_line(value))


def _as_html(value: str) -> bytes:
    return value.encode() if _PLAIN.fullmatch(value) else _quoted(html.escape(_one_line(value)))


def _one_line(value: str) -> str:
    """Without line breaks and control signs: nothing of a person's can begin a header of its own."""
    return _CONTROL.sub(" ", value)


def _header(name: str, value: str) -> bytes:
    """One header of free text, in encoded words where it needs them (RFC 2047)."""
    value = _one_line(value)
    if value.isascii() and "=?" not in value and len(value) < _LONGEST_LINE:
        return f"{name}: {value}\r\n".encode()
    encoded = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n".encode()

"""Where the sink keeps what it accepted: one file per message, and one line per message in an index.

The index line is written last, so a killed sink leaves no half message in the list.
"""

import fcntl
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from django.conf import settings

_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One accepted message as the list shows it. `received` is in seconds since 1970, UTC."""

    id: str
    received: float
    mail_from: str
    rcpt_tos: list[str]
    message_id: str
    sender: str
    recipient: str
    subject: str
    size: int

    @property
    def received_at(self) -> datetime:
        """When the sink accepted it."""
        return datetime.fromtimestamp(self.received, UTC)

    def mentions(self, words: str) -> bool:
        """Whether every word occurs in the subject or an address."""
        text = " ".join(
            [self.subject, self.sender, self.recipient, self.mail_from, *self.rcpt_tos]
        ).casefold()
        return all(word in text for word in words.casefold().split())


class Mailbox:
    """The folder of the sink. Reading and deleting bear a sink that writes at the same time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of_settings(cls) -> Self:
        """The one of this installation."""
        return cls(settings.VAR_DIR / "mailbox")

    def add(self, content: bytes, mail_from: str, rcpt_tos: list[str]) -> Envelope:
        """Keep one accepted message."""
        now = time.time_ns()
        message = message_from_bytes(content, policy=policy.default)
        envelope = Envelope(
            id=f"{now:016x}{secrets.token_hex(4)}",
            received=now / 1e9,
            mail_from=mail_from,
            rcpt_tos=rcpt_tos,
            message_id=header(message, "Message-ID"),
            sender=header(message, "From"),
            recipient=header(message, "To"),
            subject=header(message, "Subject"),
            size=len(content),
        )
        line = json.dumps(asdict(envelope), ensure_ascii=False, separators=(",", ":"))
        with self._locked():
            self.root.mkdir(mode=0o700, exist_ok=True)
            self._path(envelope.id).write_bytes(content)
            with (self.root / "index.jsonl").open("ab") as index:
                # The newline comes first: it also ends the half line of a sink that was killed.
                index.write(b"\n" + line.encode() + b"\n")
        return envelope

    def newest_first(self, words: str = "") -> list[Envelope]:
        """Every message that mentions the words."""
        found = [envelope for envelope in self._read() if envelope.mentions(words)]
        found.reverse()
        return found

    def find(self, message_id: str) -> Envelope | None:
        """The envelope with this id."""
        return next((envelope for envelope in self._read() if envelope.id == message_id), None)

    def content(self, envelope: Envelope) -> bytes:
        """The message as it came over the wire."""
        return self._path(envelope.id).read_bytes()

    def clear(self) -> None:
        """Delete every message."""
        with self._locked():
            shutil.rmtree(self.root, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time adds or deletes."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        with self.root.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _path(self, message_id: str) -> Path:
        if not _ID.fullmatch(message_id):
            raise ValueError("not an id of this mailbox")
        return self.root / f"{message_id}.eml"

    def _read(self) -> Iterator[Envelope]:
        try:
            lines = (self.root / "index.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for line in filter(None, lines):
            try:
                yield Envelope(**json.loads(line))
            except (ValueError, TypeError):
                # The last line of a sink that was killed while writing it.
                continue


def header(message: EmailMessage, name: str) -> str:
    """A header as people read it; "" when it is missing or beyond parsing."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, LookupError, TypeError):
        return ""

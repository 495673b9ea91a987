"""Where the sink keeps what it accepted: one file per message, and one line per message in an index.

The index line is written last and in one write, so a killed sink leaves no half message in the list.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
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
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(envelope.id)
        partial = path.with_suffix(".part")
        partial.write_bytes(content)
        partial.rename(path)
        line = json.dumps(asdict(envelope), ensure_ascii=False, separators=(",", ":")) + "\n"
        index = os.open(self.root / "index.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(index, line.encode())
        finally:
            os.close(index)
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
        trash = self.root.with_name(f"{self.root.name}.{secrets.token_hex(4)}")
        try:
            self.root.rename(trash)
        except FileNotFoundError:
            return
        shutil.rmtree(trash)

    def _path(self, message_id: str) -> Path:
        if not _ID.fullmatch(message_id):
            raise ValueError("not an id of this mailbox")
        return self.root / f"{message_id}.eml"

    def _read(self) -> Iterator[Envelope]:
        try:
            lines = (self.root / "index.jsonl").read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
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

"""What callers hand to the engine: messages and senders, and the hash that seals a message."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from storesync.brands.models import Brand, Location
    from storesync.content.models import Revision


@dataclass(frozen=True, slots=True)
class Message:
    """One variant, rendered for its store; what belongs to the recipient stands in it as markers.

    A marker is `\\ue000name\\ue001fallback\\ue002`, its fallback already escaped for the part it stands in.
    """

    subject: str
    html: str
    text: str
    variant: str = ""

    @property
    def content_hash(self) -> str:
        """SHA-256 of subject, HTML and text, each with its length, so that no two messages share one."""
        return message_hash(self.subject, self.html, self.text)

    @classmethod
    def of_revision(cls, revision: "Revision") -> Self:
        """The message of an approved revision."""
        return cls(revision.rendered_subject, revision.html, revision.text, revision.variant)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from: the address is on the brand's own domain (Rule S8)."""

    name: str
    address: str
    reply_to: str = ""

    @classmethod
    def of(cls, brand: "Brand", location: "Location | None" = None) -> Self:
        """From the brand's address, with the store's name shown; replies go to the store (Rule S8)."""
        name = location.name if location is not None else brand.sender_name or brand.name
        store = location.email if location is not None and location.email.isascii() else ""
        reply_to = store or brand.reply_to
        return cls(name=name, address=brand.sender_email, reply_to=reply_to)


def message_hash(subject: str, html: str, text: str) -> str:
    """SHA-256 over the three parts, each preceded by its length in bytes."""
    digest = hashlib.sha256()
    for part in (subject, html, text):
        data = part.encode()
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def seal(hashes: Iterable[str]) -> str:
    """One hash over those of all variants, in their order."""
    return hashlib.sha256(",".join(hashes).encode()).hexdigest()

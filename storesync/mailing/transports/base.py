"""What every transport takes and gives back."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Result(enum.Enum):
    """What became of one mail; the difference between the last two is what the ledger lives on (Rule S3)."""

    SENT = "sent"
    DEFERRED = "deferred"  # 4xx, 429: the server asks to try again later
    REFUSED = "refused"  # 5xx
    NOT_SENT = "not sent"  # it certainly was not accepted: nothing complete was ever handed over
    UNKNOWN = "unknown"  # handed over, and no answer that is surely its own


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One finished mail: its bytes with lines ending in CRLF, and its envelope."""

    delivery_id: UUID
    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one mail: the server's codes (never its words: they may quote an address).

    `address_refused`: the recipient's address does not exist. `wait`: seconds the server asks for.
    """

    result: Result
    code: int | None = None
    status: str = ""
    esp_id: str = ""
    address_refused: bool = False
    wait: float = 0.0


class Resting(Exception):
    """The server cannot be reached, or asked for rest: nothing may be claimed for it for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"resting for {seconds:.1f} s")
        self.seconds = seconds


class Transport(Protocol):
    """Talks to a mail server. Used by several threads at once."""

    def make_ready(self) -> None:
        """See that mails can be sent now; raises Resting when not. Called before any mail is claimed."""
        ...

    def send(self, mails: Sequence[Outgoing], seconds: float) -> list[Outcome]:
        """Send mails in order and tell what became of each, within `seconds` in all. Never raises."""
        ...

    def close(self) -> None:
        """Drop idle connections."""
        ...

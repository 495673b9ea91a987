"""What a mail server's answer means for its delivery, and how that is written."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from storesync.mailing import statements
from storesync.mailing.lifecycle import run
from storesync.mailing.models import DeliveryReason, DeliveryState, EventKind
from storesync.mailing.transports import Outcome, Result

MAX_ATTEMPTS: Final = 8
_FIRST_BACKOFF, _LONGEST_BACKOFF = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is recorded about one try."""

    id: UUID
    state: str
    reason: str = ""
    wait: float = 0.0
    refund: int = 0
    outcome: Outcome = Outcome(Result.NOT_SENT)
    event: str = ""


def judge(delivery_id: UUID, attempt: int, outcome: Outcome) -> Verdict:
    """What an answer means for its delivery, at its `attempt`-th try."""
    match outcome.result:
        case Result.SENT:
            return Verdict(delivery_id, DeliveryState.SENT, outcome=outcome)
        case Result.UNKNOWN:
            return Verdict(
                delivery_id,
                DeliveryState.UNKNOWN,
                DeliveryReason.REPLY_LOST,
                outcome=outcome,
                event=EventKind.UNKNOWN,
            )
        case Result.REFUSED:
            reason = DeliveryReason.NO_ADDRESS if outcome.address_refused else DeliveryReason.REFUSED
            return Verdict(delivery_id, DeliveryState.FAILED, reason, outcome=outcome, event=EventKind.FAILED)
        case Result.NOT_SENT:
            # The server's trouble, not the recipient's: it costs no try.
            return Verdict(
                delivery_id,
                DeliveryState.QUEUED,
                DeliveryReason.UNREACHABLE,
                wait=0.5,
                refund=1,
                outcome=outcome,
            )
        case Result.DEFERRED if attempt >= MAX_ATTEMPTS:
            return Verdict(
                delivery_id,
                DeliveryState.FAILED,
                DeliveryReason.GAVE_UP,
                outcome=outcome,
                event=EventKind.FAILED,
            )
    return Verdict(
        delivery_id,
        DeliveryState.QUEUED,
        DeliveryReason.DEFERRED,
        wait=outcome.wait or backoff(attempt),
        outcome=outcome,
        event=EventKind.DEFERRED,
    )


def backoff(attempt: int) -> float:
    """Seconds to wait after the `attempt`-th try was deferred: doubling, with jitter, an hour at most."""
    longest = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** (attempt - 1))
    return longest * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret


def columns(verdicts: Sequence[Verdict]) -> dict[str, list[Any]]:
    """Verdicts as the arrays that the statements take."""
    return {
        "ids": [one.id for one in verdicts],
        "states": [str(one.state) for one in verdicts],
        "reasons": [str(one.reason) for one in verdicts],
        "waits": [one.wait for one in verdicts],
        "refunds": [one.refund for one in verdicts],
        "codes": [one.outcome.code for one in verdicts],
        "statuses": [one.outcome.status[:12] for one in verdicts],
        "esp_ids": [one.outcome.esp_id for one in verdicts],
    }


def write_events(verdicts: Sequence[Verdict]) -> None:
    """Append what happened to the events of each delivery; the caller holds the transaction."""
    arrays = columns(verdicts)
    run(
        statements.EVENTS,
        {
            "ids": arrays["ids"],
            "kinds": [str(one.event) for one in verdicts],
            "reasons": arrays["reasons"],
            "codes": arrays["codes"],
            "statuses": arrays["statuses"],
        },
    )

"""The ledger, counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from storesync.mailing.models import WAITING, Batch, Delivery, DeliveryState


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of everybody a source was to mail.

    `intended` is what was frozen; all other figures are counted anew and must add up to it.
    """

    intended: int = 0
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    bounced: int = 0
    complained: int = 0
    suppressed: int = 0
    held_out: int = 0
    cancelled: int = 0
    expired: int = 0
    unknown: int = 0

    @property
    def left(self) -> int:
        """How many messages a mail server accepted, whatever happened to them afterwards."""
        return self.sent + self.delivered + self.bounced + self.complained

    @property
    def adds_up(self) -> bool:
        """Whether everybody intended is somewhere."""
        return self.intended == (
            self.left
            + self.waiting
            + self.failed
            + self.suppressed
            + self.held_out
            + self.cancelled
            + self.expired
            + self.unknown
        )

    @property
    def mailable(self) -> int:
        """Those who are to get the message: intended without suppressed and held out."""
        return self.intended - self.suppressed - self.held_out

    @property
    def percent(self) -> int:
        """How much of the work is done, 0 to 100."""
        return 100 if not self.mailable else 100 * (self.mailable - self.waiting) // self.mailable


_COLUMN = {state.value: ("waiting" if state in WAITING else state.value) for state in DeliveryState}


def ledgers(source_kind: str, source_ids: Iterable[UUID]) -> dict[UUID, Ledger]:
    """The ledger of each source, in two queries; empty ones for sources that have no batch yet."""
    wanted = list(source_ids)
    figures: dict[UUID, dict[str, int]] = {source_id: {} for source_id in wanted}
    intended = (
        Batch.objects.of(source_kind, wanted).order_by().values_list("source_id").annotate(Sum("intended"))
    )
    for source_id, total in intended:
        figures[source_id]["intended"] = total or 0
    counts = (
        Delivery.objects.of(source_kind, wanted)
        .order_by()
        .values_list("batch__source_id", "state")
        .annotate(Count("pk"))
    )
    for source_id, state, count in counts:
        column = _COLUMN[state]
        figures[source_id][column] = figures[source_id].get(column, 0) + count
    return {source_id: Ledger(**counted) for source_id, counted in figures.items()}

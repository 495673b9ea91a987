"""Facts that the engine tells the floors above; handlers run in the transaction that made them true."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """No delivery of the batch is waiting any more; told exactly once, also for a cancelled one.

    What is `unknown` is no longer waiting: it is listed for a person (Rule S3).
    """

    batch_id: UUID
    brand_id: UUID
    source_kind: str
    source_id: UUID


@dataclass(frozen=True, slots=True)
class BatchPaused:
    """The engine itself paused the batch, and why, in words (Rules S4, S10)."""

    batch_id: UUID
    brand_id: UUID
    source_kind: str
    source_id: UUID
    reason: str

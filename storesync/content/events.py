"""What happens to revisions, for the floors above (core.events)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Decision = Literal["approved", "rejected", "changes_requested", "recalled", "passed_on"]


@dataclass(frozen=True, slots=True)
class RevisionsSubmitted:
    """Revisions of one kind of owner were handed in for approval, by one person in one action."""

    brand_id: UUID
    owner_kind: str
    revision_ids: tuple[UUID, ...]
    actor_id: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionsDecided:
    """A review of revisions ended, or moved to its next stage (`passed_on`).

    `approved` means by the last stage; the approvals are already recorded. `recalled` is the submitter's.
    """

    brand_id: UUID
    decision: Decision
    revision_ids: tuple[UUID, ...]
    actor_id: int | None
    comment: str = ""
    way: str = "page"
    submission_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRevoked:
    """Approvals are no longer in force; nothing of these revisions may be sent from now on."""

    brand_id: UUID
    revision_ids: tuple[UUID, ...]
    actor_id: int | None
    reason: str = ""

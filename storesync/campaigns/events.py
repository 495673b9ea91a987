"""What happens to roll-outs and campaigns, for the floors above (core.events)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DraftsDue:
    """The edit deadline of a roll-out passed and its untouched drafts are to be submitted as they are.

    `actor_id` is who launched it: their submitter (product.md, "Words", Rollout).
    """

    brand_id: UUID
    rollout_id: UUID
    revision_ids: tuple[UUID, ...]
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CampaignsEnded:
    """Campaigns reached an end (completed, cancelled, missed); nothing of them waits for a decision now."""

    brand_id: UUID
    campaign_ids: tuple[UUID, ...]
    revision_ids: tuple[UUID, ...]
    actor_id: int | None

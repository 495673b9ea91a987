"""The next revision of campaigns: written in one way, whether a person edits one or a wave is upgraded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from storesync.campaigns.messages import sender_of
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.schedule import instants, parse_schedule
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import APPROVED_STATES, CandidateStatus
from storesync.content.actions import BuiltRevision, RevisionDraft, build_revisions
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.rendering import CompiledMessage

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class NextRevision:
    """What the next revision of a locked campaign is made of, with the present facts of its store."""

    campaign: LocationCampaign
    message: CompiledMessage
    schedule: Mapping[str, Any]
    audience: Mapping[str, Any]
    values: Mapping[str, str]


def write_revisions(
    rows: Sequence[NextRevision], *, brand_id: UUID, author: "User | None"
) -> list[BuiltRevision]:
    """Write one revision for each, numbered after the newest of its campaign; in order."""
    last: dict[UUID, int] = dict(
        Revision.objects.filter(owner_kind=KIND, owner_id__in=[one.campaign.pk for one in rows])
        .order_by()
        .values("owner_id")
        .annotate(newest=Max("number"))
        .values_list("owner_id", "newest")
    )
    return build_revisions(
        brand_id=brand_id,
        drafts=(
            RevisionDraft(
                location_id=one.campaign.location_id,
                owner_id=one.campaign.pk,
                number=last.get(one.campaign.pk, 0) + 1,
                message=one.message,
                facts=location_facts(one.campaign.location, one.campaign.brand, one.message.declared_facts),
                values=one.values,
                audience=one.audience,
                schedule=one.schedule,
                sender=sender_of(one.campaign.brand, one.campaign.location),
            )
            for one in rows
        ),
        author=author,
    )


def take_revision(campaign: LocationCampaign, revision: Revision, *, touched: bool = True) -> list[str]:
    """Make this the current revision: a candidate where another is in force. Returns the fields to save.

    Args:
        touched: whether the store itself did it; an offer stays an offer when somebody above does.
    """
    approved = campaign.approved_revision if campaign.status in APPROVED_STATES else None
    fields = ["current_revision", "candidate_status", "version", "touched_at", "facts_changed_at"]
    campaign.current_revision = revision
    campaign.version += 1
    if touched:
        campaign.touched_at = campaign.touched_at or timezone.now()
    campaign.facts_changed_at = None
    if approved is None:
        campaign.candidate_status = CandidateStatus.NONE
        campaign.start_at, campaign.end_at = instants(
            parse_schedule(revision.schedule), campaign.location.time_zone
        )
        fields += ["start_at", "end_at"]
    elif revision.content_hash == approved.content_hash:
        # Edited back to what is approved: nothing needs a new decision.
        campaign.current_revision = approved
        campaign.candidate_status = CandidateStatus.NONE
    else:
        campaign.candidate_status = CandidateStatus.DRAFT
    return fields

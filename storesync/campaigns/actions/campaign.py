"""The moves of campaigns that people make; edits are in `edit.py`, reviews in `review.py`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.brands.permissions import can_all
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns import lifecycle
from storesync.campaigns.events import CampaignsEnded
from storesync.campaigns.models import CampaignPolicy, LocationCampaign
from storesync.campaigns.schedule import instants, parse_schedule
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import CandidateStatus, Status
from storesync.content.models import Approval
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.mailing.actions import cancel_batches, pause_batches, resume_batches

if TYPE_CHECKING:
    from storesync.accounts.models import User


def locked_campaigns(ids: Iterable[UUID], actor: "User | None") -> list[LocationCampaign]:
    """The campaigns, locked in order of id (Rule A9), after asking for the right on every one's location.

    Raises:
        PermissionDenied: the actor may not edit one of them, or one is not there.
    """
    wanted = set(ids)
    rows = LocationCampaign.objects.filter(pk__in=wanted).order_by("pk")
    # Locked without its relations: a join that changes while this waits (a new revision) would drop the row.
    list(rows.select_for_update().values_list("pk"))
    found = list(
        rows.select_related("brand", "location", "template_version", "current_revision", "approved_revision")
    )
    if len(found) != len(wanted):
        raise PermissionDenied
    if actor is not None and not can_all(actor, EDIT_CAMPAIGN, {one.location_id for one in found}):
        raise PermissionDenied
    return found


def arm_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """Arm the approved dates: Approved -> Scheduled. "As soon as approved" means now.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is not Approved, or its start has passed by more than the grace time.
    """
    with audited("campaign.scheduled", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        now = timezone.now()
        grace = {brand_id: CampaignPolicy.of(brand_id).grace for brand_id in {one.brand_id for one in locked}}
        for campaign in locked:
            start_at, _end = armed_dates(campaign, now)
            if start_at < now - grace[campaign.brand_id]:
                raise ActionRefused(
                    _("The start of %(name)s has passed. It needs new dates.") % {"name": campaign.name}
                )
        arm_locked(locked, now, reason=reason)
    return locked


def arm_locked(campaigns: Sequence[LocationCampaign], now: datetime, *, reason: str = "") -> None:
    """Arm locked campaigns in one statement per set of dates."""
    groups: dict[tuple[Any, ...], list[LocationCampaign]] = {}
    for campaign in campaigns:
        start_at, end_at = armed_dates(campaign, now)
        groups.setdefault((start_at, end_at, campaign.location.time_zone), []).append(campaign)
    for (start_at, end_at, zone), members in groups.items():
        lifecycle.move(members, "arm", reason=reason, start_at=start_at, end_at=end_at, armed_zone=zone)


def armed_dates(campaign: LocationCampaign, now: datetime) -> tuple[datetime, datetime | None]:
    """The instants of the approved schedule; an end that is not after the start is none (send, then done)."""
    revision = campaign.approved_revision
    if revision is None:
        raise ActionRefused(_("%(name)s has no approved revision.") % {"name": campaign.name})
    start_at, end_at = instants(
        parse_schedule(revision.schedule), campaign.location.time_zone, approved_at=now
    )
    start = start_at or now
    return start, end_at if end_at and end_at > start else None


def pause_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """Hold Scheduled and Active campaigns; what is leased may still leave, nothing more is claimed.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is neither Scheduled nor Active.
    """
    with audited("campaign.paused", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        lifecycle.move(locked, "pause", reason=reason)
        pause_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor, reason=reason)
    return locked


def resume_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None"
) -> list[LocationCampaign]:
    """Go on where it was paused.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is not Paused, or its approval is no longer in force.
    """
    with audited("campaign.resumed", actor=actor):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        _require_approved(locked)
        lifecycle.move(locked, "resume")
        resume_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor)
    return locked


def _require_approved(campaigns: Sequence[LocationCampaign]) -> None:
    ids = [one.approved_revision_id for one in campaigns if one.approved_revision_id]
    held = set(Approval.objects.in_force().of_revisions(ids).values_list("revision_id", flat=True))
    for campaign in campaigns:
        if campaign.approved_revision_id not in held:
            raise ActionRefused(
                _("The approval of %(name)s is no longer in force.") % {"name": campaign.name}
            )


def cancel_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """End campaigns for good; what waits is not sent. Whoever comes second finds the new state (Rule L4).

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one has ended already.
    """
    with audited("campaign.cancelled", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        lifecycle.move(locked, "cancel", reason=reason, candidate_status=CandidateStatus.NONE)
        cancel_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor, reason=reason)
        tell_ended(locked, actor)
    return locked


def tell_ended(campaigns: Sequence[LocationCampaign], actor: "User | None") -> None:
    """Publish CampaignsEnded for campaigns of one or more brands."""
    brands: dict[UUID, list[LocationCampaign]] = {}
    for campaign in campaigns:
        brands.setdefault(campaign.brand_id, []).append(campaign)
    for brand_id, members in brands.items():
        publish(
            CampaignsEnded(
                brand_id,
                tuple(one.pk for one in members),
                tuple(one.current_revision_id for one in members),
                actor.pk if actor else None,
            )
        )


def take_back(*, campaign: LocationCampaign, actor: "User") -> LocationCampaign:
    """Rejected -> Draft, to work on it again; a rejected candidate becomes a draft candidate.

    Raises:
        PermissionDenied: the actor may not edit it.
        ActionRefused: it is not Rejected.
    """
    with audited("campaign.taken_back", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        if campaign.candidate_status == CandidateStatus.REJECTED:
            campaign.candidate_status = CandidateStatus.DRAFT
            campaign.save(update_fields=["candidate_status"])
        else:
            lifecycle.move([campaign], "take_back")
    return campaign


def reopen_campaign(*, campaign: LocationCampaign, actor: "User", reason: str = "") -> LocationCampaign:
    """Missed, Approved or Scheduled -> Draft, for new dates; its approval no longer counts.

    Raises:
        PermissionDenied: the actor may not edit it.
        ActionRefused: it is in another state.
    """
    with audited("campaign.reopened", actor=actor, reason=reason):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        lifecycle.move(
            [campaign],
            "reopen",
            reason=reason,
            approved_revision=None,
            candidate_status=CandidateStatus.NONE,
            armed_zone="",
        )
    return campaign


def archive_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User", undo: bool = False
) -> list[LocationCampaign]:
    """Put ended campaigns out of sight, or bring them back; a flag, not a state.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one has not ended.
    """
    with audited("campaign.restored" if undo else "campaign.archived", actor=actor):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        for campaign in locked:
            if campaign.status not in (Status.COMPLETED, Status.MISSED, Status.CANCELLED):
                raise ActionRefused(_("%(name)s has not ended yet.") % {"name": campaign.name})
        LocationCampaign.objects.filter(pk__in=[one.pk for one in locked]).update(
            archived_at=None if undo else Now(), updated_at=Now(), version=F("version") + 1
        )
    return locked

"""Stores that move to another time zone: the dates of their campaigns follow their clock (Rule S5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from storesync.campaigns.actions.campaign import armed_dates
from storesync.campaigns.actions.notices import note
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.notices import RESCHEDULED
from storesync.campaigns.schedule import instants, parse_schedule
from storesync.campaigns.sending import approved_at
from storesync.campaigns.statuses import APPROVED_STATES, Status
from storesync.core.audit import audited
from storesync.notifications.actions import announce

ZONES: Final = "campaigns.zones"
"""The source of what a changed zone announces."""
PORTION: Final = 50
"""Stores whose campaigns one worker takes at once."""
_OPEN: Final = (Status.DRAFT, Status.PENDING_REVIEW, Status.REJECTED, *APPROVED_STATES)


def announce_zones(brand_id: UUID, location_ids: Sequence[UUID]) -> None:
    """Write down, in the transaction that changed the zones of stores, that their campaigns are to follow."""
    for first in range(0, len(location_ids), PORTION):
        places = [str(one) for one in location_ids[first : first + PORTION]]
        announce(source=ZONES, brand_id=brand_id, facts={"locations": places})


def follow_announced(brand_id: UUID, facts: Mapping[str, Any]) -> None:
    """Move the dates of all open campaigns of stores whose zone has changed, and tell their people."""
    with audited("campaign.rescheduled", actor=None):
        campaigns = (
            LocationCampaign.objects.select_for_update(of=("self",))
            .select_related("brand", "location__region", "rollout", "current_revision", "approved_revision")
            .filter(
                Q(start_at__isnull=False) | Q(end_at__isnull=False),
                location__in=facts["locations"],
                status__in=_OPEN,
                archived_at__isnull=True,
            )
            .order_by("pk")
        )
        for campaign in campaigns:
            follow_zone(campaign, timezone.now())


def follow_zone(campaign: LocationCampaign, now: datetime) -> bool:
    """Move the dates of a locked campaign to its store's present zone, and tell its people what that changes.

    The wall-clock schedule stays, and the approval with it (Rule A3). Returns whether a date has moved.
    """
    before = campaign.start_at, campaign.end_at
    redate(campaign, now)
    if (campaign.start_at, campaign.end_at) == before:
        return False
    for was, is_now in zip(before, (campaign.start_at, campaign.end_at), strict=True):
        if was is not None and is_now is not None and was != is_now > now:
            note(campaign, RESCHEDULED, is_now, before=was)
            break
    return True


def redate(campaign: LocationCampaign, now: datetime) -> None:
    """Set the dates to those of the revision in force, in the present zone; what has begun stays begun."""
    revision = campaign.approved_revision if campaign.status in APPROVED_STATES else None
    start_at: datetime | None
    if campaign.armed_zone and revision is not None:
        given = approved_at(revision) or campaign.start_at or now
        start_at, end_at = armed_dates(campaign, given)
    else:
        schedule = parse_schedule((revision or campaign.current_revision).schedule)
        start_at, end_at = instants(schedule, campaign.location.time_zone)
    if campaign.activated_at is not None:
        start_at = campaign.start_at
    if start_at is not None and end_at is not None and end_at <= start_at:
        end_at = None if campaign.activated_at is None else campaign.end_at
    campaign.start_at, campaign.end_at = start_at, end_at
    if campaign.armed_zone:
        campaign.armed_zone = campaign.location.time_zone
    campaign.save(update_fields=["start_at", "end_at", "armed_zone"])

"""What the clock does to campaigns. Every move is conditional on rows locked one by one (Rule L4): several
workers may run the same sweep, and whoever comes second finds the new state.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.brands.events import BrandChanged, LocationsChanged
from storesync.brands.models import LocationStatus
from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import arm_locked, armed_dates, tell_ended
from storesync.campaigns.actions.notices import note
from storesync.campaigns.actions.wave_upgrade import wake_wave_upgrades
from storesync.campaigns.actions.zones import announce_zones, follow_zone, redate
from storesync.campaigns.events import DraftsDue
from storesync.campaigns.models import (
    AtDeadline,
    CampaignEdit,
    CampaignPolicy,
    LocationCampaign,
    Rollout,
    RolloutState,
)
from storesync.campaigns.notices import DEADLINE, MISSED, PAUSED
from storesync.campaigns.schedule import instants, parse_schedule
from storesync.campaigns.sending import KIND, approved_at, freeze
from storesync.campaigns.statuses import APPROVED_STATES, CandidateStatus, Status
from storesync.campaigns.tasks import check, launch
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.models import JobState
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.actions import cancel_batches
from storesync.mailing.events import BatchEnded, BatchPaused
from storesync.mailing.queries import ledgers

logger = logging.getLogger(__name__)
PORTION: Final = 500
"""Campaigns a sweep moves at a time; the next round takes the rest. Those it can do nothing about do not
count, or the campaigns of closed stores, and broken ones, would keep all others waiting."""
_STALE_LAUNCH: Final = timedelta(seconds=60)
"""How long a launch may give no sign of life before it is woken again."""


def sweep_campaigns() -> None:
    """One round of the clock over every brand: arm, miss, start, reschedule, end."""
    arm_approved()
    miss_overdue()
    activate_due()
    follow_zones()
    complete_ended()


def sweep_rollouts() -> None:
    """One round over roll-outs: take up launches, checks and upgrades that died, and reach edit deadlines."""
    wake_launches()
    wake_checks()
    wake_wave_upgrades()
    reach_deadlines()


def arm_approved() -> int:
    """Arm Approved campaigns of brands that want it at once, where their approval could not."""

    def arm(campaign: LocationCampaign, now: datetime) -> bool:
        policy = CampaignPolicy.of(campaign.brand_id)
        if not policy.arm_on_approval or armed_dates(campaign, now)[0] < now - policy.grace:
            return False
        with audited("campaign.scheduled", actor=None):
            arm_locked([campaign], now)
        return True

    with all_brands("the clock of campaigns serves every brand"):
        by_hand = list(
            CampaignPolicy.objects.filter(arm_on_approval=False).values_list("brand_id", flat=True)
        )
    return _each(Q(status=Status.APPROVED) & ~Q(brand__in=by_hand), arm)


def miss_overdue() -> int:
    """Mark Missed what should have started longer ago than the grace time (Rule A8)."""

    def miss(campaign: LocationCampaign, now: datetime) -> bool:
        if campaign.start_at is None or campaign.start_at >= now - CampaignPolicy.of(campaign.brand_id).grace:
            return False
        with audited("campaign.missed", actor=None):
            lifecycle.move(
                [campaign],
                "miss",
                reason=_("The start passed before it could begin."),
                candidate_status=CandidateStatus.NONE,
            )
            tell_ended([campaign], None)
            note(campaign, MISSED, campaign.start_at)
        return True

    waiting = Q(status__in=[Status.PENDING_REVIEW, Status.APPROVED, Status.SCHEDULED])
    return _each(waiting & Q(start_at__lt=timezone.now()), miss)


def activate_due() -> int:
    """Start what is due: freeze the batch and move to Active in one transaction.

    Not before everything approved has been asked for again. A location that is not open holds its campaign
    until it is, or until the grace time makes it Missed (Rule L2).
    """
    due = Q(status=Status.SCHEDULED, start_at__lte=timezone.now(), archived_at__isnull=True)
    return _each(due & Q(location__status=LocationStatus.OPEN), _activate)


def _activate(campaign: LocationCampaign, now: datetime) -> bool:
    if campaign.start_at is None or campaign.start_at < now - CampaignPolicy.of(campaign.brand_id).grace:
        return False
    if not campaign.location.is_open or campaign.archived_at or campaign.approved_revision is None:
        return False
    start_at, end_at = instants(
        parse_schedule(campaign.approved_revision.schedule),
        campaign.location.time_zone,
        approved_at=approved_at(campaign.approved_revision),
    )
    if start_at is not None and start_at > now:
        # The armed dates are not those that were approved: somebody changed them past the actions.
        with audited("campaign.rescheduled", actor=None):
            redate(campaign, now)
        return False
    with audited("campaign.activated", actor=None):
        campaign.end_at = end_at if end_at and start_at and end_at > start_at else None
        if campaign.end_at is not None and campaign.end_at <= now:
            return False
        try:
            batch = freeze(campaign)
        except ActionRefused as refusal:
            lifecycle.move([campaign], "pause", reason=refusal.message)
            return True
        lifecycle.move([campaign], "activate", activated_at=now, end_at=campaign.end_at)
        if batch is None and campaign.end_at is None:
            lifecycle.move([campaign], "complete", reason=_("Nobody was to get it."))
            tell_ended([campaign], None)
    return True


def follow_zones() -> int:
    """Move the armed dates of campaigns whose store's zone has changed; the approval stays (Rules S5, A3).

    A changed zone is announced (`on_locations_changed`); this is for what changed it past the actions.
    """

    def follow(campaign: LocationCampaign, now: datetime) -> bool:
        with audited("campaign.rescheduled", actor=None, zone=campaign.location.time_zone):
            follow_zone(campaign, now)
        return True

    return _each(
        Q(status=Status.SCHEDULED) & ~Q(armed_zone="") & ~Q(armed_zone=F("location__time_zone")), follow
    )


def complete_ended() -> int:
    """Complete Active campaigns whose end is reached and of which nothing waits."""
    now = timezone.now()
    return _each(Q(status=Status.ACTIVE) & (Q(end_at__lte=now) | Q(end_at__isnull=True)), _complete)


def _complete(campaign: LocationCampaign, now: datetime) -> bool:
    ended = campaign.end_at is not None and campaign.end_at <= now
    ledger = ledgers(KIND, [campaign.pk])[campaign.pk]
    if campaign.end_at is not None and not ended:
        return False
    with audited("campaign.completed", actor=None):
        if ledger.waiting:
            if ended:
                # What has not left by the end is given up; the batch says so when it is done (BatchEnded).
                cancel_batches(
                    source_kind=KIND, source_ids=[campaign.pk], actor=None, reason=_("The end was reached.")
                )
            ledger = ledgers(KIND, [campaign.pk])[campaign.pk]
            if ledger.waiting:
                return False
        lifecycle.move([campaign], "complete", candidate_status=CandidateStatus.NONE)
        tell_ended([campaign], None)
    return True


def on_batch_ended(event: BatchEnded) -> None:
    """Complete the campaign at once when its batch is done, unless its end is still to come."""
    if event.source_kind == KIND:
        _one(event.source_id, Q(status=Status.ACTIVE), _complete)


def on_batch_paused(event: BatchPaused) -> None:
    """The engine paused the batch, above its limits or at the gate: the campaign says so (Rule S10)."""

    def pause(campaign: LocationCampaign, now: datetime) -> bool:
        with audited("campaign.paused", actor=None, reason=event.reason):
            lifecycle.move([campaign], "pause", reason=event.reason)
            note(campaign, PAUSED, now, reason=event.reason)
        return True

    if event.source_kind == KIND:
        _one(event.source_id, Q(status=Status.ACTIVE), pause)


def wake_launches() -> None:
    """Wake launches whose message was lost or whose worker died (Rule S1)."""
    with all_brands("the clock of roll-outs serves every brand"):
        silent = timezone.now() - _STALE_LAUNCH
        rows = list(
            Rollout.objects.filter(state=RolloutState.LAUNCHING, job__updated_at__lt=silent)
            .exclude(job__state__in=[JobState.STOPPED, JobState.FAILED])
            .values_list("brand_id", "pk")
        )
    for brand_id, rollout_id in rows:
        with brand_scope([brand_id]):
            launch.wake(brand_id, rollout_id)


def wake_checks() -> None:
    """Wake checks whose message was lost or whose worker died (Rule S1)."""
    with all_brands("the clock of roll-outs serves every brand"):
        rows = list(
            Rollout.objects.filter(
                state=RolloutState.DRAFT,
                check_job__state__in=[JobState.QUEUED, JobState.RUNNING],
                check_job__updated_at__lt=timezone.now() - _STALE_LAUNCH,
            ).values_list("brand_id", "pk")
        )
    for brand_id, rollout_id in rows:
        with brand_scope([brand_id]):
            check.wake(brand_id, rollout_id)


def reach_deadlines() -> int:
    """At a roll-out's edit deadline, submit its untouched drafts or leave them out, as it says.

    A draft with words that somebody has typed and not saved is not untouched: it stays a draft, and its
    people are told.
    """
    with all_brands("the clock of roll-outs serves every brand"):
        due = list(
            Rollout.objects.filter(
                state=RolloutState.LAUNCHED,
                deadline_done_at__isnull=True,
                edit_deadline__lte=timezone.now(),
            ).values_list("brand_id", "pk")
        )
    return sum(_guarded(brand_id, rollout_id, _reach_deadline) for brand_id, rollout_id in due)


def _reach_deadline(rollout_id: UUID) -> bool:
    rollout = (
        Rollout.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("launched_by")
        .filter(pk=rollout_id, deadline_done_at__isnull=True)
        .first()
    )
    if rollout is None:
        return False
    with audited("rollout.deadline", actor=rollout.launched_by, rollout=str(rollout.pk)):
        rollout.deadline_done_at = timezone.now()
        rollout.save(update_fields=["deadline_done_at"])
        untouched = list(
            LocationCampaign.objects.select_for_update(of=("self",))
            .filter(rollout=rollout, status=Status.DRAFT, touched_at__isnull=True)
            .order_by("pk")
        )
        untouched = _without_typed(rollout, untouched)
        if not untouched:
            return True
        if rollout.at_deadline == AtDeadline.LEAVE_OUT:
            lifecycle.move(untouched, "cancel", reason=_("Nobody accepted it by the edit deadline."))
            tell_ended(untouched, None)
        else:
            publish(
                DraftsDue(
                    rollout.brand_id,
                    rollout.pk,
                    tuple(one.current_revision_id for one in untouched),
                    rollout.launched_by_id,
                )
            )
    return True


def _without_typed(rollout: Rollout, drafts: list[LocationCampaign]) -> list[LocationCampaign]:
    """The drafts that nobody is writing; the others stay, say why, and their people are told."""
    typed: dict[UUID, set[int]] = {}
    rows = CampaignEdit.objects.filter(campaign__in=drafts).values_list("campaign_id", "user_id")
    for campaign_id, user_id in rows:
        typed.setdefault(campaign_id, set()).add(user_id)
    now = timezone.now()
    LocationCampaign.objects.filter(pk__in=typed).update(
        touched_at=now,
        status_reason=_("The edit deadline passed while words were not saved. It was not handed in."),
        updated_at=now,
    )
    writing = LocationCampaign.objects.select_related(
        "brand", "location__region", "rollout", "current_revision"
    )
    for campaign in writing.filter(pk__in=typed):
        note(campaign, DEADLINE, rollout.edit_deadline or now, more=typed[campaign.pk])
    return [one for one in drafts if one.pk not in typed]


_NOT_IN_MAILS: Final = frozenset(
    {"time_zone", "region", "status", "latitude", "longitude", "opened_on", "closed_on"}
)
"""Fields of a location that no message shows."""
_OF_BRAND_IN_MAILS: Final = frozenset({"name", "postal_address", "language", "country", "currency"})
"""Fields of a brand that any message may show."""

Step = Callable[[LocationCampaign, datetime], bool]


def _each(condition: Q, step: Step) -> int:
    """Take the matching campaigns of every brand one by one, each in a transaction of its own."""
    with all_brands("the clock of campaigns serves every brand"):
        rows = list(
            LocationCampaign.objects.filter(condition)
            .order_by("start_at", "pk")
            .values_list("brand_id", "pk")
        )
    moved = 0
    for brand_id, campaign_id in rows:
        if moved >= PORTION:
            break
        moved += _guarded(brand_id, campaign_id, lambda pk: _one(pk, condition, step))
    return moved


def _one(campaign_id: UUID, condition: Q, step: Step) -> bool:
    """Lock one campaign if it still matches, and take the step; False where there was nothing to do."""
    with audited("campaign.clock", actor=None):
        campaign = (
            LocationCampaign.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("brand", "location", "rollout", "current_revision", "approved_revision")
            .filter(condition, pk=campaign_id)
            .first()
        )
        return campaign is not None and step(campaign, timezone.now())


def _guarded(brand_id: UUID, row_id: UUID, work: "Callable[[UUID], Any]") -> bool:
    """One row of a sweep: its fault is logged, and the rest of the round goes on."""
    try:
        with brand_scope([brand_id]), audited("campaign.clock", actor=None):
            return bool(work(row_id))
    except Exception:  # one broken row must not stop the clock for all others
        logger.exception("the clock failed at %s", row_id)
        return False


def on_locations_changed(event: LocationsChanged) -> None:
    """Flag the approved campaigns of stores whose facts have changed: the approved bytes stay (product.md).

    A new zone needs no flag: the dates follow it, and people are told (Rule S5).
    """
    if "time_zone" in event.fields:
        announce_zones(event.brand_id, event.location_ids)
    shown = event.fields - _NOT_IN_MAILS
    if shown:
        here = Q(location_id__in=event.location_ids)
        _flag(event.brand_id, here if shown != {"attributes"} else here & _declares("store"))


def on_brand_changed(event: BrandChanged) -> None:
    """Flag the approved campaigns of a brand whose name, address or values for mails have changed."""
    if event.fields & _OF_BRAND_IN_MAILS:
        _flag(event.brand_id, Q())
    elif "template_values" in event.fields:
        _flag(event.brand_id, _declares("brand"))


def _declares(source: str) -> Q:
    """Campaigns whose template declares a variable of this source."""
    return Q(template_version__variables__contains=[{"source": source}])


def _flag(brand_id: UUID, which: Q) -> None:
    with audited("campaign.facts_changed", actor=None):
        now = timezone.now()
        LocationCampaign.objects.filter(
            which, brand_id=brand_id, status__in=APPROVED_STATES, facts_changed_at__isnull=True
        ).update(facts_changed_at=now, updated_at=now)

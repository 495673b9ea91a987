"""What a review does to campaigns: handlers of content's events, in the transaction of the approvals' action.

The right to submit and to decide was required there; here the campaigns follow, or refuse and with them all.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import arm_locked, armed_dates
from storesync.campaigns.models import CampaignPolicy, LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import APPROVED_STATES, CandidateStatus, Status
from storesync.content.events import ApprovalRevoked, RevisionsDecided, RevisionsSubmitted
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.mailing.actions import pause_batches
from storesync.mailing.queries import ledgers

_SETTLED: Final = {
    "approved": "approve",
    "rejected": "reject",
    "changes_requested": "reject",
    "recalled": "recall",
}
# What a move looks at and writes, and what arming asks besides; thousands are moved at once.
_NEEDED: Final = (
    "brand",
    "location",
    "current_revision",
    "name",
    "status",
    "paused_from",
    "candidate_status",
    "start_at",
    "end_at",
    "armed_zone",
)
_ARMED_BY: Final = ("location__time_zone", "current_revision__schedule")


def on_submitted(event: RevisionsSubmitted) -> None:
    """Draft -> Pending review, or the candidate of an approved campaign; all or none.

    Raises:
        ActionRefused: one is not in a state to be submitted, or was edited since it was read.
    """
    if event.owner_kind != KIND:
        return
    with audited("campaign.submitted", actor=event.actor_id, savepoint=False, note=event.note):
        campaigns = _of_current(event.brand_id, event.revision_ids)
        if len(campaigns) != len(event.revision_ids):
            raise ActionRefused(_("A campaign was edited meanwhile. Look at it again before you submit it."))
        late = timezone.now() - CampaignPolicy.of(event.brand_id).grace
        drafts, candidates = [], []
        for campaign in campaigns:
            if campaign.status in APPROVED_STATES:
                candidates.append(campaign)
                continue
            if campaign.start_at and campaign.start_at < late:
                raise ActionRefused(
                    _("The start of %(name)s at %(location)s has passed. It needs new dates.")
                    % {"name": campaign.name, "location": campaign.location.name}
                )
            drafts.append(campaign)
        lifecycle.move(drafts, "submit", touched_at=Coalesce("touched_at", Now()))
        _set_candidate(
            candidates,
            CandidateStatus.PENDING_REVIEW,
            allowed=(CandidateStatus.DRAFT, CandidateStatus.REJECTED),
        )


def on_decided(event: RevisionsDecided) -> None:
    """Follow a decision: Approved (and armed, where the brand says so), Rejected, or back to Draft."""
    verb = _SETTLED.get(event.decision)
    if verb is None:
        return
    words = {"approve": "campaign.approved", "reject": "campaign.rejected", "recall": "campaign.recalled"}
    with audited(words[verb], actor=event.actor_id, savepoint=False, comment=event.comment, way=event.way):
        campaigns = _of_current(event.brand_id, event.revision_ids, *_ARMED_BY)
        first = [one for one in campaigns if one.status not in APPROVED_STATES]
        candidates = [one for one in campaigns if one.status in APPROVED_STATES]
        if verb == "approve":
            lifecycle.move(first, verb, reason=event.comment, approved_revision=F("current_revision"))
            _arm(event.brand_id, first)
            _replace(candidates)
            return
        lifecycle.move(first, verb, reason=event.comment)
        _set_candidate(
            candidates,
            CandidateStatus.REJECTED if verb == "reject" else CandidateStatus.DRAFT,
            allowed=(CandidateStatus.PENDING_REVIEW,),
        )


def on_revoked(event: ApprovalRevoked) -> None:
    """An approval was taken back before the first message left: Approved and Scheduled go back to Draft.

    An Active one, of which nothing has left yet, is paused: its table knows no way back to Draft.

    Raises:
        ActionRefused: a message has left already.
    """
    with audited("campaign.approval_revoked", actor=event.actor_id, savepoint=False, reason=event.reason):
        campaigns = list(
            LocationCampaign.objects.select_for_update(of=("self",))
            .select_related("brand", "location", "current_revision", "approved_revision")
            .filter(brand_id=event.brand_id, approved_revision__in=event.revision_ids)
            .order_by("pk")
        )
        ids = [one.pk for one in campaigns]
        for ledger in ledgers(KIND, ids).values():
            if ledger.left:
                raise ActionRefused(_("A message has left already; pause the campaign instead."))
        held = [
            one for one in campaigns if one.status == Status.PAUSED and one.paused_from == Status.SCHEDULED
        ]
        lifecycle.move(held, "resume")
        back = [one for one in campaigns if one.status in (Status.APPROVED, Status.SCHEDULED)]
        lifecycle.move(
            back,
            "reopen",
            reason=event.reason,
            approved_revision=None,
            candidate_status=CandidateStatus.NONE,
            armed_zone="",
        )
        running = [one for one in campaigns if one.status == Status.ACTIVE]
        lifecycle.move(running, "pause", reason=_("The approval was revoked."))
        # Who may revoke was asked above this floor: an approver pauses what they may not edit.
        pause_batches(
            source_kind=KIND, source_ids=[one.pk for one in running], actor=None, reason=event.reason
        )


def _arm(brand_id: UUID, campaigns: Sequence[LocationCampaign]) -> None:
    """Arm what was just approved where the policy says so; what is too late is left for the clock to miss."""
    policy = CampaignPolicy.of(brand_id)
    if not campaigns or not policy.arm_on_approval:
        return
    now = timezone.now()
    for one in campaigns:
        one.approved_revision = one.current_revision
    arm_locked([one for one in campaigns if armed_dates(one, now)[0] >= now - policy.grace], now)


def _replace(candidates: Sequence[LocationCampaign]) -> None:
    """The candidate is in force now; an armed start follows its dates, a running campaign keeps its own."""
    now = timezone.now()
    for campaign in candidates:
        campaign.approved_revision = campaign.current_revision
        campaign.candidate_status = CandidateStatus.NONE
        fields = ["approved_revision", "candidate_status"]
        start_at, end_at = armed_dates(campaign, now)
        if Status.SCHEDULED in (campaign.status, campaign.paused_from):
            campaign.start_at, campaign.armed_zone = start_at, campaign.location.time_zone
            fields += ["start_at", "armed_zone"]
        if campaign.start_at and (end_at is None or end_at > campaign.start_at):
            campaign.end_at = end_at
            fields.append("end_at")
        campaign.save(update_fields=fields)


def _set_candidate(
    campaigns: Sequence[LocationCampaign], target: CandidateStatus, *, allowed: Iterable[str]
) -> None:
    for campaign in campaigns:
        if campaign.candidate_status not in set(allowed):
            raise ActionRefused(_("%(name)s has no change that could be decided.") % {"name": campaign.name})
    LocationCampaign.objects.filter(pk__in=[one.pk for one in campaigns]).update(
        candidate_status=target, updated_at=timezone.now()
    )


def _of_current(brand_id: UUID, revision_ids: Iterable[UUID], *besides: str) -> list[LocationCampaign]:
    """The campaigns whose newest revision is one of these, locked in order of id (Rule A9).

    Args:
        besides: fields of what they refer to, such as `location__time_zone`.
    """
    related = {path.split("__")[0] for path in besides}
    return list(
        LocationCampaign.objects.select_for_update(of=("self",))
        .select_related(*related or [None])
        .only(*_NEEDED, *besides)
        .filter(brand_id=brand_id, current_revision__id__any_of=revision_ids)
        .order_by("pk")
    )

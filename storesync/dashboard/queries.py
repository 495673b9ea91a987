"""What a person sees first: what waits for them, what is theirs to write, what is on its way.

Every figure is read when the page is asked for (Rule A10), with as many queries for 20 rows as for 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from storesync.approvals.models import SubmissionItem
from storesync.brands.models import Location
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign, Rollout, RolloutState
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import Status
from storesync.mailing.models import Delivery

if TYPE_CHECKING:
    from storesync.accounts.models import User

SHOWN = 6
CEILING = 1000
"""Counts on the home page go so far and no further."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A launched roll-out and how far it is.

    Attributes:
        statuses: (status, campaigns in it, word) in the order of life.
        sent, intended: messages, over all campaigns that this person may see.
    """

    rollout: Rollout
    campaigns: int
    statuses: Sequence[tuple[str, int, str]]
    sent: int
    intended: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page; the counts stop at CEILING."""

    waiting: Sequence[SubmissionItem]
    waiting_count: int
    offered: Sequence[LocationCampaign]
    offered_count: int
    returned: Sequence[LocationCampaign]
    in_review: int
    live: int
    waves: Sequence[Wave]


def home_of(user: "User") -> Home:
    """The home page of a person, over the brands in scope."""
    campaigns = LocationCampaign.objects.visible_to(user, VIEW_CAMPAIGN).current()
    mine = LocationCampaign.objects.visible_to(user, EDIT_CAMPAIGN).current()
    with_store = ("location", "brand", "rollout")
    waiting = SubmissionItem.objects.decidable_by(user)
    offered = mine.filter(status=Status.DRAFT)
    return Home(
        waiting=list(waiting.in_queue_order().select_related("location", "submitter", "brand")[:SHOWN]),
        waiting_count=_count(waiting),
        offered=list(offered.select_related(*with_store).order_by("-created_at", "-pk")[:SHOWN]),
        offered_count=_count(offered),
        returned=list(
            mine.filter(status=Status.REJECTED)
            .select_related(*with_store)
            .order_by("-status_changed_at")[:SHOWN]
        ),
        in_review=_count(mine.filter(status=Status.PENDING_REVIEW)),
        live=_count(campaigns.filter(status__in=[Status.SCHEDULED, Status.ACTIVE])),
        waves=_waves(user),
    )


def _count(rows: "QuerySet[LocationCampaign] | QuerySet[SubmissionItem]") -> int:
    return rows.order_by()[:CEILING].count()


def _waves(user: "User") -> list[Wave]:
    """The newest launched roll-outs that reach this person, each with its campaigns and messages counted."""
    rollouts = list(
        Rollout.objects.visible_to(user, VIEW_CAMPAIGN)
        .filter(state=RolloutState.LAUNCHED)
        .select_related("brand", "template_version__template")
        .order_by("-created_at")[:3]
    )
    seen = LocationCampaign.objects.visible_to(user, VIEW_CAMPAIGN).filter(rollout__in=rollouts)
    counts: dict[UUID, dict[str, int]] = {}
    for rollout_id, status, number in (
        seen.order_by().values_list("rollout_id", "status").annotate(Count("pk"))
    ):
        counts.setdefault(rollout_id, {})[status] = number
    messages = _messages(rollouts, user)
    words: Mapping[str, str] = {status.value: str(status.label) for status in Status}
    return [
        Wave(
            rollout=rollout,
            campaigns=sum(counts.get(rollout.pk, {}).values()),
            statuses=[
                (status, counts[rollout.pk][status], words[status])
                for status in words
                if counts.get(rollout.pk, {}).get(status)
            ],
            sent=messages.get(rollout.pk, (0, 0))[0],
            intended=messages.get(rollout.pk, (0, 0))[1],
        )
        for rollout in rollouts
    ]


def _messages(rollouts: Sequence[Rollout], user: "User") -> dict[UUID, tuple[int, int]]:
    """(left, intended) by roll-out; the scope of a wave's deliveries is the wave (Rule S11)."""
    left = Q(state__in=["sent", "delivered", "bounced", "complained"])
    rows = (
        Delivery.objects.filter(
            dedupe_scope__in=[rollout.pk for rollout in rollouts],
            batch__source_kind=KIND,
            batch__location__in=Location.objects.visible_to(user, VIEW_CAMPAIGN).order_by(),
        )
        .order_by()
        .values_list("dedupe_scope")
        .annotate(left=Count("pk", filter=left), intended=Count("pk"))
    )
    return {scope: (sent, intended) for scope, sent, intended in rows}


def greeting(hour: int, name: str) -> str:
    """A greeting by the hour of the person's own clock."""
    words = {"name": name}
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s") % words
    return _("Good morning, %(name)s") % words if hour < 12 else _("Good afternoon, %(name)s") % words

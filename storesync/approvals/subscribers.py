"""What approvals do when campaigns and stores tell something: close what ended, hand in what is due."""

import logging
from collections import defaultdict
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.approvals.actions import follow_zone, submit, withdraw
from storesync.approvals.models import ReviewStatus, Way
from storesync.approvals.queries import check_submittable
from storesync.brands.events import LocationsChanged
from storesync.campaigns.events import CampaignsEnded, DraftsDue
from storesync.campaigns.models import LocationCampaign
from storesync.content.models import Revision
from storesync.content.owners import describe
from storesync.core.errors import ActionRefused

logger = logging.getLogger(__name__)


def on_ended(event: CampaignsEnded) -> None:
    """What waited for a decision about a campaign that was cancelled or missed its start waits no more."""
    actor = _person(event.actor_id)
    ended: dict[str, list[UUID]] = defaultdict(list)
    campaigns = LocationCampaign.objects.filter(brand_id=event.brand_id, pk__in=event.campaign_ids)
    for status, revision_id in campaigns.order_by().values_list("status", "current_revision_id"):
        ended[status].append(revision_id)
    for status, words in (
        (ReviewStatus.CANCELLED, _("The campaign was cancelled.")),
        (ReviewStatus.MISSED, _("Its start passed before it was decided.")),
    ):
        if ended[status]:
            withdraw(brand_id=event.brand_id, revisions=ended[status], after=status, actor=actor, rule=words)


def on_drafts_due(event: DraftsDue) -> None:
    """Hand in the untouched drafts of a roll-out, in the name of who launched it.

    What cannot be submitted stays a draft, and all of it when that person may not submit any more.
    """
    actor = _person(event.actor_id)
    found = list(
        Revision.objects.filter(pk__in=event.revision_ids)
        .without_bodies()
        .select_related("location", "brand")
    )
    if actor is None or not found:
        return
    problems = check_submittable(found, describe(found), actor)
    ready = [revision.pk for revision in found if revision.pk not in problems]
    if not ready:
        return
    try:
        submit(revisions=ready, actor=actor, note=_("The edit deadline has passed."), way=Way.RULE)
    except (ActionRefused, PermissionDenied) as refusal:
        # The deadline is over either way: the drafts stay, for people to hand in or to cancel.
        logger.warning(
            "drafts of roll-out %s were not submitted at their deadline: %s", event.rollout_id, refusal
        )


def on_locations_changed(event: LocationsChanged) -> None:
    """The start of what waits is wall-clock time of its store: it follows a new zone (Rule S5)."""
    if "time_zone" in event.fields:
        follow_zone(location_ids=event.location_ids)


def _person(pk: int | None) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first() if pk is not None else None

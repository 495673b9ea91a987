"""Telling the people of a campaign what they have to know: a start comes near, a deadline or start passed.

All work is rows (Rule S1): what is told is written down by `notifications`, once for each matter and person.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, Func, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from storesync.brands.notices import MOST_STORES
from storesync.brands.permissions import holders, roles_at
from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_ROLLOUT
from storesync.campaigns.models import CampaignPolicy, LocationCampaign, Rollout
from storesync.campaigns.notices import OFFERED, START_NEAR, UNAPPROVED
from storesync.campaigns.statuses import Status
from storesync.core.audit import audited
from storesync.core.scoping import all_brands, brand_scope
from storesync.notifications.actions import Told, announce, notify, notify_each
from storesync.notifications.models import Notice

logger = logging.getLogger(__name__)

WARN_BEFORE: Final = timedelta(hours=24)
"""How long before the start the people of a campaign that is not approved are warned (Rule A8)."""
QUIET: Final = timedelta(minutes=15)
"""Who has just worked on a campaign is not told what they know; they are once they have left it alone."""
PORTION: Final = 500
"""Campaigns that one round writes down."""
OFFERS: Final = "campaigns.offered"
"""The source of what a launch announces."""


def sweep_notices() -> None:
    """One round: tell of the starts that come near."""
    warn_of_starts()


def warn_of_starts() -> int:
    """Tell of campaigns that start within a day and are not approved (Rule A8), once for each start."""
    now = timezone.now()
    # As `_matter` writes it.
    matter = Func(
        OuterRef("pk"),
        Func(OuterRef("start_at"), template="extract(epoch from %(expressions)s)::bigint::text"),
        template="(%(expressions)s)",
        arg_joiner="::text || ':' || ",
        output_field=CharField(),
    )
    with all_brands("notices about campaigns of every brand are looked after together"):
        told = Notice.objects.filter(brand=OuterRef("brand"), kind=START_NEAR, about=OuterRef("start_at"))
        due = list(
            LocationCampaign.objects.filter(
                _near(now), ~Exists(told.filter(matter=matter)), updated_at__lte=now - QUIET
            )
            .order_by("start_at", "pk")
            .values_list("brand_id", "pk")[:PORTION]
        )
    return sum(_guarded(brand_id, campaign_id) for brand_id, campaign_id in due)


def _near(now: datetime) -> Q:
    """Not approved, or approved and to be scheduled by hand, with a start within a day."""
    by_hand = Q(
        status=Status.APPROVED,
        brand__in=CampaignPolicy.objects.filter(arm_on_approval=False).values("brand_id"),
    )
    return (Q(status__in=UNAPPROVED) | by_hand) & Q(
        archived_at__isnull=True, start_at__gt=now, start_at__lte=now + WARN_BEFORE
    )


def _guarded(brand_id: UUID, campaign_id: UUID) -> bool:
    """One campaign; its fault is logged, and the rest of the round goes on."""
    try:
        with brand_scope([brand_id]), audited("campaign.start_near", actor=None):
            campaign = (
                LocationCampaign.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("brand", "location__region", "rollout", "current_revision")
                .filter(_near(timezone.now()), pk=campaign_id)
                .first()
            )
            if campaign is None or campaign.start_at is None:
                return False
            note(campaign, START_NEAR, campaign.start_at)
            return True
    except Exception:  # one broken row must not keep all others waiting
        logger.exception("nobody could be warned of campaign %s", campaign_id)
        return False


def note(
    campaign: LocationCampaign,
    kind: str,
    about: datetime,
    *,
    more: Iterable[int] = (),
    reason: str = "",
    before: datetime | None = None,
) -> None:
    """Tell the people of a campaign, once for each kind and the moment that it is about.

    Args:
        about: the start, the deadline, or when it happened. more: ids of others who are concerned.
        reason: why, in words for people. before: what `about` was until now.
    """
    notify(
        kind=kind,
        people={*people_of(campaign), *more},
        brand_id=campaign.brand_id,
        matter=_matter(campaign.pk, about),
        thread=f"campaign:{campaign.pk}",
        url=reverse("campaigns:campaign", args=[campaign.brand.slug, campaign.pk]),
        facts={
            "campaign": str(campaign.pk),
            "name": campaign.name,
            "store": campaign.location.name,
            "zone": campaign.location.time_zone,
            "status": campaign.status,
            "reason": reason,
            "before": before.isoformat() if before else "",
            "ends": before is not None and about == campaign.end_at,
            "locations": [str(campaign.location_id)],
        },
        about=about,
    )


def _matter(campaign_id: UUID, about: datetime) -> str:
    return f"{campaign_id}:{round(about.timestamp())}"


def people_of(campaign: LocationCampaign) -> set[int]:
    """Who looks after a campaign: the managers of its store, who wrote it last, who launched its wave.

    A store that has no manager of its own has those of the brand.
    """
    editors = set(holders(EDIT_CAMPAIGN, campaign.location).values_list("pk", flat=True))
    managers = set(holders(MANAGE_ROLLOUT, campaign.location).values_list("pk", flat=True))
    launcher = campaign.rollout.launched_by_id if campaign.rollout else None
    others = {one for one in (campaign.current_revision.author_id, launcher) if one is not None}
    return (editors - managers or editors) | others


def announce_offers(rollout: Rollout) -> None:
    """Write down that a launched roll-out is to be told of, in the transaction that ends its launch."""
    announce(source=OFFERS, brand_id=rollout.brand_id, facts={"rollout": str(rollout.pk)})


def tell_of_offers(brand_id: UUID, facts: Mapping[str, Any]) -> None:
    """Tell the managers of stores what a roll-out offers them: one notice each, however many their stores."""
    rollout = Rollout.objects.select_related("brand").get(pk=facts["rollout"])
    rows = LocationCampaign.objects.filter(rollout=rollout, status=Status.DRAFT).select_related("location")
    campaigns = {campaign.location_id: campaign for campaign in rows.order_by("location__name", "pk")}
    editors, managers = (roles_at(right, campaigns) for right in (EDIT_CAMPAIGN, MANAGE_ROLLOUT))
    mine: dict[int, list[LocationCampaign]] = {}
    for location_id, campaign in campaigns.items():
        for person in set(editors[location_id]) - set(managers[location_id]):
            mine.setdefault(person, []).append(campaign)
    slug = rollout.brand.slug
    all_url = f"{reverse('campaigns:campaigns', args=[slug])}?rollout={rollout.pk}"
    notify_each(
        kind=OFFERED,
        brand_id=brand_id,
        told=[
            Told(
                person=person,
                matter=f"rollout:{rollout.pk}",
                url=reverse("campaigns:campaign", args=[slug, held[0].pk]) if len(held) == 1 else all_url,
                facts={
                    "name": rollout.name,
                    "store": held[0].location.name,
                    "count": len(held),
                    "deadline": rollout.edit_deadline.isoformat() if rollout.edit_deadline else "",
                    "locations": [str(one.location_id) for one in held[:MOST_STORES]],
                },
                about=rollout.edit_deadline,
            )
            for person, held in mine.items()
        ],
    )

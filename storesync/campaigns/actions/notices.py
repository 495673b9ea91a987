"""Telling the people of a campaign what they have to know, once: its start comes near, a deadline passed.

All work is rows (Rule S1): a sweep writes down who is to be told of what, and tells each person of everything
in one mail, written in the transaction that settles the rows.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from storesync.accounts.models import User
from storesync.brands.permissions import can, holders
from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_ROLLOUT, VIEW_CAMPAIGN
from storesync.campaigns.mails import mail_notices
from storesync.campaigns.models import CampaignNotice, CampaignPolicy, LocationCampaign, NoticeKind
from storesync.campaigns.statuses import Status
from storesync.core.audit import audited
from storesync.core.scoping import all_brands, brand_scope

logger = logging.getLogger(__name__)

WARN_BEFORE: Final = timedelta(hours=24)
"""How long before the start the people of a campaign that is not approved are warned (Rule A8)."""
QUIET: Final = timedelta(minutes=15)
"""Who has just worked on a campaign is not told what they know; they are once they have left it alone."""
PORTION: Final = 500
"""Campaigns that one round writes down; people are told when no more wait, so that a wave is one mail."""
PEOPLE: Final = 100
"""People whom one round tells."""

_UNAPPROVED: Final = (Status.DRAFT, Status.PENDING_REVIEW, Status.REJECTED)


def sweep_notices() -> None:
    """One round: write down the starts that come near, then tell people."""
    if warn_of_starts() < PORTION:
        tell_people()


def warn_of_starts() -> int:
    """Write down whom to warn of campaigns that start within a day and are not approved (Rule A8)."""
    now = timezone.now()
    with all_brands("notices about campaigns of every brand are looked after together"):
        told = CampaignNotice.objects.filter(
            kind=NoticeKind.START_NEAR, campaign=OuterRef("pk"), about=OuterRef("start_at")
        )
        due = list(
            LocationCampaign.objects.filter(_near(now), ~Exists(told), updated_at__lte=now - QUIET)
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
    return (Q(status__in=_UNAPPROVED) | by_hand) & Q(
        archived_at__isnull=True, start_at__gt=now, start_at__lte=now + WARN_BEFORE
    )


def _guarded(brand_id: UUID, campaign_id: UUID) -> bool:
    """One campaign; its fault is logged, and the rest of the round goes on."""
    try:
        with brand_scope([brand_id]), audited("campaign.start_near", actor=None):
            campaign = (
                LocationCampaign.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("location__region", "rollout", "current_revision")
                .filter(_near(timezone.now()), pk=campaign_id)
                .first()
            )
            if campaign is None or campaign.start_at is None:
                return False
            note(campaign, NoticeKind.START_NEAR, campaign.start_at)
            return True
    except Exception:  # one broken row must not keep all others waiting
        logger.exception("nobody could be warned of campaign %s", campaign_id)
        return False


def note(campaign: LocationCampaign, kind: NoticeKind, about: datetime, *, more: Iterable[int] = ()) -> None:
    """Write down that the people of a campaign are to be told.

    Args:
        more: ids of others who are concerned.
    """
    people = {*people_of(campaign), *more}
    CampaignNotice.objects.bulk_create(
        (
            CampaignNotice(
                brand_id=campaign.brand_id, campaign=campaign, person_id=person, kind=kind, about=about
            )
            for person in sorted(people)
        ),
        ignore_conflicts=True,
    )


def people_of(campaign: LocationCampaign) -> set[int]:
    """Who looks after a campaign: the managers of its store, who wrote it last, who launched its wave.

    A store that has no manager of its own has those of the brand.
    """
    editors = set(holders(EDIT_CAMPAIGN, campaign.location).values_list("pk", flat=True))
    managers = set(holders(MANAGE_ROLLOUT, campaign.location).values_list("pk", flat=True))
    launcher = campaign.rollout.launched_by_id if campaign.rollout else None
    others = {one for one in (campaign.current_revision.author_id, launcher) if one is not None}
    return (editors - managers or editors) | others


def tell_people() -> int:
    """Tell everybody what is written down for them; how many people were told now."""
    with all_brands("notices about campaigns of every brand are looked after together"):
        waiting = list(
            CampaignNotice.objects.filter(settled_at__isnull=True)
            .order_by()
            .values_list("brand_id", "person_id")
            .distinct()[:PEOPLE]
        )
    told = 0
    for brand_id, person_id in waiting:
        try:
            with brand_scope([brand_id]):
                told += _tell(person_id)
        except Exception:  # who cannot be told holds up nobody; the next round tries again
            logger.exception("person %s could not be told about campaigns", person_id)
    return told


def _tell(person_id: int) -> bool:
    """One mail for each kind with all that is new for the person; two workers never tell twice."""
    with audited("campaign.told", actor=None):
        rows: Sequence[CampaignNotice] = list(
            CampaignNotice.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("brand", "campaign__location__region", "campaign__location__brand")
            .filter(person=person_id, settled_at__isnull=True)
            .order_by("about", "pk")
        )
        if not rows:
            return False
        person = User.objects.get(pk=person_id)
        useful = [one for one in rows if _is_useful(one, person)]
        for kind in NoticeKind:
            if of_kind := [one for one in useful if one.kind == kind]:
                mail_notices(person, kind, of_kind)
        now, kept = timezone.now(), {one.pk for one in useful}
        for told in (True, False):
            ids = [one.pk for one in rows if (one.pk in kept) == told]
            CampaignNotice.objects.filter(pk__in=ids).update(settled_at=now, told=told, updated_at=now)
    return bool(useful)


def _is_useful(notice: CampaignNotice, person: User) -> bool:
    """Whether the person may still read it, and it is still so."""
    campaign = notice.campaign
    if not person.is_active or not can(person, VIEW_CAMPAIGN, campaign.location):
        return False
    if notice.kind == NoticeKind.DEADLINE:
        return campaign.status == Status.DRAFT
    return campaign.start_at == notice.about and campaign.status in (*_UNAPPROVED, Status.APPROVED)

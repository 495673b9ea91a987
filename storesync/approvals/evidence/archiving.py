"""Old steps move to the archive, whole chains at a time, and come back when somebody asks (Rule A12).

The database lets a step go only while the very same one is in the archive, and the other way about, so a
batch that dies in the middle has moved nothing.
"""
# Names of tables and columns are our own.
# ruff: noqa: S608

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.approvals.evidence.pack import KIND
from storesync.approvals.models import ApprovalStep, ApprovalStepArchive
from storesync.brands.models import Brand
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import ENDED
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import PeriodicClaim
from storesync.core.periodic import claim, periodic
from storesync.core.permissions import MANAGE_BRAND, can
from storesync.core.scoping import brand_scope, require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""Chains of one transaction."""
_LEASE: Final = timedelta(hours=1)
_COLUMNS: Final = ", ".join(str(field.column) for field in ApprovalStep._meta.concrete_fields)
_STEPS, _ARCHIVE = "approvals_approvalstep", "approvals_approvalsteparchive"


def archive_ended(*, brand: Brand, now: datetime | None = None) -> int:
    """Move the steps of a brand's campaigns that ended longer ago than it keeps them at hand.

    Returns:
        How many steps were moved. Every batch is a transaction of its own: all of it or nothing.
    """
    require_scope(brand.pk)
    before = (now or timezone.now()) - timedelta(days=brand.retention_days)
    moved = 0
    while owners := _due(brand, before):
        with audited("evidence.archived", actor=None, campaigns=len(owners)):
            # Whoever decides about one of them holds its row too, so no step comes in between.
            held = LocationCampaign.objects.select_for_update(of=("self",)).filter(pk__in=owners)
            list(held.order_by("pk").values_list("pk"))
            moved += _move(_STEPS, _ARCHIVE, brand.pk, owners)
    return moved


def restore(*, campaign: LocationCampaign, actor: "User") -> int:
    """Bring the steps of one campaign back from the archive.

    Returns:
        How many there are.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: none of them is in the archive.
    """
    with audited("evidence.restored", actor=actor, campaign=str(campaign.pk)):
        campaign = LocationCampaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        if not can(actor, MANAGE_BRAND, campaign.brand):
            raise PermissionDenied
        if not ApprovalStepArchive.objects.of_owner(KIND, campaign.pk).exists():
            raise ActionRefused(_("The steps of this campaign are not in the archive."))
        return _move(_ARCHIVE, _STEPS, campaign.brand_id, [campaign.pk])


def _due(brand: Brand, before: datetime) -> list[UUID]:
    ended = LocationCampaign.objects.filter(
        brand=brand, status__in=ENDED, status_changed_at__lt=before
    ).order_by()
    steps = ApprovalStep.objects.filter(
        brand=brand, owner_kind=KIND, owner_id__in=ended.values("pk"), number=1, created_at__lt=before
    )
    return list(steps.order_by("owner_id").values_list("owner_id", flat=True)[:AT_ONCE])


def _move(source: str, target: str, brand_id: UUID, owners: Sequence[UUID]) -> int:
    where = "WHERE brand_id = %s AND owner_kind = %s AND owner_id = ANY(%s)"
    values: list[Any] = [brand_id, KIND, list(owners)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {target} ({_COLUMNS}) SELECT {_COLUMNS} FROM {source} {where}"
            " ORDER BY owner_id, number",
            values,
        )
        cursor.execute(f"DELETE FROM {source} {where}", values)
        return int(cursor.rowcount)


@periodic("approvals.archive", every=timedelta(hours=1), lease=_LEASE)
def archive_weekly() -> None:
    """Archive for each brand whose Sunday, 02:00 in its zone, has come since the last time (Rule A12)."""
    for brand in Brand.objects.order_by("pk"):
        job, period = f"approvals.archive.{brand.pk}", last_sunday(timezone.now(), brand.time_zone)
        if not claim(job, period, _LEASE):
            continue
        try:
            with brand_scope([brand.pk]):
                moved = archive_ended(brand=brand)
            PeriodicClaim.objects.filter(job=job, period=period).update(finished_at=timezone.now())
            logger.info("%s steps of brand %s were archived", moved, brand.slug)
        except Exception:
            # One brand that cannot be archived must not keep the others waiting; its lease ends.
            logger.exception("the steps of brand %s could not be archived", brand.pk)


def last_sunday(now: datetime, zone: str) -> str:
    """The newest Sunday, 02:00 in `zone`, that has passed, in UTC: the name of the week."""
    local = now.astimezone(ZoneInfo(zone))
    sunday = local.date() - timedelta(days=(local.weekday() + 1) % 7)
    moment = datetime(sunday.year, sunday.month, sunday.day, 2, tzinfo=ZoneInfo(zone))
    if moment > now:
        day = sunday - timedelta(days=7)
        moment = datetime(day.year, day.month, day.day, 2, tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC).isoformat()

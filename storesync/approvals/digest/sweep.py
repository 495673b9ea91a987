"""The digest's loop in the worker: claims what is due, and makes it, a stretch at a time (Rules S1, A11)."""

import logging
import time
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from storesync.approvals.actions.digest import make_next_digest, tell_urgent
from storesync.approvals.digest.claims import claim_due
from storesync.approvals.digest.entries import SOON
from storesync.approvals.models import (
    ActionLink,
    ApprovalDigest,
    ApprovalSettings,
    Seat,
    State,
    Submission,
    SubmissionItem,
    UrgentTelling,
)
from storesync.approvals.working_time import add_working_hours, week_of
from storesync.brands.models import Brand
from storesync.core.periodic import periodic
from storesync.core.scoping import all_brands, brand_scope

logger = logging.getLogger(__name__)

_STRETCH: Final = 15.0
"""Seconds after which a round ends, so that a worker that stops waits no longer."""
_AGAIN: Final = timedelta(hours=1)
"""How often what is urgent is looked at again: rights and absences change."""
_OLD: Final = timedelta(days=1)
"""What is overdue for longer is in the digest, and told at once no more."""
_AT_ONCE: Final = 100
_KEPT: Final = timedelta(days=90)


def sweep_digests() -> None:
    """Claim the digests whose time has come and make them; several workers share them out."""
    now, end = timezone.now(), time.monotonic() + _STRETCH
    with all_brands("digests of every brand are due by their people's clocks"):
        claim_due(now)
    while time.monotonic() < end and make_next_digest(now):
        pass


def sweep_urgent() -> None:
    """Tell people at once of what is urgent and nobody told them yet."""
    now = timezone.now()
    for brand_id, submission_id in _urgent(now):
        try:
            with brand_scope([brand_id]):
                tell_urgent(submission_id=submission_id, now=now)
        except Exception:
            # One that cannot be told of must not keep the others waiting.
            logger.exception("nobody could be told that submission %s is urgent", submission_id)


def _urgent(now: datetime) -> list[tuple[UUID, UUID]]:
    """Submissions that are urgent and have not been looked at since they became so; a few at a time."""
    with all_brands("what is urgent in any brand is told together"):
        waiting = Submission.objects.filter(state=State.WAITING, stage_due_at__gt=now - _OLD).order_by()
        if not waiting.filter(stage_due_at__isnull=False).exists():
            return []
        known = {row.brand_id: row for row in ApprovalSettings.objects.all()}
        urgent = Q(pk__in=[])
        for brand in Brand.objects.filter(pk__in=waiting.values("brand_id")).order_by():
            week = week_of(known.get(brand.pk) or ApprovalSettings(brand=brand), brand.time_zone)
            until = add_working_hours(now, Decimal(settings.APPROVAL_URGENT_HOURS), week)
            if until is not None:
                urgent |= Q(brand_id=brand.pk, stage_due_at__lte=until)
        soon = SubmissionItem.objects.waiting().filter(
            submission=OuterRef("pk"), start_at__lte=now + SOON, start_at__gt=now - _OLD
        )
        looked = UrgentTelling.objects.filter(submission=OuterRef("pk"), stage=OuterRef("stage"))
        newer = Seat.objects.filter(
            submission=OuterRef("submission_id"), created_at__gt=OuterRef("looked_at")
        )
        fresh = looked.filter(~Exists(newer.order_by()), looked_at__gt=now - _AGAIN)
        found = waiting.filter(urgent | Exists(soon.order_by())).exclude(Exists(fresh.order_by()))
        return list(
            found.order_by(F("stage_due_at").asc(nulls_last=True)).values_list("brand_id", "pk")[:_AT_ONCE]
        )


@periodic("approvals.forget_links", every=timedelta(days=1), offset=timedelta(hours=4))
def forget_links() -> None:
    """Delete links long expired and the claims of digests long past; the steps are the record."""
    before = timezone.now() - _KEPT
    with all_brands("links and digests of every brand are cleared away together"):
        ActionLink.objects.filter(expires_at__lt=before).delete()
        ApprovalDigest.objects.filter(local_date__lt=before.date()).delete()

"""Work of the clock: reviews that are due, and stages whose people changed."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import Error as DatabaseError
from django.db.models import Q
from django.utils import timezone

from storesync.approvals.actions import forget_choices, look_after, remind
from storesync.approvals.actions.clock import overlooked
from storesync.approvals.actions.seats import stuck
from storesync.approvals.flow import failed_timers, tick
from storesync.approvals.models import Seat, SeatKind, Submission, SubmissionItem
from storesync.brands.models import Brand
from storesync.core.errors import ActionRefused
from storesync.core.periodic import periodic
from storesync.core.scoping import all_brands, brand_scope

logger = logging.getLogger(__name__)

_LATE: Final = timedelta(minutes=5)
"""A clock that has not rung so long after its moment failed, or was lost."""
_AT_ONCE: Final = 500


def sweep_clocks() -> None:
    """Let the clocks ring that are due; those that failed are heard of, and done here all the same."""
    tick()
    before = timezone.now() - _LATE
    with all_brands("the clocks of reviews serve every brand"):
        late = list(Submission.objects.filter(overlooked(before)).values_list("brand_id", "pk")[:_AT_ONCE])
    for brand_id, pk in late:
        logger.error("the clock of submission %s did not ring in time", pk)
        try:
            with brand_scope([brand_id]):
                remind(submission_id=pk)
        except Exception:
            # One that cannot be reminded must not keep the others waiting.
            logger.exception("submission %s could not be reminded", pk)


def clocks_ring() -> bool:
    """Whether no clock of a review that still waits failed in the last day; for `/healthz`."""
    try:
        return not failed_timers()
    except DatabaseError:
        return False


@periodic("approvals.seats", every=timedelta(minutes=15))
def look_after_seats() -> None:
    """Find what waits for nobody, since rights, groups and absences change (Rule A5)."""
    for brand_id in Brand.objects.order_by("pk").values_list("pk", flat=True):
        with brand_scope([brand_id]):
            for ids in _stuck_in(brand_id):
                try:
                    look_after(items=ids)
                except ActionRefused as refusal:
                    logger.warning("items of brand %s wait for nobody: %s", brand_id, refusal)
                except Exception:
                    # What is wrong with some must not keep the others waiting.
                    logger.exception("items of brand %s could not be looked after", brand_id)


@periodic("approvals.choices", every=timedelta(hours=1))
def forget_stale_choices() -> None:
    """Clear away choices for a bulk decision that nobody confirmed."""
    for brand_id in Brand.objects.order_by("pk").values_list("pk", flat=True):
        with brand_scope([brand_id]):
            forget_choices()


def _stuck_in(brand_id: UUID) -> Iterator[list[UUID]]:
    # Where anybody may decide somebody always can, unless it was handed over.
    anybody = Seat.objects.filter(kind=SeatKind.ANYBODY).order_by().values("submission_id")
    handed = Seat.objects.filter(in_place_of__isnull=False).order_by().values("submission_id")
    sure = Q(voters=[], submission__in=anybody) & ~Q(submission__in=handed)
    waiting = SubmissionItem.objects.waiting().exclude(sure)
    found = stuck(waiting, brand_id=brand_id)
    while part := list(islice(found, _AT_ONCE)):
        yield part

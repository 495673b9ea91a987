"""A submission enters a stage: when it is due there, and who sits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import DateTimeField, F, Min, Value
from django.db.models.functions import Least, Now
from django.utils import timezone

from storesync.approvals.models import ApprovalSettings, Seat, Submission, SubmissionItem
from storesync.approvals.seating import seats_for
from storesync.approvals.stages import Stage
from storesync.approvals.working_time import (
    WorkingWeek,
    add_working_hours,
    take_working_hours,
    week_of,
)
from storesync.brands.models import Brand

WARN_BEFORE_START: Final = timedelta(hours=24)
"""How long before the start of a campaign its people are warned that it waits (Rule A8)."""
CLOCK: Final = (
    "stage_since",
    "stage_due_at",
    "warn_at",
    "escalate_at",
    "warned_at",
    "overdue_at",
    "escalated_at",
)
"""The fields of a submission that tell of the time at its present stage."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When something happens at a stage, in UTC; None where nothing does.

    Attributes:
        due_by_hours: by the working hours alone. due: no later than the first start either.
        warn, escalate: before it is due, and after.
    """

    due_by_hours: datetime | None
    due: datetime | None
    warn: datetime | None
    escalate: datetime | None


def moments(
    stage: Stage, *, since: datetime, first_start: datetime | None, week: WorkingWeek | None
) -> Moments:
    """When a stage that begins at `since` is due, warns and escalates.

    Args:
        first_start: the earliest start of its campaigns; whatever is due is due by then.
        week: when the brand works; needed where the stage has hours.
    """
    by_hours = warn = escalate = None
    if stage.due_hours is not None and week is not None:
        by_hours = add_working_hours(since, stage.due_hours, week)
    due = min((moment for moment in (by_hours, first_start) if moment is not None), default=None)
    if by_hours is not None and stage.warn_hours is not None and week is not None:
        warn = take_working_hours(by_hours, stage.warn_hours, week)
    before_start = first_start - WARN_BEFORE_START if first_start is not None else None
    # What would have been warned of before it was even handed in is plain to see.
    warn = min((one for one in (warn, before_start) if one is not None and one > since), default=None)
    if due is not None and stage.escalate_hours is not None and week is not None:
        escalate = add_working_hours(due, stage.escalate_hours, week)
        if escalate is not None and first_start is not None:
            escalate = min(escalate, max(first_start, since))
    return Moments(by_hours, due, warn, escalate)


def week_for(brand: Brand, stages: Iterable[Stage]) -> WorkingWeek | None:
    """When a brand works; not even asked where no stage counts hours."""
    if all(stage.due_hours is None for stage in stages):
        return None
    return week_of(ApprovalSettings.of(brand.pk), brand.time_zone)


def set_clock(
    submission: Submission, *, now: datetime, first_start: datetime | None, week: WorkingWeek | None
) -> Moments:
    """Set the times of the present stage on a submission, which the caller saves (fields CLOCK)."""
    found = moments(submission.present_stage, since=now, first_start=first_start, week=week)
    submission.stage_since, submission.stage_due_at = now, found.due
    submission.warn_at, submission.escalate_at = found.warn, found.escalate
    submission.warned_at = submission.overdue_at = submission.escalated_at = None
    return found


def enter_next_stage(submission: Submission) -> None:
    """Move a submission on: its people sit, its clock starts, and what was approved before counts no more."""
    submission.stage += 1
    stage, now = submission.present_stage, timezone.now()
    items = SubmissionItem.objects.waiting().filter(submission=submission).order_by()
    first = items.aggregate(first=Min("start_at"))["first"]
    found = set_clock(submission, now=now, first_start=first, week=week_for(submission.brand, [stage]))
    submission.save(update_fields=["stage", *CLOCK])
    items.update(due_at=due_of_item(found.due_by_hours), voters=[], voted_for=[], updated_at=Now())
    reseat(submission, seats_for(submission, stage.people))


def due_of_item(by_hours: datetime | None) -> Least | F:
    """By when one item has to be decided: its own start, or the stage's time if that is earlier."""
    if by_hours is None:
        return F("start_at")
    # PostgreSQL's LEAST leaves out what is NULL.
    return Least(F("start_at"), Value(by_hours, output_field=DateTimeField()))


def reseat(submission: Submission, seats: Sequence[Seat]) -> None:
    """Only these sit from now on."""
    Seat.objects.filter(submission=submission).delete()
    Seat.objects.bulk_create(seats)


def unseat(submission_ids: Iterable[UUID]) -> None:
    """Nobody sits at what has ended."""
    Seat.objects.filter(submission__in=list(submission_ids)).delete()

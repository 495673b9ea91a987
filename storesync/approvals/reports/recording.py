"""Writing down what reports count of a decision, with the step that it belongs to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Max

from storesync.approvals.models import (
    ApprovalSettings,
    ApprovalStep,
    Decision,
    DecisionFigure,
    ReviewStatus,
    SubmissionItem,
)
from storesync.approvals.querysets import sits
from storesync.approvals.working_time import week_of, worked_between
from storesync.core.bulk import insert_rows

if TYPE_CHECKING:
    from storesync.accounts.models import User

COUNTED: Final = frozenset({Decision.APPROVED, Decision.CHANGES_REQUESTED, Decision.REJECTED})

_MINUTE: Final = timedelta(minutes=1)

Times = Callable[[datetime], tuple[int, int | None]]


def record(
    items: Sequence[SubmissionItem],
    steps: Iterable[Mapping[str, Any]],
    *,
    person: "User | None",
    handed_over: Iterable[UUID],
) -> None:
    """Write what reports count of the steps that one action wrote; in its transaction.

    Args:
        items: as they were decided: still at the stage, with its seats.
        steps: the rows of the steps, one for each item, in the same order.
        handed_over: ids of items at which the person acts for somebody else: handed over to them, or away.
    """
    if not items:
        return
    times = _times(items[0], next(iter(steps := list(steps)))["created_at"]) if person else None
    later = _since_theirs(items, person, handed_over) if person else {}
    rows = []
    for item, step in zip(items, steps, strict=True):
        decided_at: datetime = step["created_at"]
        row = {name: step[name] for name in ("id", "brand_id", "decision", "reason", "rule", "person_id")}
        row |= {
            "decided_at": decided_at,
            "ended": step["new_status"] != ReviewStatus.PENDING_REVIEW,
            "stage_name": step["stage_name"],
            "location_id": item.location_id,
            "campaign_type": item.facts.get("campaign_type", ""),
            "template_id": item.template_id,
            "wave_id": item.wave_id,
            "late": item.due_at < decided_at if item.due_at and person else None,
        }
        waited: tuple[int | None, int | None] = (None, None)
        own = waited
        if times:
            since = item.submission.stage_since or item.submission.created_at
            waited = times(since)
            own = times(max(since, later.get(item.pk, since)))
        row |= dict(zip(("waited", "worked", "own_waited", "own_worked"), (*waited, *own), strict=True))
        rows.append(row)
    insert_rows(DecisionFigure, rows)


def _times(item: SubmissionItem, until: datetime) -> Times:
    """Whole minutes since a moment, on the clock and in the working hours as they are now."""
    brand = item.submission.brand
    week = week_of(ApprovalSettings.of(brand.pk), brand.time_zone)

    @cache
    def times(since: datetime) -> tuple[int, int | None]:
        worked = worked_between(since, until, week)
        return max(0, (until - since) // _MINUTE), None if worked is None else worked // _MINUTE

    return times


def _since_theirs(
    items: Sequence[SubmissionItem], person: "User", handed_over: Iterable[UUID]
) -> dict[UUID, datetime]:
    """Since when these wait for the person, where that was not from the beginning of the stage."""
    found: dict[UUID, datetime] = {}
    acting = set(handed_over)
    escalated = {
        item.pk: item.submission.escalated_at
        for item in items
        if item.submission.escalated_at is not None and item.pk not in acting
    }
    if escalated:
        asked = SubmissionItem.objects.filter(pk__any_of=list(escalated)).order_by()
        before = sits(person.pk, person.is_superuser, escalated=False)
        from_the_start = set(asked.filter(before).values_list("pk", flat=True))
        found = {pk: moment for pk, moment in escalated.items() if pk not in from_the_start}
    if acting:
        # By revision: what is handed over moves to a submission of its own.
        theirs = [item for item in items if item.pk in acting]
        steps = ApprovalStep.objects.filter(
            submission__root__in={item.submission.root_id for item in theirs},
            decision=Decision.HANDED_OVER,
            handed_to=person,
        )
        moments = steps.order_by().values_list("revision_id", "stage").annotate(at=Max("created_at"))
        handed = {(revision, stage): moment for revision, stage, moment in moments}
        for item in theirs:
            if moment := handed.get((item.revision_id, item.submission.stage)):
                found[item.pk] = moment
    return found

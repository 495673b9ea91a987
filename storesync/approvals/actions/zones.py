"""Stores that move to another time zone: what waits for them follows their clock (Rule S5)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Min

from storesync.approvals import flow
from storesync.approvals.models import Submission, SubmissionItem
from storesync.approvals.queries import due_at
from storesync.core.audit import audited


def follow_zone(*, location_ids: Iterable[UUID]) -> None:
    """Let what waits for stores that moved to another time zone follow their clock (Rule S5).

    The start of a campaign is wall-clock time of its store. What is due by that start moves with it; what
    people were told is due by working hours stays, and is never due after the start.
    """
    places = list(location_ids)
    waiting = SubmissionItem.objects.waiting().filter(location__in=places)
    roots = set(waiting.order_by().values_list("submission__root_id", flat=True))
    if not roots:
        return
    with audited("submission.rescheduled", actor=None):
        list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=roots).order_by("pk"))
        items = list(
            waiting.select_for_update(of=("self",))
            .select_related("submission", "revision", "location")
            .defer("revision__html", "revision__text", "revision__blocks")
            .order_by("pk")
        )
        moved = []
        for item in items:
            start = due_at(item.revision.schedule, item.location.time_zone)
            if start is not None and start != item.start_at:
                item.due_at = start if item.due_at in (None, item.start_at) else min(item.due_at, start)
                item.start_at = start
                moved.append(item)
        SubmissionItem.objects.bulk_update(moved, ["start_at", "due_at"])
        for submission in {item.submission_id: item.submission for item in moved}.values():
            _follow_start(submission)


def _follow_start(submission: Submission) -> None:
    """The times of a submission after those of its items: no later than the first start."""
    items = SubmissionItem.objects.waiting().filter(submission=submission).order_by()
    due = items.aggregate(first=Min("due_at"))["first"]
    if due is None or due == submission.stage_due_at:
        return
    earlier = submission.stage_due_at - due if submission.stage_due_at else timedelta(0)
    submission.stage_due_at = due
    if submission.warn_at is not None and submission.warned_at is None:
        submission.warn_at -= earlier
    if submission.escalate_at is not None and submission.escalated_at is None:
        submission.escalate_at -= earlier
    submission.save(update_fields=["stage_due_at", "warn_at", "escalate_at"])
    if earlier > timedelta(0) and submission.next_moment is not None:
        # One that rings too early does nothing, so only an earlier moment needs a clock of its own.
        flow.set_clock_again(submission)

"""The process of a submission, drawn with viewflow: hand in, review, next stage or close; and its clock.

One process per Submission; the stages of its policy are a loop in this one flow. Only viewflow's engine is
used, never its pages, and it is used as it comes (AGPL with an exception for unmodified use as a library).
It checks no rights: `actions` lock the submission and check everything before they call in here. Timers come
in by themselves (`tick`), so the flow's lock is the submission's row, in the order of Rule A9.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from viewflow import this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.flow.nodes import TimerBoundary
from viewflow.workflow.models import Task
from viewflow.workflow.timers import fire_due_timers

from storesync.approvals.actions.clock import remind
from storesync.approvals.entering import enter_next_stage, unseat
from storesync.approvals.models import Decision, ReviewProcess, State, Submission
from storesync.core.scoping import brand_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

logger = logging.getLogger(__name__)
_TOLD: Final = timedelta(days=1)
"""How long a timer that failed is told of."""

_held: ContextVar[bool] = ContextVar("submission_held", default=False)


@contextmanager
def _submission_lock(flow_class: Any, process_pk: int) -> Iterator[None]:
    """Lock the submission's family and open its brand, unless an action has done so already."""
    # The action's transaction is open where it holds the lock; what fails here ends it as a whole.
    with transaction.atomic(savepoint=not _held.get()):
        if _held.get():
            yield
            return
        brand_id, root_id = ReviewProcess.objects.values_list(
            "submission__brand_id", "submission__root_id"
        ).get(pk=process_pk)
        with brand_scope([brand_id]):
            list(Submission.objects.select_for_update(of=("self",)).filter(pk=root_id))
            yield


@contextmanager
def _holding() -> Iterator[None]:
    """The caller holds the lock on the submission."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


class StageClock(TimerBoundary):
    """Rings beside the review at the next moment of the stage: to warn, overdue, to escalate.

    It is not set where the stage has no such moment, and set again when it has rung.
    """

    def _arm(self, host_activation: Any) -> None:
        if host_activation.process.submission.next_moment is not None:
            super()._arm(host_activation)


class ReviewFlow(flow.Flow):
    """Review of a submission"""

    # The moves of the submission itself are written by `settle`, at once with the engine's rows.
    process_class = ReviewProcess
    lock_impl = staticmethod(_submission_lock)

    start = flow.StartHandle(this.hand_in).Next(this.review)
    review = flow.View(None).Next(this.decided)
    decided = flow.If(this.goes_on).Then(this.review).Else(this.end)
    clock = StageClock(this.review, this.next_moment, interrupting=False).Next(this.ring)
    ring = flow.Function(this.poke).Next(this.end)
    end = flow.End()

    def hand_in(self, activation: Any, *, submission: Submission) -> Any:
        """The process belongs to its submission from the first row on."""
        activation.process.submission = submission
        return activation.process

    def goes_on(self, activation: Any) -> bool:
        """The loop: an approval led to another stage; everything else ends the review."""
        return bool(activation.process.submission.is_open)

    def next_moment(self, activation: Any) -> datetime:
        """When the clock rings."""
        moment: datetime = activation.process.submission.next_moment
        return moment

    def poke(self, activation: Any) -> None:
        """The clock rings: poke the submission, and set the clock for what comes then."""
        submission = remind(submission_id=activation.process.submission_id)
        if submission is None or submission.next_moment is None:
            return
        set_clock_again(submission)


def begin(submission: Submission) -> None:
    """Start the process of a submission; it then waits at the review of the submission's stage."""
    with _holding():
        ReviewFlow.start.run(submission=submission)


def settle(submission: Submission, *, decision: Decision, person: "User | None") -> None:
    """Carry one decision about everything in the submission through its process.

    The caller holds the lock on the submission and has checked person and state. `submission` is moved: to
    its next stage, or to its end.
    """
    review = _review_of(submission)
    if decision == Decision.APPROVED and submission.has_next_stage:
        enter_next_stage(submission)
    else:
        submission.state, submission.decided_at = State(decision), Now()
        submission.save(update_fields=["state", "decided_at"])
        unseat([submission.pk])
    with transaction.atomic(savepoint=False):
        review.process.data["decision"] = str(decision)
        review.assign(user=person)
        review.start(None)
        review.execute()


def set_clock_again(submission: Submission) -> None:
    """Let the clock beside the review ring at the next moment, beside what it is set to already."""
    ReviewFlow.clock._arm(_review_of(submission))


def _review_of(submission: Submission) -> Any:
    """The open review of a submission, as viewflow works with it; the lock is the caller's."""
    task = Task.objects.select_related("process__reviewprocess").get(
        process__reviewprocess__submission=submission, flow_task=ReviewFlow.review, status=STATUS.NEW
    )
    review = ReviewFlow.review.activation_class(task)
    review.process.submission = submission
    return review


def tick() -> int:
    """Let every clock ring that is due. viewflow writes failures into its own rows: they are told here.

    Returns:
        How many rang.
    """
    since = timezone.now()
    rang: int = fire_due_timers()
    for task in failed_timers(since):
        error = (task.data or {}).get("_exception", {})
        logger.error("a clock of review process %s failed: %s", task.process_id, error.get("title", ""))
    return rang


def failed_timers(since: datetime | None = None) -> list[Task]:
    """Steps of the engine that failed since then (in the last day, unless said) and wait for a person."""
    return list(
        Task.objects.filter(
            status=STATUS.ERROR,
            finished__gte=since or timezone.now() - _TOLD,
            process__reviewprocess__submission__state=State.WAITING,
        ).order_by("pk")
    )

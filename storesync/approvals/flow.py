"""The process of a submission, drawn with viewflow: hand in, review, next stage or close.

One process per Submission; the stages of its policy are a loop in this one flow. Only viewflow's engine is
used, never its pages, and it is used as it comes (AGPL with an exception for unmodified use as a library).
It checks no rights and its own lock trusts whatever id it is given: `actions` lock the submission and check
everything before they call in here.
"""

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now
from viewflow import this
from viewflow.workflow import STATUS, flow, lock
from viewflow.workflow.models import Task

from storesync.approvals.models import Decision, ReviewProcess, State, Submission

if TYPE_CHECKING:
    from storesync.accounts.models import User


class ReviewFlow(flow.Flow):
    """Review of a submission"""

    process_class = ReviewProcess
    lock_impl = lock.no_lock  # the submission's row is the lock, and held already

    start = flow.StartHandle(this.hand_in).Next(this.review)
    review = flow.View(None).Next(this.decided)
    decided = flow.If(this.goes_on).Then(this.pass_on).Else(this.close)
    pass_on = flow.Function(this.to_next_stage).Next(this.review)
    close = flow.Function(this.to_end).Next(this.end)
    end = flow.End()

    def hand_in(self, activation: Any, *, submission: Submission) -> Any:
        """The process belongs to its submission from the first row on."""
        activation.process.submission = submission
        return activation.process

    def goes_on(self, activation: Any) -> bool:
        """Whether an approval leads to another stage."""
        process = activation.process
        return bool(process.data["decision"] == Decision.APPROVED and process.submission.has_next_stage)

    def to_next_stage(self, activation: Any) -> None:
        """The loop: the same review, one stage on."""
        submission = activation.process.submission
        submission.stage += 1
        submission.save(update_fields=["stage"])

    def to_end(self, activation: Any) -> None:
        """The submission ends as it was decided."""
        submission = activation.process.submission
        submission.state = State(activation.process.data["decision"])
        submission.decided_at = Now()
        submission.save(update_fields=["state", "decided_at"])


def begin(submission: Submission) -> None:
    """Start the process of a submission; it then waits at the review of the submission's stage."""
    ReviewFlow.start.run(submission=submission)


def settle(submission: Submission, *, decision: Decision, person: "User | None") -> None:
    """Carry one decision about everything in the submission through its process.

    The caller holds the lock on the submission and has checked person and state. `submission` is moved: to
    its next stage, or to its end.
    """
    task = Task.objects.select_related("process__reviewprocess").get(
        process__reviewprocess__submission=submission, flow_task=ReviewFlow.review, status=STATUS.NEW
    )
    with task.activation() as review:
        review.process.submission = submission
        review.process.data["decision"] = str(decision)
        review.assign(user=person)
        review.start(None)
        review.execute()

"""What the clock does to a submission: warn, mark as overdue, escalate."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.approvals.models import Decision, Seat, Submission, SubmissionItem
from storesync.approvals.seating import MANAGERS, seat_key, seats_for
from storesync.approvals.steps import write_rule_steps
from storesync.approvals.telling import WENT_OVERDUE, announce_steps
from storesync.core.audit import audited


def remind(*, submission_id: UUID) -> Submission | None:
    """Do what is due now at the stage of a submission. Harmless when nothing is, or when it was done.

    Warned: its step tells whoever it waits for. Overdue: a mark. Escalated: those to whom the stage escalates
    (nobody named: the brand's managers) sit too.

    Returns:
        The submission as it is now; None when it is not open any more, or not there.
    """
    with audited("submission.reminded", actor=None):
        submission = _locked(submission_id)
        if submission is None or not submission.is_open:
            return None
        now = timezone.now()
        _warn(submission, now)
        if _is_due(submission.stage_due_at, submission.overdue_at, now):
            submission.overdue_at = now
            announce_steps(_waiting(submission), decision=WENT_OVERDUE)
        if _is_due(submission.escalate_at, submission.escalated_at, now):
            _escalate(submission, now)
        submission.save(update_fields=["warned_at", "overdue_at", "escalated_at"])
    return submission


def _warn(submission: Submission, now: datetime) -> None:
    if not _is_due(submission.warn_at, submission.warned_at, now):
        return
    submission.warned_at = now
    # After an outage it may be overdue already: then there is nothing to warn of.
    if submission.stage_due_at is None or submission.stage_due_at > now:
        write_rule_steps(_waiting(submission), decision=Decision.WARNED, rule=_("Warning before it is due"))


def _escalate(submission: Submission, now: datetime) -> None:
    stage = submission.present_stage
    people = MANAGERS if stage.escalate_to.anybody else stage.escalate_to
    seat_more(submission, seats_for(submission, people, escalated=True))
    submission.escalated_at = now
    write_rule_steps(_waiting(submission), decision=Decision.ESCALATED, rule=_("Not decided in time"))


def seat_more(submission: Submission, seats: list[Seat]) -> None:
    """Let these sit as well; those who sit already keep their seat as it is."""
    held = {seat_key(seat) for seat in Seat.objects.filter(submission=submission)}
    Seat.objects.bulk_create(seat for seat in seats if seat_key(seat) not in held)


def _is_due(moment: datetime | None, done: datetime | None, now: datetime) -> bool:
    return done is None and moment is not None and moment <= now


def _locked(submission_id: UUID) -> Submission | None:
    """The submission, its family locked as every action locks it (Rule A9)."""
    roots = Submission.objects.filter(pk=submission_id).order_by().values_list("root_id", flat=True)
    list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=list(roots)))
    found: Submission | None = Submission.objects.select_related("brand").filter(pk=submission_id).first()
    return found


def _waiting(submission: Submission) -> list[SubmissionItem]:
    items = list(SubmissionItem.objects.waiting().filter(submission=submission).order_by("pk"))
    for item in items:
        item.submission = submission
    return items


def overlooked(before: datetime) -> Q:
    """Open submissions whose clock should have rung before then and did not."""
    return Q(state="waiting") & (
        Q(warn_at__lt=before, warned_at__isnull=True)
        | Q(stage_due_at__lt=before, overdue_at__isnull=True)
        | Q(escalate_at__lt=before, escalated_at__isnull=True)
    )

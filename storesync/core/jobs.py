"""Long tasks: start, tell how far, end. A Job's row is the only truth; its page reads it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.models import Job, JobState
from storesync.core.permissions import MANAGE_BRAND, can

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A long task is over, whichever way; told once, in the transaction that ended it."""

    job_id: UUID


def start_job(
    *,
    brand_id: UUID,
    kind: str,
    title: str,
    actor: "User | None",
    unit: str = "",
    total: int = 0,
    back_url: str = "",
) -> Job:
    """Make the row of a long task, waiting; the caller enqueues the task on commit.

    Args:
        kind: machine name of the task (`rollout.launch`).
        title: what people read, translated.
        unit: what is counted, translated plural ("stores").
        total: how many there will be, 0 when not known yet.
        back_url: the page that the task belongs to.
    """
    return Job.objects.create(
        brand_id=brand_id, kind=kind, title=title, unit=unit, total=total, started_by=actor, back_url=back_url
    )


def begin(job_id: UUID) -> bool:
    """Mark the task running; False when it has begun or ended already (a task delivered twice)."""
    return bool(
        Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
            state=JobState.RUNNING, started_at=Now(), updated_at=Now()
        )
    )


def advance(job_id: UUID, *, done: int, total: int | None = None, message: str | None = None) -> bool:
    """Tell how far the task is; returns False when it was asked to stop.

    Args:
        done: how many are done in all, in the job's unit.
    """
    changes: dict[str, Any] = {"done": done, "updated_at": Now()}
    if total is not None:
        changes["total"] = total
    if message is not None:
        changes["message"] = message
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(**changes)
    return not Job.objects.filter(pk=job_id, stop_requested=True).exists()


def finish(job_id: UUID, *, result: dict[str, Any], message: str = "") -> None:
    """End the task: done, or stopped where that was asked for and it stopped short."""
    ended = Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        state=Case(
            When(stop_requested=True, done__lt=F("total"), then=Value(JobState.STOPPED.value)),
            default=Value(JobState.DONE.value),
        ),
        result=result,
        message=message,
        ended_at=Now(),
        updated_at=Now(),
    )
    if ended:
        publish(JobEnded(job_id))


def fail(job_id: UUID, *, message: str, result: dict[str, Any] | None = None) -> None:
    """End the task as failed, with the reason that its page shows."""
    ended = Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        state=JobState.FAILED, message=message, result=result or {}, ended_at=Now(), updated_at=Now()
    )
    if ended:
        publish(JobEnded(job_id))


def request_stop(job_id: UUID) -> None:
    """Ask the task to end at its next safe place; harmless when it is over."""
    Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        stop_requested=True, updated_at=Now()
    )


def stop_job(*, job: Job, actor: "User") -> None:
    """Ask a long task to stop.

    Raises:
        PermissionDenied: the actor neither started it nor manages the brand.
        ActionRefused: it is over.
    """
    with audited("job.stop_requested", actor=actor):
        job = Job.objects.select_for_update(of=("self",)).select_related("brand").get(pk=job.pk)
        if job.started_by_id != actor.pk and not can(actor, MANAGE_BRAND, job.brand):
            raise PermissionDenied
        if job.is_over:
            raise ActionRefused(_("This task is over already."))
        request_stop(job.pk)

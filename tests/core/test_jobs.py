"""Long tasks: how their row ends."""

from storesync.core.jobs import advance, begin, fail, finish, request_stop, start_job
from storesync.core.models import Job, JobState
from tests.conftest import Cast


def _job(cast: Cast, total: int = 10) -> Job:
    return start_job(brand_id=cast.acme.pk, kind="test", title="Test", actor=cast.manager, total=total)


def test_a_job_counts_and_ends(in_acme: Cast) -> None:
    job = _job(in_acme)
    assert begin(job.pk)
    assert not begin(job.pk)
    assert advance(job.pk, done=4)
    finish(job.pk, result={"rows": 10})
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (JobState.DONE, 4, {"rows": 10})
    fail(job.pk, message="too late")
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_job_asked_to_stop_ends_as_stopped(in_acme: Cast) -> None:
    job = _job(in_acme)
    begin(job.pk)
    request_stop(job.pk)
    assert not advance(job.pk, done=4)
    finish(job.pk, result={})
    job.refresh_from_db()
    assert job.state == JobState.STOPPED


def test_a_job_that_was_through_already_is_done(in_acme: Cast) -> None:
    job = _job(in_acme, total=4)
    begin(job.pk)
    request_stop(job.pk)
    advance(job.pk, done=4)
    finish(job.pk, result={})
    job.refresh_from_db()
    assert job.state == JobState.DONE

"""Long tasks: their life, their page that slows down and stops asking, the stop button."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from storesync.core import jobs
from storesync.core.errors import ActionRefused
from storesync.core.models import Job, JobState
from storesync.core.scoping import brand_scope
from tests.conftest import Cast


def started(cast: Cast, **fields: object) -> Job:
    with brand_scope([cast.acme.pk]):
        job = jobs.start_job(
            brand_id=cast.acme.pk,
            kind="t",
            title="Roll-out",
            actor=cast.north_manager,
            unit="stores",
            total=10,
        )
        assert jobs.begin(job.pk)
        Job.objects.filter(pk=job.pk).update(**fields)
    return job


def url(job: Job) -> str:
    return f"/b/acme/jobs/{job.pk}/"


@pytest.mark.parametrize(("age", "every"), [(1, 2), (60, 5), (600, 15)])
def test_a_running_task_asks_again_ever_more_slowly(
    cast: Cast, as_manager: Client, age: int, every: int
) -> None:
    job = started(cast, started_at=timezone.now() - timedelta(seconds=age))
    text = as_manager.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert f'hx-trigger="every {every}s"' in text
    assert "<html" not in text


def test_a_task_that_is_over_asks_no_more(cast: Cast, as_manager: Client) -> None:
    job = started(cast)
    with brand_scope([cast.acme.pk]):
        jobs.advance(job.pk, done=10)
        jobs.finish(job.pk, result={"created": 10})
    text = as_manager.get(url(job)).content.decode()
    assert 'hx-trigger="every' not in text
    assert "Result" in text


def test_people_see_their_own_tasks_and_managers_all(cast: Cast, client: Client) -> None:
    job = started(cast)
    answers = {}
    for person in ("manager", "north_manager", "leeds_manager"):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        answers[person] = client.get(url(job)).status_code
    assert answers == {"manager": 200, "north_manager": 200, "leeds_manager": 404}


def test_a_task_stops_at_its_next_step(cast: Cast, as_manager: Client) -> None:
    job = started(cast)
    assert as_manager.post(f"{url(job)}stop/").status_code == 302
    with brand_scope([cast.acme.pk]):
        assert jobs.advance(job.pk, done=4) is False
        jobs.finish(job.pk, result={})
        job.refresh_from_db()
        assert job.state == JobState.STOPPED
        with pytest.raises(ActionRefused):
            jobs.stop_job(job=job, actor=cast.manager)


def test_others_stop_nothing(cast: Cast) -> None:
    job = started(cast)
    with brand_scope([cast.acme.pk]), pytest.raises(PermissionDenied):
        jobs.stop_job(job=job, actor=cast.leeds_manager)


def test_a_message_delivered_twice_begins_a_task_once(cast: Cast) -> None:
    job = started(cast)
    with brand_scope([cast.acme.pk]):
        assert not jobs.begin(job.pk)


def test_a_failed_task_says_why_and_stays_failed(cast: Cast) -> None:
    job = started(cast)
    with brand_scope([cast.acme.pk]):
        jobs.fail(job.pk, message="The file is gone.")
        jobs.finish(job.pk, result={})
        job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "The file is gone.")

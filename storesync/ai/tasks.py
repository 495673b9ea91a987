"""What the worker does for AI: the test of the connection, lost calls, erasing, renewing keys."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel

from storesync.ai.door import NotAnswered, ask
from storesync.ai.door.budget import release_lost
from storesync.ai.keys import renewed
from storesync.ai.models import AiRun, AiSettings
from storesync.ai.outcomes import Outcome
from storesync.ai.prompting import get_prompt
from storesync.ai.purposes import TEST
from storesync.brands.models import Brand
from storesync.core import jobs
from storesync.core.audit import audited
from storesync.core.models import Job, JobState
from storesync.core.periodic import periodic
from storesync.core.queue import task
from storesync.core.scoping import all_brands, brand_scope

TEST_JOB: Final = "ai.test"
_LOST: Final = timedelta(seconds=30)
"""A test whose message nobody has taken in this time is woken again."""
_DEAD: Final = timedelta(minutes=2)
"""A test takes 45 seconds at most."""
_STRETCH: Final = 1000


class Echo(BaseModel):
    """The answer of the test."""

    word: str


@task()
def test_connection(brand_id: UUID, job_id: UUID) -> None:
    """Ask one small question, and tell the Job how it went."""
    if not jobs.begin(job_id):
        return
    job = Job.objects.select_related("brand", "started_by").get(pk=job_id)
    answer = ask(
        brand=job.brand,
        purpose=TEST,
        prompt=get_prompt("connection_test"),
        inputs={"word": "hello"},
        output=Echo,
        actor=job.started_by,
    )
    with _language_of(job):
        if isinstance(answer, NotAnswered):
            jobs.fail(job_id, message=answer.message)
            return
        jobs.advance(job_id, done=1)
        words = _("The model answers: %(model)s.")
        if answer.canned:
            words = _("The server of samples answers in place of %(model)s.")
        jobs.finish(job_id, result={}, message=words % {"model": answer.model})


def sweep_ai() -> None:
    """Release what dead workers reserved, and wake tests whose message was lost (Rule S1)."""
    with all_brands("calls and tests of every brand are looked after together"):
        over = AiRun.objects.filter(outcome=Outcome.RUNNING, lease_until__lt=Now())
        brands = list(Brand.objects.filter(pk__in=over.order_by().values("brand_id")))
        lost = Q(state=JobState.QUEUED, updated_at__lt=Now() - _LOST)
        dead = Q(state=JobState.RUNNING, updated_at__lt=Now() - _DEAD)
        tests = list(Job.objects.filter(lost | dead, kind=TEST_JOB).select_related("started_by"))
    for brand in brands:
        with brand_scope([brand.pk]):
            release_lost(brand)
    for job in tests:
        with brand_scope([job.brand_id]):
            if job.state == JobState.QUEUED:
                test_connection.wake(job.brand_id, job.pk)
            else:
                with _language_of(job):
                    jobs.fail(job.pk, message=_("The test was interrupted. Start it again."))


@periodic("ai.erase_texts", every=timedelta(days=1), offset=timedelta(hours=2))
def erase_texts() -> None:
    """Erase what was asked and answered once the brand's retention has passed; what it cost stays."""
    for brand in Brand.objects.all():
        with brand_scope([brand.pk]):
            old = AiRun.objects.filter(
                erased_at__isnull=True,
                created_at__lt=Now() - timedelta(days=brand.retention_days),
            ).exclude(outcome=Outcome.RUNNING)
            while some := list(old.order_by("created_at").values_list("pk", flat=True)[:_STRETCH]):
                AiRun.objects.filter(pk__in=some).update(
                    request=None, answer=None, detail="", subject_name="", erased_at=Now()
                )


@periodic("ai.renew_keys", every=timedelta(days=1), offset=timedelta(hours=2))
def renew_keys() -> None:
    """Seal every brand's key by the present SECRET_KEY, so that its former value can be dropped."""
    with all_brands("keys of every brand are renewed together"):
        rows = list(AiSettings.objects.exclude(encrypted_key="").values_list("brand_id", "encrypted_key"))
    for brand_id, sealed in rows:
        fresh = renewed(sealed, brand_id)
        if fresh is not None:
            with brand_scope([brand_id]), audited("ai.key_renewed", actor=None):
                # Only the one that was read: a key that was set meanwhile is sealed well.
                AiSettings.objects.filter(encrypted_key=sealed).update(encrypted_key=fresh)


def _language_of(job: Job) -> translation.override:
    """The language of who started it, for the words that its row keeps."""
    return translation.override(job.started_by.language if job.started_by else settings.LANGUAGE_CODE)

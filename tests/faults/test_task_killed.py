"""A worker that is killed in the middle of long and small work, and started again (Rule S1).

The worker is a process and the kill is SIGKILL. What it was at is found again by the sweeper, without
anybody asking: the check of a large roll-out, a try-out of guidelines, a test mail, the mail of a mention.
"""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from storesync.brands.models import Location
from storesync.campaigns.actions.check import last_check
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    check_rollout,
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.actions.test_mail import send_campaign_test
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.preflight import preflight
from storesync.campaigns.statuses import Status
from storesync.comments.actions import add_comment
from storesync.comments.models import Mention
from storesync.core.models import Job, JobState
from storesync.core.scoping import all_brands, brand_scope
from storesync.guidelines.actions import save_draft, start_try_out
from storesync.guidelines.models import TryOut
from storesync.mailing.models import WAITING, Delivery, DeliveryState
from storesync.mailing.testing import SOURCE_KIND as TEST_KIND
from tests.campaigns.making import DRAFT, make_wave
from tests.conftest import Cast
from tests.factories import LocationFactory
from tests.faults.test_worker_killed import let_leases_run_out, wait_for
from tests.guidelines.making import banned
from tests.services import SmtpSink, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
STORES = 3000


@pytest.fixture
def many(cast: Cast) -> Rollout:
    """A draft roll-out to so many stores that its check takes seconds."""
    with brand_scope([cast.acme.pk]):
        Location.objects.bulk_create(
            LocationFactory.build(
                brand=cast.acme, region=cast.north, store_number=f"K{n}", name=f"Store {n}", city="Leeds"
            )
            for n in range(STORES)
        )
        template = create_template(
            brand=cast.acme, name="Many", campaign_type="seasonal", actor=cast.manager, draft=DRAFT
        )
        version = publish_version(template=template, actor=cast.manager)
        rollout = create_rollout(template_version=version, actor=cast.manager)
        choose_locations(rollout=rollout, actor=cast.manager, filters={"q": "Store"})
        set_recipients(rollout=rollout, actor=cast.manager, text="email,store\na@people.example,K1")
        plan_rollout(rollout=rollout, actor=cast.manager, values={"discount_percentage": "20"})
        return Rollout.objects.get(pk=rollout.pk)


def kill_while_running(worker: Worker, job: Job) -> None:
    """Kill it when the Job has begun, let the time pass that a sweep waits, and let another take over."""
    worker.start()
    wait_for(lambda: _state(job) == JobState.RUNNING, 120, worker)
    time.sleep(0.3)
    worker.kill()
    assert _state(job) == JobState.RUNNING, "it was done before it was killed"
    settled()
    Job.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(minutes=10))
    worker.start()
    wait_for(lambda: _state(job) == JobState.DONE, 240, worker)


def _state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def settled() -> None:
    """Until the database has let go of what the dead were at."""
    let_leases_run_out()
    connection.close()


def test_the_check_of_a_large_roll_out(cast: Cast, many: Rollout, worker: Worker) -> None:
    with brand_scope([cast.acme.pk]):
        asked = check_rollout(rollout=many, actor=cast.manager)
        assert asked.check_job is not None
        kill_while_running(worker, asked.check_job)
        found = last_check(Rollout.objects.get(pk=many.pk))
        assert found == preflight(many) and found is not None and found.locations == STORES


def test_a_try_out(cast: Cast, many: Rollout, worker: Worker) -> None:
    with brand_scope([cast.acme.pk]):
        asked = check_rollout(rollout=many, actor=cast.manager)
        worker.start()
        wait_for(lambda: asked.check_job and _state(asked.check_job) == JobState.DONE, 240, worker)
        worker.kill()
        launch_rollout(rollout=many, actor=cast.manager)
        continue_launch(rollout=many)
        save_draft(brand=cast.acme, rules=[banned("neighbour")], draft_number=0, actor=cast.manager)
        made = start_try_out(brand=cast.acme, actor=cast.manager)
        assert made.job is not None
        kill_while_running(worker, made.job)
        done = TryOut.objects.get(pk=made.pk)
        assert (done.checked, done.blocked) == (STORES, STORES)
        assert done.hits.count() == STORES, "nothing is counted twice"


def test_a_test_mail(cast: Cast, worker: Worker, smtp_sink: SmtpSink) -> None:
    """Rules S3, S7: nobody has it twice, and of whom nobody knows the page says so; it counts nowhere."""
    with brand_scope([cast.acme.pk]):
        campaign = make_wave(cast.acme, cast.leeds, cast.manager).campaigns.get()
        people = [f"t{n}@people.example" for n in range(5)]
        test = send_campaign_test(campaign=campaign, addresses=people, actor=cast.manager)
    kill_on_the_wire(worker, smtp_sink)
    assert set(smtp_sink.recipients) <= set(people) and set(smtp_sink.recipients.values()) == {1}
    with brand_scope([cast.acme.pk]):
        states = [row.state for row in Delivery.objects.of(TEST_KIND, [test.pk])]
        assert len(states) == 5 and set(states) <= {DeliveryState.SENT, DeliveryState.UNKNOWN}
        assert DeliveryState.UNKNOWN in states
        assert LocationCampaign.objects.get().status == Status.DRAFT


def test_the_mail_of_a_mention(cast: Cast, worker: Worker, smtp_sink: SmtpSink) -> None:
    with brand_scope([cast.acme.pk]):
        campaign = make_wave(cast.acme, cast.leeds, cast.manager).campaigns.get()
        add_comment(
            owner_kind="campaign",
            owner_id=campaign.pk,
            place="",
            body="Look at this, please.",
            actor=cast.manager,
            mentions=[cast.leeds_manager.pk, cast.north_manager.pk],
        )
    people = {cast.leeds_manager.email, cast.north_manager.email}
    kill_on_the_wire(worker, smtp_sink)
    wait_for(lambda: set(smtp_sink.recipients) == people, 60, worker)
    with brand_scope([cast.acme.pk]):
        assert list(Mention.objects.values_list("told", flat=True)) == [True, True]
    with all_brands("a test counts the mails of everybody"):
        rows = dict(Delivery.objects.values_list("contact__address", "unknowns"))
    assert set(rows) == people, "each is told by one mail"
    assert all(1 <= smtp_sink.recipients[one] <= 1 + unknowns for one, unknowns in rows.items())


def kill_on_the_wire(worker: Worker, sink: SmtpSink) -> None:
    """Kill it when the first mail has arrived and nobody knows it; then let another finish."""
    sink.delay = 2
    worker.start()
    wait_for(lambda: sink.accepted, 120, worker)
    worker.kill()
    sink.delay = 0
    with all_brands("a test looks at the mails of everybody"):
        assert _waiting(), "it was done before it was killed"
        let_leases_run_out()
        worker.start()
        wait_for(lambda: not _waiting(), 120, worker)


def _waiting() -> bool:
    return Delivery.objects.filter(state__in=WAITING).exists()

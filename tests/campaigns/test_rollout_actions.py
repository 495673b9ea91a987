"""Roll-outs: planned as a draft, launched once, whatever kills the launch (Rules L1, S11, T4)."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from storesync.brands.models import Location, LocationStatus
from storesync.campaigns.actions import launch as launching
from storesync.campaigns.actions.clock import wake_launches
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    cancel_rollout,
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import archive_template
from storesync.campaigns.actions.version import deprecate_version
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import (
    LocationCampaign,
    Rollout,
    RolloutLocation,
    RolloutState,
    TemplateVersion,
)
from storesync.campaigns.preflight import preflight
from storesync.campaigns.tasks import launch
from storesync.content.models import Revision
from storesync.core.errors import ActionRefused
from storesync.core.models import Job, JobState
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.factories import LocationFactory


def test_all_that_match_are_chosen_and_exactly_those(in_acme: Cast, rollout: Rollout) -> None:
    """Rule L1."""
    count = choose_locations(
        rollout=rollout, actor=in_acme.manager, filters={"region": str(in_acme.north.pk), "q": ""}
    )
    assert count == 2
    LocationFactory(brand=in_acme.acme, region=in_acme.north, name="Late")
    rollout.refresh_from_db()
    chosen = set(rollout.chosen.values_list("location_id", flat=True))
    assert chosen == {in_acme.leeds.pk, in_acme.york.pk}
    assert rollout.selection == {"filters": {"region": str(in_acme.north.pk)}}


def test_closed_locations_and_those_of_others_are_not_chosen(in_acme: Cast, rollout: Rollout) -> None:
    Location.objects.filter(pk=in_acme.york.pk).update(status=LocationStatus.CLOSED)
    assert choose_locations(rollout=rollout, actor=in_acme.manager, filters={}) == 2
    with pytest.raises(ActionRefused):
        choose_locations(rollout=rollout, actor=in_acme.manager, location_ids=[in_acme.elsewhere.pk])
    with pytest.raises(ActionRefused):
        choose_locations(rollout=rollout, actor=in_acme.manager, filters={"city": "Nowhere"})


def test_values_are_checked_by_their_types(in_acme: Cast, rollout: Rollout) -> None:
    with pytest.raises(ValuesInvalid) as refused:
        plan_rollout(rollout=rollout, actor=in_acme.manager, values={"discount_percentage": "60"})
    assert refused.value.problems[0].name == "discount_percentage"
    with pytest.raises(ValuesInvalid):
        plan_rollout(rollout=rollout, actor=in_acme.manager, values={})
    rollout.refresh_from_db()
    assert rollout.values == {"discount_percentage": "20"}


def test_dates_that_cannot_be_are_refused(in_acme: Cast, rollout: Rollout) -> None:
    with pytest.raises(ActionRefused):
        plan_rollout(
            rollout=rollout,
            actor=in_acme.manager,
            schedule={"start": "2026-11-27T09:00", "end": "2026-11-27T09:00"},
        )
    plan_rollout(rollout=rollout, actor=in_acme.manager, schedule={"start": "2001-01-01T09:00"})
    with pytest.raises(ActionRefused, match="passed"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)


def test_only_those_who_roll_out_may(in_acme: Cast, version: TemplateVersion, rollout: Rollout) -> None:
    for person in (in_acme.leeds_manager, in_acme.approver, in_acme.viewer, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            create_rollout(template_version=version, actor=person)
        with pytest.raises(PermissionDenied):
            launch_rollout(rollout=rollout, actor=person)
        with pytest.raises(PermissionDenied):
            choose_locations(rollout=rollout, actor=person, filters={})


def test_a_launch_makes_one_draft_per_location_rendered_with_its_facts(
    in_acme: Cast, launched: Rollout
) -> None:
    assert launched.state == RolloutState.LAUNCHED
    assert launched.job is not None
    assert (launched.job.state, launched.job.result) == (JobState.DONE, {"campaigns": 2})
    campaigns = {one.location_id: one for one in launched.campaigns.select_related("current_revision")}
    assert set(campaigns) == {in_acme.leeds.pk, in_acme.york.pk}
    leeds = campaigns[in_acme.leeds.pk]
    revision = leeds.current_revision
    assert leeds.is_offered
    assert revision.owner_id == leeds.pk
    assert revision.rendered_subject == "20% off at Leeds Arcade"
    assert revision.content_hash == revision.recompute_hash()
    assert revision.audience["count"] == 2
    assert revision.sender["address"] == in_acme.acme.sender_email
    assert "Leeds Arcade" in revision.sender["name"]
    assert campaigns[in_acme.york.pk].current_revision.audience["count"] == 1


def test_history_says_who_offered_the_campaigns(in_acme: Cast, launched: Rollout) -> None:
    events = [event for one in launched.campaigns.all() for event in one.history.all()]
    assert len(events) == 2
    assert {event.pgh_context["actor"] for event in events} == {in_acme.manager.pk}
    assert {event.pgh_context["verb"] for event in events} == {"campaign.offered"}


def test_a_killed_launch_goes_on_without_doubles(
    in_acme: Cast, rollout: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch_rollout(rollout=rollout, actor=in_acme.manager)

    class Killed(BaseException):
        pass

    def die(_rollout: Rollout) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(launching, "_tell", die)
        with pytest.raises(Killed):
            continue_launch(rollout=rollout, chunk=1)
    assert LocationCampaign.objects.count() == 1
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    assert continue_launch(rollout=rollout, chunk=1) == 1
    assert continue_launch(rollout=rollout) == 0
    assert LocationCampaign.objects.count() == Revision.objects.count() == 2
    rollout.refresh_from_db()
    assert rollout.state == RolloutState.LAUNCHED


def test_a_stopped_launch_can_be_taken_up_again(in_acme: Cast, rollout: Rollout) -> None:
    launched = launch_rollout(rollout=rollout, actor=in_acme.manager)
    assert launched.job is not None
    launched.job.stop_requested = True
    launched.job.save()
    assert continue_launch(rollout=rollout, chunk=1) == 1
    launched.job.refresh_from_db()
    assert launched.job.state == JobState.STOPPED
    again = launch_rollout(rollout=rollout, actor=in_acme.manager)
    assert again.job != launched.job
    assert continue_launch(rollout=again, chunk=1) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_campaign_each(in_acme: Cast, rollout: Rollout) -> None:
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    barrier, made = threading.Barrier(2), []

    def work() -> None:
        try:
            with brand_scope([in_acme.acme.pk]):
                barrier.wait()
                made.append(continue_launch(rollout=rollout, chunk=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 2
    assert LocationCampaign.objects.count() == 2


def test_launching_twice_is_one_launch(in_acme: Cast, launched: Rollout) -> None:
    with pytest.raises(ActionRefused, match="launched"):
        launch_rollout(rollout=launched, actor=in_acme.manager)
    with pytest.raises(ActionRefused):
        plan_rollout(rollout=launched, actor=in_acme.manager, name="Other")
    with pytest.raises(ActionRefused):
        set_recipients(rollout=launched, actor=in_acme.manager, text="x@people.example")


def test_a_launched_roll_out_is_fixed_in_the_database(launched: Rollout) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Rollout.objects.filter(pk=launched.pk).update(values={"discount_percentage": "50"})
    with pytest.raises(ProgrammingError), transaction.atomic():
        Rollout.objects.filter(pk=launched.pk).update(state=RolloutState.DRAFT)


def test_preflight_names_what_is_missing_and_opens_on_the_worst(
    in_acme: Cast, rollout: Rollout, publish: "object"
) -> None:
    """Rules T3, T4: a missing phone blocks, and the preview opens there."""
    subject = "Call us: {{ location_phone }}"
    version = publish(subject=subject)  # type: ignore[operator]
    Location.objects.filter(pk=in_acme.york.pk).update(phone="")
    plan_rollout(rollout=rollout, actor=in_acme.manager, template_version=version)
    rollout = Rollout.objects.select_related("template_version", "brand").get(pk=rollout.pk)
    found = preflight(rollout)
    assert (found.locations, found.blocked, found.recipients) == (2, 1, 3)
    assert found.worst == in_acme.york.pk
    assert found.problems[0].location == "York Retail Park"
    with pytest.raises(ActionRefused, match="1 location"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    assert not LocationCampaign.objects.exists()


def test_nothing_is_launched_without_recipients(in_acme: Cast, version: TemplateVersion) -> None:
    rollout = create_rollout(template_version=version, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="location"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    choose_locations(rollout=rollout, actor=in_acme.manager, filters={})
    with pytest.raises(ActionRefused, match="recipients"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)


def test_recipients_that_cannot_be_read_leave_the_list_as_it_was(in_acme: Cast, rollout: Rollout) -> None:
    before = rollout.audience_list_id
    report = set_recipients(rollout=rollout, actor=in_acme.manager, text="nonsense")
    assert (report.accepted, report.invalid) == (0, 1)
    rollout.refresh_from_db()
    assert rollout.audience_list_id == before


def test_a_draft_can_be_given_up(in_acme: Cast, rollout: Rollout) -> None:
    cancel_rollout(rollout=rollout, actor=in_acme.manager)
    with pytest.raises(ActionRefused):
        launch_rollout(rollout=rollout, actor=in_acme.manager)


def test_another_brands_location_is_refused_by_the_database(in_acme: Cast, rollout: Rollout) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RolloutLocation.objects.create(brand=in_acme.acme, rollout=rollout, location_id=in_acme.elsewhere.pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_fixed_dates_are_each_stores_own_time(in_acme: Cast, rollout: Rollout) -> None:
    Location.objects.filter(pk=in_acme.york.pk).update(time_zone="America/New_York")
    plan_rollout(rollout=rollout, actor=in_acme.manager, schedule={"start": "2999-07-01T09:00"})
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    starts = dict(LocationCampaign.objects.values_list("location__name", "start_at"))
    assert starts["Leeds Arcade"] == datetime.fromisoformat("2999-07-01T08:00+00:00")
    assert starts["York Retail Park"] == datetime.fromisoformat("2999-07-01T13:00+00:00")


def test_a_launch_that_meets_an_error_says_so_and_is_not_met_again_at_every_sweep(
    in_acme: Cast, rollout: Rollout, django_capture_on_commit_callbacks: Any
) -> None:
    """Launching again goes on from there, once what was wrong is mended."""
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    good = Rollout.objects.get(pk=rollout.pk).schedule
    rows = Rollout.objects.filter(pk=rollout.pk)
    with pgtrigger.ignore("campaigns.Rollout:launched_is_fixed"):
        rows.update(schedule={"start": "whenever"})
    launch.run(rollout.brand_id, rollout.pk)
    broken = Rollout.objects.select_related("job").get(pk=rollout.pk)
    assert broken.job is not None
    assert broken.job.state == JobState.FAILED and "Launch again" in broken.job.message
    Job.objects.filter(pk=broken.job_id).update(updated_at=timezone.now() - timedelta(hours=1))
    with django_capture_on_commit_callbacks() as woken:
        wake_launches()
    assert not woken
    with pgtrigger.ignore("campaigns.Rollout:launched_is_fixed"):
        rows.update(schedule=good)
    launch_rollout(rollout=broken, actor=in_acme.manager)
    launch.run(rollout.brand_id, rollout.pk)
    assert Rollout.objects.get(pk=rollout.pk).state == RolloutState.LAUNCHED
    assert rollout.campaigns.count() == 2


def test_a_worker_killed_after_the_last_campaign_leaves_no_job_running(
    in_acme: Cast, rollout: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule S1: the roll-out and its Job end together, or neither does and the sweep takes it up again."""
    launch_rollout(rollout=rollout, actor=in_acme.manager)

    def killed(*_given: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(launching, "finish", killed)
        continue_launch(rollout=rollout)
    after = Rollout.objects.select_related("job").get(pk=rollout.pk)
    assert after.state == RolloutState.LAUNCHING and after.campaigns.count() == 2
    assert continue_launch(rollout=rollout) == 0
    after = Rollout.objects.select_related("job").get(pk=rollout.pk)
    assert after.state == RolloutState.LAUNCHED and after.job is not None and after.job.is_over


def test_a_version_deprecated_meanwhile_is_not_launched_and_the_page_has_the_way_out(
    in_acme: Cast, rollout: Rollout, publish: Any
) -> None:
    """Rule T1: nothing new is made from it, not even what was planned before."""
    client = Client()
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    page, newer = f"/b/acme/rollouts/{rollout.pk}/check/", publish(preheader="For you")
    deprecate_version(version=rollout.template_version, actor=in_acme.manager, reason="Old prices.")
    with pytest.raises(ActionRefused, match="Old prices"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    told = client.get(page).content.decode()
    assert "Old prices." in told and "Use “Winter, version 2” for this roll-out" in told
    assert "</use></svg> Launch" not in told
    assert client.post(page).status_code == 409
    assert client.post(page, {"op": "instead"})["Location"] == page.replace("check", "plan")
    rollout.refresh_from_db()
    assert rollout.template_version == newer and rollout.state == RolloutState.DRAFT
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    assert LocationCampaign.objects.filter(template_version=newer).count() == 2


def test_without_another_version_the_way_out_is_another_template(in_acme: Cast, rollout: Rollout) -> None:
    client = Client()
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/b/acme/rollouts/{rollout.pk}/check/"
    archive_template(template=rollout.template_version.template, actor=in_acme.manager)
    assert "Begin a roll-out of another template" in client.get(page).content.decode()
    refused = client.post(page, {"op": "instead"})
    assert refused.status_code == 409

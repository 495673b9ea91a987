"""The check of a roll-out that is too large for its page (Rule T4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.brands.models import Location
from storesync.campaigns import preflight
from storesync.campaigns.actions import check as checks
from storesync.campaigns.actions import rollout as rollouts
from storesync.campaigns.actions.check import last_check, run_check
from storesync.campaigns.actions.clock import wake_checks
from storesync.campaigns.actions.rollout import check_rollout, launch_rollout, plan_rollout
from storesync.campaigns.models import Rollout
from storesync.campaigns.tasks import check
from storesync.core.errors import ActionRefused
from storesync.core.models import Job, JobState
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (preflight, checks, rollouts):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(preflight, "CHUNK", 1)


def fresh(rollout: Rollout) -> Rollout:
    return Rollout.objects.select_related("brand", "template_version", "check_job").get(pk=rollout.pk)


def test_the_check_is_a_job_and_launching_waits_for_it(in_acme: Cast, rollout: Rollout) -> None:
    with pytest.raises(ActionRefused, match="check"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    asked = check_rollout(rollout=rollout, actor=in_acme.manager)
    assert asked.check_job is not None
    assert asked.check_job.total == 2
    assert last_check(fresh(rollout)) is None
    again = check_rollout(rollout=rollout, actor=in_acme.manager)
    assert again.check_job == asked.check_job, "asking twice is one check"
    run_check(rollout=fresh(rollout))
    found = last_check(fresh(rollout))
    assert found is not None
    assert found == preflight.preflight(fresh(rollout))
    assert Job.objects.get(pk=asked.check_job.pk).state == JobState.DONE
    assert launch_rollout(rollout=rollout, actor=in_acme.manager).state == "launching"


def test_a_store_that_changes_makes_it_stale(in_acme: Cast, rollout: Rollout) -> None:
    check_rollout(rollout=rollout, actor=in_acme.manager)
    run_check(rollout=fresh(rollout))
    Location.objects.filter(pk=in_acme.york.pk).update(phone="", updated_at=timezone.now())
    assert last_check(fresh(rollout)) is None
    with pytest.raises(ActionRefused, match="check"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    plan_rollout(rollout=rollout, actor=in_acme.manager, values={"discount_percentage": "25"})
    check_rollout(rollout=rollout, actor=in_acme.manager)
    run_check(rollout=fresh(rollout))
    assert last_check(fresh(rollout)) is not None


def test_a_stopped_check_counts_for_nothing(in_acme: Cast, rollout: Rollout) -> None:
    first = check_rollout(rollout=rollout, actor=in_acme.manager).check_job
    assert first is not None
    Job.objects.filter(pk=first.pk).update(stop_requested=True)
    run_check(rollout=fresh(rollout))
    first.refresh_from_db()
    assert first.state == JobState.STOPPED
    assert last_check(fresh(rollout)) is None
    assert check_rollout(rollout=rollout, actor=in_acme.manager).check_job != first


def test_a_check_whose_worker_died_is_taken_up(
    in_acme: Cast, rollout: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = check_rollout(rollout=rollout, actor=in_acme.manager).check_job
    assert asked is not None
    Job.objects.filter(pk=asked.pk).update(
        state=JobState.RUNNING, updated_at=timezone.now() - timedelta(minutes=5)
    )
    woken = []
    monkeypatch.setattr(check, "wake", lambda *ids: woken.append(ids))
    wake_checks()
    assert woken == [(rollout.brand_id, rollout.pk)]
    run_check(rollout=fresh(rollout))
    assert last_check(fresh(rollout)) is not None
    woken.clear()
    wake_checks()
    assert woken == []


def test_only_who_rolls_out_may_ask_for_it(in_acme: Cast, rollout: Rollout) -> None:
    with pytest.raises(PermissionDenied):
        check_rollout(rollout=rollout, actor=in_acme.leeds_manager)
    assert fresh(rollout).check_job is None


def test_the_page_shows_the_job_and_then_what_it_found(in_acme: Cast, rollout: Rollout) -> None:
    client = Client()
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("campaigns:rollout_check", args=[in_acme.acme.slug, rollout.pk])
    before = client.get(page).content.decode()
    assert "Check again" in before
    assert ">Launch<" not in before.replace(" ", "").replace("\n", "")
    assert client.post(page, {"op": "check"}).status_code == 302
    waiting = client.get(page).content.decode()
    assert "hx-get" in waiting
    assert "You may leave this page" in waiting
    run_check(rollout=fresh(rollout))
    after = client.get(page).content.decode()
    assert "Nothing stands in the way." in after
    assert "Check again" not in after

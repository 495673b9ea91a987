"""The drafts of a whole roll-out move to another version, and nothing of a store is lost (Rule T1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storesync.campaigns.actions import wave_upgrade, wave_work
from storesync.campaigns.actions.upgrade import decline_upgrade
from storesync.campaigns.actions.version import offer_version
from storesync.campaigns.actions.wave_upgrade import start_wave_upgrade, wake_wave_upgrades
from storesync.campaigns.actions.wave_work import continue_wave_upgrade
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import LocationCampaign, Rollout, TemplateVersion, WaveUpgrade
from storesync.campaigns.tasks import upgrade_wave
from storesync.campaigns.upgrades import check_wave
from storesync.core.errors import ActionRefused
from storesync.core.jobs import request_stop
from storesync.core.models import Job, JobState
from tests.campaigns.conftest import Changed
from tests.campaigns.reviewing import decide, submit
from tests.campaigns.test_upgrade_pages import signed_in
from tests.campaigns.upgrading import MINE, edit, fresh, words_of
from tests.conftest import Cast


@pytest.fixture
def as_job(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every upgrade is a Job, whose messages are kept instead of run."""
    woken: list[Any] = []
    monkeypatch.setattr(wave_upgrade, "AT_ONCE", 0)
    monkeypatch.setattr(upgrade_wave, "wake", lambda *given: woken.append(given))
    return woken


def numbers() -> list[int]:
    """The versions of the campaigns, leeds first."""
    found = LocationCampaign.objects.order_by("location__store_number")
    return list(found.values_list("template_version__number", flat=True))


def test_a_small_wave_moves_at_once(in_acme: Cast, launched: Rollout, second: TemplateVersion) -> None:
    upgrade = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    assert (upgrade.upgraded, upgrade.left, upgrade.job) == (2, 0, None)
    assert numbers() == [2, 2]
    assert all(one.is_offered for one in LocationCampaign.objects.all())
    assert Rollout.objects.get(pk=launched.pk).template_version.number == 1, "as it was launched"
    with pytest.raises(ActionRefused, match="No draft"):
        start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)


def test_the_check_says_who_moves_who_decides_and_who_stays(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    assert check_wave(launched, clashing).clean == 2
    edit(campaign, in_acme)
    found = check_wave(launched, clashing)
    assert (found.clean, [one.pk for one in found.conflicting]) == (1, [campaign.pk])
    start_wave_upgrade(rollout=launched, version=clashing, actor=in_acme.manager)
    assert numbers() == [1, 2] and words_of(fresh(campaign), "hello") == MINE
    york = LocationCampaign.objects.get(location=in_acme.york)
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver, "rejected", "Shorter.")
    assert check_wave(launched, clashing).returned == 1
    assert york.template_version == clashing


def test_words_of_a_store_go_along_where_nothing_is_in_conflict(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    edit(campaign, in_acme)
    found = check_wave(launched, second)
    assert (found.clean, found.edited, found.conflicting) == (2, 1, [])
    start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    assert words_of(fresh(campaign), "hello") == MINE


def test_what_is_in_review_approved_or_stays_by_choice_is_left(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    york = LocationCampaign.objects.get(location=in_acme.york)
    decline_upgrade(campaign=york, version=second, actor=in_acme.manager)
    submit([campaign], in_acme.leeds_manager)
    found = check_wave(launched, second)
    assert (found.clean, found.declined, found.staying) == (0, 1, 1)
    with pytest.raises(ActionRefused, match="No draft"):
        start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)


def test_a_large_wave_is_a_job_that_goes_on_where_it_was_killed(
    in_acme: Cast, launched: Rollout, second: TemplateVersion, as_job: list[Any]
) -> None:
    upgrade = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    assert as_job == [(in_acme.acme.pk, upgrade.pk)] and numbers() == [1, 1]
    with pytest.raises(ActionRefused, match="already"):
        start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    Job.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    wake_wave_upgrades()
    assert len(as_job) == 2
    continue_wave_upgrade(upgrade_id=upgrade.pk, chunk=1)
    continue_wave_upgrade(upgrade_id=upgrade.pk, chunk=1)
    assert numbers() == [2, 2]
    job = Job.objects.get(kind="rollout.upgrade")
    assert (job.state, job.result) == (JobState.DONE, {"upgraded": 2, "left": 0})
    assert "2 drafts moved to version 2" in job.message
    wake_wave_upgrades()
    assert len(as_job) == 2


def test_a_worker_killed_before_it_ended_the_job_leaves_no_job_running(
    in_acme: Cast, launched: Rollout, second: TemplateVersion, as_job: list[Any], monkeypatch: Any
) -> None:
    upgrade = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)

    def killed(*_given: Any, **_more: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(wave_work, "finish", killed)
        continue_wave_upgrade(upgrade_id=upgrade.pk)
    assert numbers() == [2, 2] and Job.objects.get(kind="rollout.upgrade").state == JobState.RUNNING
    Job.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    wake_wave_upgrades()
    upgrade_wave.run(*as_job[-1])
    job = Job.objects.get(kind="rollout.upgrade")
    assert len(as_job) == 2 and (job.state, job.result) == (JobState.DONE, {"upgraded": 2, "left": 0})


def test_a_stopped_upgrade_keeps_what_it_has_moved_and_can_be_started_again(
    in_acme: Cast, launched: Rollout, second: TemplateVersion, as_job: list[Any]
) -> None:
    upgrade = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    request_stop(Job.objects.get(kind="rollout.upgrade").pk)
    continue_wave_upgrade(upgrade_id=upgrade.pk, chunk=1)
    assert sorted(numbers()) == [1, 2] and Job.objects.get(kind="rollout.upgrade").state == JobState.STOPPED
    again = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    continue_wave_upgrade(upgrade_id=again.pk)
    assert numbers() == [2, 2]


def test_an_upgrade_whose_person_lost_the_right_ends_with_the_reason(
    in_acme: Cast, launched: Rollout, second: TemplateVersion, as_job: list[Any]
) -> None:
    """Rule A10: rights are read when they are used."""
    upgrade = start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    WaveUpgrade.objects.update(started_by=in_acme.viewer)
    upgrade_wave.run(in_acme.acme.pk, upgrade.pk)
    job = Job.objects.get(kind="rollout.upgrade")
    assert job.state == JobState.FAILED and "no longer" in job.message
    assert numbers() == [1, 1]


def test_only_who_rolls_out_moves_a_wave_and_only_to_what_is_offered(
    in_acme: Cast, launched: Rollout, second: TemplateVersion
) -> None:
    for person in (in_acme.leeds_manager, in_acme.approver, in_acme.viewer, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            start_wave_upgrade(rollout=launched, version=second, actor=person)
    offer_version(version=second, actor=in_acme.manager, undo=True)
    with pytest.raises(ActionRefused, match="not offered"):
        start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)


def test_missing_values_are_asked_for_once_for_the_wave(
    in_acme: Cast, launched: Rollout, publish: Changed
) -> None:
    variables = [
        {"name": "discount_percentage", "label": "Discount", "type": "percent"},
        {"name": "hours", "label": "Late hours"},
    ]
    version = publish(variables=variables)
    offer_version(version=version, actor=in_acme.manager)
    with pytest.raises(ValuesInvalid):
        start_wave_upgrade(rollout=launched, version=version, actor=in_acme.manager)
    client, page = signed_in(in_acme.manager), f"/b/acme/rollouts/{launched.pk}/upgrade/"
    assert "Late hours" in client.get(page).content.decode()
    assert client.post(page, {"number": 2}).status_code == 422
    client.post(page, {"number": 2, "value-hours": "until nine"})
    assert numbers() == [2, 2]
    revision = LocationCampaign.objects.select_related("current_revision").first()
    assert revision is not None and revision.current_revision.values["hours"] == "until nine"


def test_the_roll_out_offers_it_to_who_may_and_shows_the_check(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    edit(campaign, in_acme)
    home = f"/b/acme/rollouts/{launched.pk}/"
    client = signed_in(in_acme.manager)
    assert "2 drafts could move to version 2" in client.get(home).content.decode()
    assert "could move" not in signed_in(in_acme.leeds_manager).get(home).content.decode()
    text = client.get(f"{home}upgrade/").content.decode()
    assert "Move 1 draft" in text and f"/campaigns/{campaign.pk}/upgrade/" in text
    assert signed_in(in_acme.leeds_manager).get(f"{home}upgrade/").status_code == 403
    assert client.post(f"{home}upgrade/", {"number": 9}).status_code == 409
    answer = client.post(f"{home}upgrade/", {"number": 2}, follow=True).content.decode()
    assert "1 draft moved to version 2." in answer and "1 was left as it is" in answer
    again = client.post(f"{home}upgrade/", {"number": 2}).content.decode()
    assert "1 was left" not in again


def test_a_running_upgrade_is_shown_on_the_roll_out(
    in_acme: Cast, launched: Rollout, second: TemplateVersion, as_job: list[Any]
) -> None:
    client = signed_in(in_acme.manager)
    answer = client.post(f"/b/acme/rollouts/{launched.pk}/upgrade/", {"number": 2})
    assert answer.status_code == 302 and "/jobs/" in answer["Location"]
    page = client.get(f"/b/acme/rollouts/{launched.pk}/").content.decode()
    assert "are being moved to version 2" in page


def test_the_check_costs_the_same_for_one_edited_draft_as_for_two(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    counts = []
    for one in (campaign, LocationCampaign.objects.get(location=in_acme.york)):
        edit(one, in_acme, actor=in_acme.manager)
        with CaptureQueriesContext(connection) as captured:
            check_wave(launched, second)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_unsaved_words_beside_an_upgrade_meet_a_conflict_and_are_kept(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    """Fault 14: what a store had typed before the wave moved is never saved over the new version unseen."""
    store, page = signed_in(in_acme.leeds_manager), f"/b/acme/campaigns/{campaign.pk}/"
    typed = {"seen": "1", "kept": "0", "block-hello-text": MINE, "start_kind": "approval"}
    typed["version"] = str(fresh(campaign).version)
    assert store.post(f"{page}draft/", typed).status_code == 200
    start_wave_upgrade(rollout=launched, version=second, actor=in_acme.manager)
    shown = store.get(f"{page}edit/")
    assert shown.context["conflict"] is not None and MINE in shown.content.decode()
    for more in ({}, {"then": "submit"}):
        assert store.post(f"{page}edit/", typed | {"kept": "1"} | more).status_code == 409
    keep = str(fresh(campaign).version)
    assert store.post(f"{page}edit/", typed | {"kept": "1", "keep": keep}).status_code == 302
    after = fresh(campaign)
    assert after.template_version == second and words_of(after, "hello") == MINE
    assert words_of(after, "head") == "Deep winter at {{ location_name }}"

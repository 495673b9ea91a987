"""What people are told by mail: a start that comes near, a deadline that passed while somebody was typing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from storesync.brands.actions.location import update_location
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.campaigns.actions import notices
from storesync.campaigns.actions.campaign import cancel_campaigns
from storesync.campaigns.actions.clock import follow_zones, miss_overdue, reach_deadlines
from storesync.campaigns.actions.create import start_campaign
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.notices import note, sweep_notices, warn_of_starts
from storesync.campaigns.actions.policy import change_policy
from storesync.campaigns.actions.unsaved import keep_edit
from storesync.campaigns.models import (
    AtDeadline,
    LocationCampaign,
    Rollout,
    TemplateVersion,
)
from storesync.campaigns.statuses import Status
from storesync.notifications.kinds import kind_of
from storesync.notifications.models import Notice
from storesync.notifications.queries import entries
from storesync.notifications.tasks import SETTLED
from storesync.notifications.tasks import sweep_notices as write_all
from tests.campaigns.reviewing import decide, submit
from tests.conftest import Cast

START = datetime(2099, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def dated(in_acme: Cast, version: TemplateVersion) -> LocationCampaign:
    """A draft of leeds with a start, begun by its manager and left alone since."""
    in_acme.leeds.time_zone = "Europe/London"
    in_acme.leeds.save()
    made, _report = start_campaign(
        location=in_acme.leeds,
        template_version=version,
        actor=in_acme.leeds_manager,
        name="Our own",
        values={"discount_percentage": "20"},
        schedule={"start": "2099-12-01T09:00"},
        recipients="ann@people.example",
    )
    return made


def _told() -> list[str]:
    """Who got a mail since the last look."""
    people = sorted(address for one in mail.outbox for address in one.to)
    mail.outbox.clear()
    return people


def _sweep() -> None:
    """A round of the clock, and a round of mails when no more comes."""
    sweep_notices()
    with time_machine.travel(timezone.now() + SETTLED, tick=False):
        write_all()


def _at(moment: datetime) -> list[str]:
    with time_machine.travel(moment, tick=False):
        _sweep()
    return _told()


def test_its_people_are_warned_once_a_day_before_the_start(in_acme: Cast, dated: LocationCampaign) -> None:
    """Rule A8."""
    near = [in_acme.leeds_manager.email, in_acme.north_manager.email]
    assert _at(START - DAY - timedelta(minutes=1)) == []
    with time_machine.travel(START - DAY, tick=False):
        _sweep()
        (first, _second) = mail.outbox
        assert first.subject == "Starts within a day and is not approved: Our own, Leeds Arcade"
        assert "1 Dec 2099, 09:00" in first.body and "Status: Draft" in first.body
        assert Notice.objects.first().url == f"/b/acme/campaigns/{dated.pk}/"
        assert _told() == near
        _sweep()
        _sweep()
    assert _told() == [] and Notice.objects.filter(mailed_at__isnull=False, occurrences=1).count() == 2
    assert _at(START - timedelta(hours=1)) == [], "once for one start"
    with time_machine.travel(START - timedelta(hours=20), tick=False):
        edit_campaign(
            campaign=dated,
            actor=in_acme.leeds_manager,
            version=dated.version,
            schedule={"start": "2099-12-01T18:00"},
        )
        _sweep()
        assert _told() == [], "who has just moved it knows"
    assert _at(START - timedelta(hours=10)) == near, "another start is another warning"
    assert _at(START + timedelta(hours=12)) == [], "and none after it"


def test_what_is_approved_is_no_worry_unless_somebody_has_to_schedule_it(
    in_acme: Cast, dated: LocationCampaign
) -> None:
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"arm_on_approval": False})
    submit([dated], in_acme.leeds_manager)
    decide([dated], in_acme.manager)
    assert LocationCampaign.objects.get().status == Status.APPROVED
    assert len(_at(START - DAY)) == 2, "it waits to be scheduled by hand"
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"arm_on_approval": True})
    Notice.objects.all().delete()
    assert _at(START - DAY) == []


def test_who_lost_the_right_and_what_has_ended_is_left_out(in_acme: Cast, dated: LocationCampaign) -> None:
    """Rule A10."""
    with time_machine.travel(START - DAY, tick=False):
        warn_of_starts()
        for one in Membership.objects.filter(user=in_acme.north_manager):
            revoke_membership(membership=one, actor=in_acme.manager)
        _sweep()
        assert _told() == [in_acme.leeds_manager.email]
        Notice.objects.update(mail_due=True)
        cancel_campaigns(campaigns=[dated], actor=in_acme.manager)
        _sweep()
    assert _told() == [] and not Notice.objects.to_mail().exists()


def test_a_wave_is_one_mail_for_who_launched_it(
    in_acme: Cast, launched: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched.campaigns.update(start_at=START)
    write_all()
    mail.outbox.clear()
    monkeypatch.setattr(notices, "PORTION", 1)
    with time_machine.travel(START - DAY, tick=False):
        sweep_notices()
        write_all()
        assert _told() == [], "the others are written down first"
        sweep_notices()
        _sweep()
    mine = [one for one in mail.outbox if one.to == [in_acme.manager.email]]
    assert [one.subject for one in mine] == ["Acme Home: Starts soon and is not approved (2)"]


def test_managers_of_stores_are_told_what_a_roll_out_offers_them(in_acme: Cast, launched: Rollout) -> None:
    write_all()
    found = {one.person.email.split("@")[0]: one for one in Notice.objects.filter(kind="campaign.offered")}
    assert set(found) == {"jonas", "nora"}, "not who launched it"
    mine = launched.campaigns.get(location=in_acme.leeds)
    assert found["jonas"].url == f"/b/acme/campaigns/{mine.pk}/"
    assert f"?rollout={launched.pk}" in found["nora"].url
    (entry,) = entries(in_acme.north_manager, [found["nora"]])
    assert "2 of your stores" in entry.words.title
    assert in_acme.leeds_manager.email in _told()


def test_what_missed_its_start_is_told(in_acme: Cast, dated: LocationCampaign) -> None:
    """Rule A8."""
    submit([dated], in_acme.leeds_manager)
    with time_machine.travel(START + timedelta(hours=2), tick=False):
        assert miss_overdue() == 1
        _sweep()
    assert {one.subject for one in mail.outbox} == {"Missed its start: Our own, Leeds Arcade"}


def test_what_paused_itself_says_why(in_acme: Cast, dated: LocationCampaign) -> None:
    """Rule S10."""
    note(dated, "campaign.paused", START, reason="Too many bounces")
    (one, _other) = Notice.objects.all()
    assert kind_of(one.kind).renderer([one])[one.pk].body == "Too many bounces"
    assert entries(one.person, [one]) == [], "it runs by now"


@pytest.mark.parametrize("at_deadline", AtDeadline.values)
def test_a_draft_that_is_being_typed_is_neither_handed_in_nor_left_out(
    in_acme: Cast, launched: Rollout, campaign: LocationCampaign, at_deadline: str
) -> None:
    now = timezone.now()
    Rollout.objects.update(edit_deadline=now, at_deadline=at_deadline)
    keep_edit(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        data={"block-hello-text": ["Half a sen"]},
        version=campaign.version,
        seen=1,
        number=0,
    )
    reach_deadlines()
    mine = LocationCampaign.objects.get(pk=campaign.pk)
    assert mine.status == Status.DRAFT and not mine.is_offered
    assert "It was not handed in" in mine.status_reason
    assert mine.edits.get().data == {"block-hello-text": ["Half a sen"]}, "nothing typed is lost"
    other = LocationCampaign.objects.exclude(pk=campaign.pk).get()
    assert (other.status == Status.CANCELLED) == (at_deadline == AtDeadline.LEAVE_OUT)
    with time_machine.travel(timezone.now() + SETTLED, tick=False):
        write_all()
    people = {in_acme.leeds_manager.email, in_acme.north_manager.email, in_acme.manager.email}
    late = [one for one in mail.outbox if one.subject.startswith("Not handed in at its deadline: ")]
    assert {address for one in late for address in one.to} == people


def _moved(cast: Cast, zone: str) -> None:
    """leeds is in another zone, its campaigns have followed, and no more mails come."""
    update_location(location=cast.leeds, actor=cast.manager, values={"time_zone": zone})
    write_all()
    with time_machine.travel(timezone.now() + SETTLED, tick=False):
        write_all()


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PENDING_REVIEW, Status.SCHEDULED])
def test_a_store_in_another_zone_moves_its_dates_and_its_people_are_told(
    in_acme: Cast, dated: LocationCampaign, status: Status
) -> None:
    """Rule S5, also before it is approved: or what waits would be missed by the old clock (Rule A8)."""
    if status != Status.DRAFT:
        submit([dated], in_acme.leeds_manager)
    if status == Status.SCHEDULED:
        decide([dated], in_acme.manager)
    _moved(in_acme, "America/New_York")
    dated.refresh_from_db()
    assert (dated.status, dated.start_at) == (status, START + timedelta(hours=5))
    (first, second) = mail.outbox
    assert first.subject == "Moved to another time zone: Our own, Leeds Arcade"
    words = " ".join(first.body.split())
    assert "starts on 1 Dec 2099, 09:00" in words and "would have been 1 Dec 2099, 04:00" in words
    assert {*first.to, *second.to} == {in_acme.leeds_manager.email, in_acme.north_manager.email}
    mail.outbox.clear()
    write_all()
    assert follow_zones() == 0 and mail.outbox == [], "once"
    _moved(in_acme, "Europe/London")
    there, back = Notice.objects.filter(person=in_acme.leeds_manager).order_by("happened_at")
    assert [one.notice for one in entries(in_acme.leeds_manager, [there, back])] == [back], "what is true now"

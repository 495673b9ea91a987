"""What people are told by mail: a start that comes near, a deadline that passed while somebody was typing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.campaigns.actions import notices
from storesync.campaigns.actions.campaign import cancel_campaigns
from storesync.campaigns.actions.clock import reach_deadlines
from storesync.campaigns.actions.create import start_campaign
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.notices import sweep_notices
from storesync.campaigns.actions.policy import change_policy
from storesync.campaigns.actions.unsaved import keep_edit
from storesync.campaigns.models import (
    AtDeadline,
    CampaignNotice,
    LocationCampaign,
    Rollout,
    TemplateVersion,
)
from storesync.campaigns.statuses import Status
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


def _at(moment: datetime) -> list[str]:
    with time_machine.travel(moment, tick=False):
        sweep_notices()
    return _told()


def test_its_people_are_warned_once_a_day_before_the_start(in_acme: Cast, dated: LocationCampaign) -> None:
    """Rule A8."""
    near = [in_acme.leeds_manager.email, in_acme.north_manager.email]
    assert _at(START - DAY - timedelta(minutes=1)) == []
    with time_machine.travel(START - DAY, tick=False):
        sweep_notices()
        (first, _second) = mail.outbox
        assert first.subject == "Acme Home: a campaign starts within a day and is not approved"
        assert "Our own, Leeds Arcade" in first.body and "12/01/2099 9 a.m." in first.body
        assert f"/b/acme/campaigns/{dated.pk}/" in first.body and "Status: Draft" in first.body
        assert _told() == near
        sweep_notices()
        sweep_notices()
    assert _told() == [] and CampaignNotice.objects.filter(told=True).count() == 2
    assert _at(START - timedelta(hours=1)) == [], "once for one start"
    with time_machine.travel(START - timedelta(hours=20), tick=False):
        edit_campaign(
            campaign=dated,
            actor=in_acme.leeds_manager,
            version=dated.version,
            schedule={"start": "2099-12-01T18:00"},
        )
        sweep_notices()
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
    CampaignNotice.objects.all().delete()
    assert _at(START - DAY) == []


def test_who_lost_the_right_and_what_has_ended_is_left_out(in_acme: Cast, dated: LocationCampaign) -> None:
    with time_machine.travel(START - DAY, tick=False):
        notices.warn_of_starts()
        for one in Membership.objects.filter(user=in_acme.north_manager):
            revoke_membership(membership=one, actor=in_acme.manager)
        notices.tell_people()
        assert _told() == [in_acme.leeds_manager.email]
        CampaignNotice.objects.update(settled_at=None, told=False)
        cancel_campaigns(campaigns=[dated], actor=in_acme.manager)
        notices.tell_people()
    assert _told() == [] and not CampaignNotice.objects.filter(settled_at__isnull=True).exists()


def test_a_wave_is_one_mail_for_who_launched_it(
    in_acme: Cast, launched: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched.campaigns.update(start_at=START)
    monkeypatch.setattr(notices, "PORTION", 1)
    monkeypatch.setattr("storesync.campaigns.mails.LISTED", 1)
    with time_machine.travel(START - DAY, tick=False):
        sweep_notices()
        assert _told() == [], "the others are written down first"
        sweep_notices()
        sweep_notices()
    mine = [one for one in mail.outbox if one.to == [in_acme.manager.email]]
    assert [one.subject for one in mine] == ["Acme Home: 2 campaigns start within a day and are not approved"]
    assert "And 1 more" in mine[0].body


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
    sweep_notices()
    people = {in_acme.leeds_manager.email, in_acme.north_manager.email, in_acme.manager.email}
    (first, *_others) = mail.outbox
    assert first.subject == "Acme Home: a campaign was not handed in at its deadline"
    assert set(_told()) == people

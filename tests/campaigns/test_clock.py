"""The clock: arming, starting, missing, following zones, ending (Rules A3, A8, L2, L4, S5, S6, S11)."""

import threading
from datetime import timedelta

import pgtrigger
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from storesync.audience.models import AudienceEntry, Contact
from storesync.brands.actions.location import update_location
from storesync.brands.events import LocationsChanged
from storesync.brands.models import Location, LocationStatus
from storesync.campaigns.actions import clock
from storesync.campaigns.actions.campaign import cancel_campaigns, pause_campaigns
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import launch_rollout, plan_rollout, set_recipients
from storesync.campaigns.events import DraftsDue
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.sending import gate
from storesync.campaigns.statuses import Status
from storesync.content.models import Approval, Revision
from storesync.core.errors import ActionRefused
from storesync.core.events import publish, subscribe
from storesync.core.scoping import brand_scope
from storesync.mailing.events import BatchEnded, BatchPaused
from storesync.mailing.messages import Message, seal
from storesync.mailing.models import Batch, Delivery, DeliveryState
from storesync.notifications.models import Notice
from storesync.notifications.queries import entries
from storesync.notifications.tasks import sweep_notices as write_notices
from tests.campaigns.reviewing import decide, revoke, submit
from tests.conftest import Cast


def _fresh(campaign: LocationCampaign) -> LocationCampaign:
    return LocationCampaign.objects.select_related("current_revision", "location").get(pk=campaign.pk)


def _rows(campaign: LocationCampaign) -> "object":
    return LocationCampaign.objects.filter(pk=campaign.pk)


@pytest.fixture
def scheduled(in_acme: Cast, campaign: LocationCampaign) -> LocationCampaign:
    """The campaign at leeds, approved and armed, due at once."""
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    return _fresh(campaign)


@pytest.fixture
def active(scheduled: LocationCampaign) -> LocationCampaign:
    """The same, started: two recipients are frozen."""
    assert clock.activate_due() == 1
    return _fresh(scheduled)


def _batch(campaign: LocationCampaign) -> Batch:
    return Batch.objects.get(source_kind="campaign", source_id=campaign.pk)


def test_a_due_campaign_starts_with_its_batch(in_acme: Cast, active: LocationCampaign) -> None:
    assert active.status == Status.ACTIVE
    batch = _batch(active)
    assert batch.approved_hash == active.current_revision.content_hash
    assert batch.dedupe_scope == active.rollout_id
    assert batch.sender_address == in_acme.acme.sender_email
    assert Delivery.objects.filter(batch=batch).count() == 2
    assert gate(batch) is None
    assert clock.activate_due() == 0


def test_what_is_not_due_does_not_start(scheduled: LocationCampaign) -> None:
    later = timezone.now() + timedelta(hours=1)
    with transaction.atomic():
        _rows(scheduled).update(start_at=later)
        assert clock.activate_due() == 0


def test_a_closed_location_does_not_start_and_stops(in_acme: Cast, scheduled: LocationCampaign) -> None:
    """Rule L2."""
    Location.objects.filter(pk=in_acme.leeds.pk).update(status=LocationStatus.CLOSED)
    assert clock.activate_due() == 0
    Location.objects.filter(pk=in_acme.leeds.pk).update(status=LocationStatus.OPEN)
    assert clock.activate_due() == 1
    Location.objects.filter(pk=in_acme.leeds.pk).update(status=LocationStatus.TEMPORARILY_CLOSED)
    assert "not open" in str(gate(_batch(scheduled)))


def test_a_start_that_passed_is_missed_and_not_sent_late(scheduled: LocationCampaign) -> None:
    """Rules A8, S6: 30 minutes of grace."""
    _rows(scheduled).update(start_at=timezone.now() - timedelta(minutes=29))
    assert clock.miss_overdue() == 0
    _rows(scheduled).update(start_at=timezone.now() - timedelta(minutes=31))
    assert clock.activate_due() == 0
    assert clock.miss_overdue() == 1
    assert _fresh(scheduled).status == Status.MISSED
    assert not Batch.objects.exists()


def test_a_review_that_takes_too_long_is_missed(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    _rows(campaign).update(start_at=timezone.now() - timedelta(hours=1))
    assert clock.miss_overdue() == 1
    assert _fresh(campaign).status == Status.MISSED


def test_a_message_changed_after_approval_is_not_sent(scheduled: LocationCampaign) -> None:
    """Rule A3, by the ORM: the database refuses; and where somebody gets past it, the hash does not match."""
    rows = Revision.objects.filter(pk=scheduled.approved_revision_id)
    for change in (
        {"subject": "Free beer"},
        {"rendered_subject": "Free beer"},
        {"html": "<p>Free beer</p>"},
        {"blocks": []},
        {"audience": {}},
        {"schedule": {"start": "2001-01-01T00:00"}},
        {"sender": {"name": "x", "address": "x@evil.example"}},
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(**change)
        with transaction.atomic():
            with pgtrigger.ignore("content.Revision:revisions_never_change"):
                rows.update(**change)
            clock.activate_due()
            assert _fresh(scheduled).status == Status.PAUSED, change
            assert not Batch.objects.exists()
            transaction.set_rollback(True)


def test_a_message_changed_after_the_freeze_is_stopped_by_the_gate(active: LocationCampaign) -> None:
    batch = _batch(active)
    assert gate(batch) is None
    with pgtrigger.ignore("content.Revision:revisions_never_change"):
        Revision.objects.filter(pk=active.approved_revision_id).update(html="<p>Free beer</p>")
    assert "approval" in str(gate(batch))


@pytest.mark.parametrize("change", ["letter", "sender"])
def test_a_batch_that_is_not_its_revision_is_stopped_by_the_gate(
    active: LocationCampaign, change: str
) -> None:
    """Rule A3: a forged batch may be whole in itself, and is still not what was approved."""
    batch = _batch(active)
    forged = Message("Free beer", "<p>Free beer</p>", "Free beer")
    with pgtrigger.ignore("mailing.Batch:batch_contents_are_fixed"):
        if change == "letter":
            batch.messages_hash = seal([forged.content_hash])
        else:
            batch.sender_address = "elsewhere@people.example"
        batch.save()
    assert "not what was approved" in str(gate(_batch(active)))


@pytest.mark.parametrize("poison", ["closed", "raises"])
def test_campaigns_that_cannot_start_keep_no_other_waiting(
    in_acme: Cast, launched: Rollout, monkeypatch: pytest.MonkeyPatch, poison: str
) -> None:
    """More of them than a portion, all due before the one that can."""
    both = list(launched.campaigns.select_related("location").order_by("location__name"))
    stuck, healthy = both
    submit(both, in_acme.manager)
    decide(both, in_acme.approver)
    _rows(stuck).update(start_at=timezone.now() - timedelta(minutes=5))
    monkeypatch.setattr(clock, "PORTION", 1)
    if poison == "closed":
        Location.objects.filter(pk=stuck.location_id).update(status=LocationStatus.PLANNED)
    else:
        with pgtrigger.ignore("content.Revision:revisions_never_change"):
            Revision.objects.filter(pk=stuck.current_revision_id).update(schedule={"start": "whenever"})
    assert clock.activate_due() == 1
    assert _fresh(healthy).status == Status.ACTIVE
    assert _fresh(stuck).status == Status.SCHEDULED


def test_another_revision_put_in_place_is_not_sent(in_acme: Cast, scheduled: LocationCampaign) -> None:
    edit_campaign(
        campaign=scheduled,
        actor=in_acme.leeds_manager,
        version=1,
        edits={"hello": {"text": "Free beer"}},
    )
    fresh = _fresh(scheduled)
    _rows(scheduled).update(approved_revision=fresh.current_revision_id)
    clock.activate_due()
    assert _fresh(scheduled).status == Status.PAUSED
    assert not Batch.objects.exists()


def test_the_approved_revision_is_what_is_sent_while_a_candidate_waits(
    in_acme: Cast, scheduled: LocationCampaign
) -> None:
    approved = _fresh(scheduled).current_revision
    edit_campaign(
        campaign=scheduled,
        actor=in_acme.leeds_manager,
        version=1,
        edits={"hello": {"text": "Not approved yet"}},
    )
    assert clock.activate_due() == 1
    message = _batch(scheduled).messages.get()
    assert (message.subject, message.html) == (approved.rendered_subject, approved.html)


def test_recipients_added_after_approval_get_nothing(in_acme: Cast, scheduled: LocationCampaign) -> None:
    """Rule A3: adding to the audience is a change."""
    contact = Contact.objects.create(
        brand=in_acme.acme, address="eve@people.example", mailbox="eve@people.example", address_hash="0" * 64
    )
    rollout = Rollout.objects.get(pk=scheduled.rollout_id)
    AudienceEntry.objects.create(
        brand=in_acme.acme, list_id=rollout.audience_list_id, location=in_acme.leeds, contact=contact
    )
    clock.activate_due()
    fresh = _fresh(scheduled)
    assert fresh.status == Status.PAUSED
    assert "recipients" in fresh.status_reason
    assert not Delivery.objects.exists()


def test_dates_changed_after_approval_are_put_back(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule A3, by the ORM: what starts is decided by the approved schedule, not by the column."""
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=1,
        schedule={"start": "2999-01-01T09:00"},
    )
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    armed = _fresh(campaign).start_at
    _rows(campaign).update(start_at=timezone.now())
    assert clock.activate_due() == 0
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.start_at) == (Status.SCHEDULED, armed)
    assert not Batch.objects.exists()


def test_a_revoked_approval_stops_the_batch(in_acme: Cast, active: LocationCampaign) -> None:
    revoke(active, in_acme.approver, "Wrong price")
    assert _fresh(active).status == Status.PAUSED
    assert gate(_batch(active)) is not None


def test_once_a_message_has_left_an_approval_stays(in_acme: Cast, active: LocationCampaign) -> None:
    delivery = Delivery.objects.filter(batch=_batch(active)).first()
    assert delivery is not None
    for state in (DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.SENT):
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state, lease=delivery.pk, lease_until=timezone.now()
        )
    with pytest.raises(ActionRefused, match="left already"), transaction.atomic():
        revoke(active, in_acme.approver)
    assert Approval.objects.in_force().exists()


def test_paused_and_cancelled_campaigns_send_nothing(in_acme: Cast, active: LocationCampaign) -> None:
    pause_campaigns(campaigns=[active], actor=in_acme.leeds_manager)
    assert "paused" in str(gate(_batch(active)))
    cancel_campaigns(campaigns=[active], actor=in_acme.leeds_manager)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.CANCELLED}


def test_the_dates_follow_a_changed_zone_and_the_approval_stays(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    """Rule S5."""
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=1,
        schedule={"start": "2999-01-01T09:00"},
    )
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    before = _fresh(campaign).start_at
    Location.objects.filter(pk=in_acme.leeds.pk).update(time_zone="America/New_York")
    assert clock.follow_zones() == 1
    fresh = _fresh(campaign)
    assert before is not None and fresh.start_at == before + timedelta(hours=5)
    assert fresh.approved_revision_id == fresh.current_revision_id
    assert clock.follow_zones() == 0


def test_what_runs_ends_by_the_new_clock(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule S5."""
    dates = {"start": "approval", "end": "2999-01-01T09:00"}
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, schedule=dates)
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    assert clock.activate_due() == 1
    before = _fresh(campaign)
    update_location(location=in_acme.leeds, actor=in_acme.manager, values={"time_zone": "America/New_York"})
    write_notices()
    after = _fresh(campaign)
    assert before.end_at is not None and after.end_at == before.end_at + timedelta(hours=5)
    assert (after.status, after.start_at) == (Status.ACTIVE, before.start_at)
    told = Notice.objects.filter(kind="campaign.rescheduled", person=in_acme.leeds_manager).get()
    [entry] = entries(in_acme.leeds_manager, [told])
    assert "ends on 1 Jan 2999, 09:00" in entry.words.body


def test_a_campaign_completes_when_nothing_waits(active: LocationCampaign) -> None:
    assert clock.complete_ended() == 0
    batch = _batch(active)
    Delivery.objects.filter(batch=batch).update(state=DeliveryState.CANCELLED)
    publish(BatchEnded(batch.pk, batch.brand_id, "campaign", active.pk))
    assert _fresh(active).status == Status.COMPLETED


def test_at_its_end_what_waits_is_given_up(active: LocationCampaign) -> None:
    _rows(active).update(
        end_at=timezone.now() - timedelta(minutes=1), start_at=active.start_at - timedelta(hours=1)
    )
    assert clock.complete_ended() == 1
    assert _fresh(active).status == Status.COMPLETED
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()


def test_a_batch_that_the_engine_paused_pauses_the_campaign(active: LocationCampaign) -> None:
    """Rule S10."""
    batch = _batch(active)
    publish(BatchPaused(batch.pk, batch.brand_id, "campaign", active.pk, "Too many bounces"))
    fresh = _fresh(active)
    assert (fresh.status, fresh.status_reason) == (Status.PAUSED, "Too many bounces")


def test_one_person_of_two_stores_gets_one_message(in_acme: Cast, rollout: Rollout) -> None:
    """Rule S11."""
    set_recipients(
        rollout=rollout,
        actor=in_acme.manager,
        text="email,first name,store\nann@people.example,Ann,118\nann@people.example,Ann,204",
    )
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    campaigns = list(LocationCampaign.objects.all())
    submit(campaigns, in_acme.manager)
    decide(campaigns, in_acme.approver)
    clock.activate_due()
    assert Delivery.objects.count() == 1
    assert {one.status for one in LocationCampaign.objects.all()} == {Status.ACTIVE, Status.COMPLETED}


def test_changed_facts_flag_what_is_approved(in_acme: Cast, scheduled: LocationCampaign) -> None:
    publish(LocationsChanged(in_acme.acme.pk, (in_acme.leeds.pk,), frozenset({"time_zone"})))
    assert _fresh(scheduled).facts_changed_at is None
    publish(LocationsChanged(in_acme.acme.pk, (in_acme.leeds.pk,), frozenset({"phone"})))
    assert _fresh(scheduled).facts_changed_at is not None


@pytest.mark.parametrize("choice", ["leave_out", "submit"])
def test_at_the_edit_deadline_untouched_drafts_go_as_the_roll_out_says(
    in_acme: Cast, rollout: Rollout, choice: str
) -> None:
    told: list[DraftsDue] = []
    subscribe(DraftsDue, told.append)
    plan_rollout(
        rollout=rollout,
        actor=in_acme.manager,
        edit_deadline=timezone.now() + timedelta(hours=1),
        at_deadline=choice,
    )
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    leeds = LocationCampaign.objects.get(location=in_acme.leeds)
    york = LocationCampaign.objects.get(location=in_acme.york)
    edit_campaign(campaign=leeds, actor=in_acme.leeds_manager, version=1, edits={"hello": {"text": "Ours"}})
    assert clock.reach_deadlines() == 0
    Rollout.objects.filter(pk=rollout.pk).update(edit_deadline=timezone.now() - timedelta(minutes=1))
    assert clock.reach_deadlines() == 1
    assert clock.reach_deadlines() == 0
    assert _fresh(leeds).status == Status.DRAFT
    if choice == "leave_out":
        assert _fresh(york).status == Status.CANCELLED
    else:
        assert _fresh(york).status == Status.PENDING_REVIEW
        assert told[-1].revision_ids == (york.current_revision_id,)
        assert told[-1].actor_id == in_acme.manager.pk


def test_one_broken_row_does_not_stop_the_clock(
    in_acme: Cast, scheduled: LocationCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(_campaign: LocationCampaign) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(clock, "freeze", explode)
        assert clock.activate_due() == 0
    assert _fresh(scheduled).status == Status.SCHEDULED
    assert clock.activate_due() == 1


@pytest.mark.django_db(transaction=True)
def test_cancel_against_the_activator_ends_in_one_state(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule L4: whoever comes second finds the new state; never a batch that goes on sending."""
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    barrier = threading.Barrier(2)

    def run(work: "object") -> None:
        try:
            barrier.wait()
            work()  # type: ignore[operator]
        finally:
            connection.close()

    def cancel() -> None:
        with brand_scope([in_acme.acme.pk]):
            cancel_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)

    threads = [threading.Thread(target=run, args=(work,)) for work in (cancel, clock.activate_due)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _fresh(campaign).status == Status.CANCELLED
    assert set(Delivery.objects.values_list("state", flat=True)) <= {DeliveryState.CANCELLED}

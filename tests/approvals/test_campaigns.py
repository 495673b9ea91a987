"""Real campaigns under review: what happens to them, and what their end does to the review."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storesync.accounts.models import User
from storesync.approvals.actions import decide, recall, revoke_approval, submit
from storesync.approvals.models import ApprovalStep, Decision, SubmissionItem, Way
from storesync.approvals.stages import Conditions, Stage
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.campaigns.actions import clock
from storesync.campaigns.actions.campaign import cancel_campaigns
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import choose_locations, launch_rollout, plan_rollout
from storesync.campaigns.events import DraftsDue
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.statuses import Status
from storesync.content.events import RevisionsSubmitted
from storesync.core import events
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.approvals.making import APPROVERS, BRAND, make_policy, waiting_for
from tests.campaigns.conftest import campaign, launched, rollout, template, version  # noqa: F401
from tests.conftest import Cast
from tests.factories import LocationFactory


def handed_in(cast: Cast, *campaigns: LocationCampaign) -> list[SubmissionItem]:
    [submission] = submit(revisions=[one.current_revision_id for one in campaigns], actor=cast.north_manager)
    return list(submission.items.order_by("pk"))


def status(one: LocationCampaign) -> str:
    return LocationCampaign.objects.get(pk=one.pk).status


def test_the_life_of_a_campaign_in_review(in_acme: Cast, launched: Rollout) -> None:  # noqa: F811
    leeds, york = launched.campaigns.order_by("location__name")
    one, two = sorted(handed_in(in_acme, leeds, york), key=lambda item: item.name)
    assert status(leeds) == Status.PENDING_REVIEW and one.wave_id == launched.pk
    assert one.name == "Winter wave, Leeds Arcade" and one.submission.title == "Winter wave"
    decide(items=[two.pk], decision=Decision.REJECTED, actor=in_acme.approver, comment="Name the hours")
    assert (status(leeds), status(york)) == (Status.PENDING_REVIEW, Status.REJECTED)
    york = LocationCampaign.objects.get(pk=york.pk)
    edit_campaign(
        campaign=york,
        actor=in_acme.north_manager,
        version=york.version,
        edits={"hello": {"text": "Open from nine."}},
    )
    york = LocationCampaign.objects.get(pk=york.pk)
    [again] = handed_in(in_acme, york)
    waiting = SubmissionItem.objects.waiting().values_list("pk", flat=True)
    decide(items=waiting, decision=Decision.APPROVED, actor=in_acme.approver, way=Way.BULK)
    assert {status(leeds), status(york)} == {Status.SCHEDULED}
    assert LocationCampaign.objects.get(pk=york.pk).approved_revision_id == again.revision_id
    revoke_approval(items=[again.pk], actor=in_acme.approver)
    assert (status(leeds), status(york)) == (Status.SCHEDULED, Status.DRAFT)


def test_a_candidate_of_a_running_campaign_passes_the_same_stages(
    in_acme: Cast,
    launched: Rollout,  # noqa: F811
) -> None:
    """What changes of an approved campaign is decided as the campaign was; until then that is in force."""
    legal = Stage(name="Legal", people=APPROVERS, conditions=Conditions(differs=True))
    make_policy(in_acme.acme, BRAND, legal)
    leeds = launched.campaigns.get(location=in_acme.leeds)
    [first] = handed_in(in_acme, leeds)
    decide(items=[first.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    assert status(leeds) == Status.SCHEDULED, "as its template has it: Legal is not asked"
    leeds = LocationCampaign.objects.get(pk=leeds.pk)
    edits = {"hello": {"text": "Open from nine."}}
    edit_campaign(campaign=leeds, actor=in_acme.leeds_manager, version=leeds.version, edits=edits)
    leeds = LocationCampaign.objects.get(pk=leeds.pk)
    [item] = handed_in(in_acme, leeds)
    assert item.differs and [stage.name for stage in item.submission.all_stages] == ["Brand", "Legal"]
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    leeds.refresh_from_db()
    assert (leeds.candidate_status, leeds.approved_revision_id) == ("pending_review", first.revision_id)
    assert waiting_for(in_acme.approver) == {item.revision_id} and not waiting_for(in_acme.manager)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    leeds.refresh_from_db()
    assert leeds.approved_revision_id == item.revision_id and leeds.status == Status.SCHEDULED


def test_a_recalled_campaign_is_a_draft(in_acme: Cast, campaign: LocationCampaign) -> None:  # noqa: F811
    [item] = handed_in(in_acme, campaign)
    recall(items=[item.pk], actor=in_acme.north_manager)
    assert status(campaign) == Status.DRAFT


def test_a_cancelled_campaign_leaves_review(in_acme: Cast, launched: Rollout) -> None:  # noqa: F811
    leeds, york = launched.campaigns.order_by("location__name")
    handed_in(in_acme, leeds, york)
    cancel_campaigns(campaigns=[leeds], actor=in_acme.leeds_manager)
    assert SubmissionItem.objects.waiting().get().owner_id == york.pk
    step = ApprovalStep.objects.get(decision="recalled")
    assert (step.person, step.new_status, step.rule) == (
        in_acme.leeds_manager,
        "cancelled",
        "The campaign was cancelled.",
    )


def test_a8_a_missed_start_ends_the_review(in_acme: Cast, campaign: LocationCampaign) -> None:  # noqa: F811
    """Rule A8."""
    start = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, schedule={"start": start})
    fresh = LocationCampaign.objects.get(pk=campaign.pk)
    [item] = handed_in(in_acme, fresh)
    LocationCampaign.objects.filter(pk=campaign.pk).update(start_at=timezone.now() - timedelta(hours=1))
    clock.miss_overdue()
    assert status(campaign) == Status.MISSED
    item.refresh_from_db()
    assert item.state == "recalled"
    assert ApprovalStep.objects.get(decision="recalled").new_status == "missed"
    with pytest.raises(ActionRefused, match="Its start passed"):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)


@pytest.mark.parametrize("still_there", [True, False])
def test_untouched_drafts_are_handed_in_at_the_deadline_by_who_launched(
    in_acme: Cast,
    rollout: Rollout,  # noqa: F811
    still_there: bool,
) -> None:
    plan_rollout(
        rollout=rollout,
        actor=in_acme.manager,
        edit_deadline=timezone.now() + timedelta(hours=1),
        at_deadline="submit",
    )
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    if not still_there:
        revoke_membership(membership=Membership.objects.get(user=in_acme.manager), actor=None)
    Rollout.objects.filter(pk=rollout.pk).update(edit_deadline=timezone.now() - timedelta(minutes=1))
    clock.reach_deadlines()
    items = SubmissionItem.objects.waiting()
    assert items.count() == (2 if still_there else 0)
    assert {item.submitter for item in items} == ({in_acme.manager} if still_there else set())
    steps = ApprovalStep.objects.filter(decision="submitted")
    assert {step.way for step in steps} == ({"rule"} if still_there else set())


def test_many_campaigns_with_all_that_follows_need_at_most_60_queries(
    in_acme: Cast,
    rollout: Rollout,  # noqa: F811
) -> None:
    places = [LocationFactory(brand=in_acme.acme, region=in_acme.north) for _ in range(200)]
    choose_locations(rollout=rollout, actor=in_acme.manager, location_ids=[one.pk for one in places])
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    revisions = list(rollout.campaigns.values_list("current_revision_id", flat=True))
    with CaptureQueriesContext(connection) as handing_in:
        [submission] = submit(revisions=revisions, actor=in_acme.north_manager)
    ids = list(submission.items.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as deciding:
        decide(items=ids, decision=Decision.APPROVED, actor=in_acme.approver, way=Way.BULK)
    assert len(ids) == 200
    assert LocationCampaign.objects.filter(status=Status.SCHEDULED).count() == 200
    assert len(handing_in) <= 60 and len(deciding) <= 60, (
        len(handing_in),
        len(deciding),
        [query["sql"][:150] for query in deciding],
    )


@pytest.mark.django_db(transaction=True)
def test_a9_the_deadline_of_a_roll_out_against_a_person(
    in_acme: Cast,
    launched: Rollout,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rule A9: it holds the campaigns, they their items; the database ends it, and they read why."""
    plan = {"edit_deadline": timezone.now() - timedelta(minutes=1), "at_deadline": "submit"}
    Rollout.objects.filter(pk=launched.pk).update(**plan)
    revisions = list(launched.campaigns.values_list("current_revision_id", flat=True))
    holds_campaigns, holds_items = threading.Event(), threading.Event()
    backend: list[int] = []

    def before_items(event: DraftsDue) -> None:
        holds_campaigns.set()
        holds_items.wait(timeout=60)

    def before_campaigns(event: RevisionsSubmitted) -> None:
        if threading.current_thread() is not clockwork:
            holds_items.set()
            with connection.cursor() as cursor:
                for _try in range(600):
                    cursor.execute("SELECT pg_sleep(0.05)")
                    cursor.execute("SELECT FROM pg_locks WHERE pid = %s AND NOT granted", backend)
                    if cursor.rowcount:
                        break

    monkeypatch.setitem(events._handlers, DraftsDue, [before_items, *events._handlers[DraftsDue]])
    heard = [before_campaigns, *events._handlers[RevisionsSubmitted]]
    monkeypatch.setitem(events._handlers, RevisionsSubmitted, heard)

    def reach() -> None:
        try:
            with connection.cursor() as cursor:
                # The person is who finds the deadlock: who looks first gives way.
                cursor.execute("SET deadlock_timeout = '60s'")
                cursor.execute("SELECT pg_backend_pid()")
                backend.extend(cursor.fetchone())
            clock.reach_deadlines()
        finally:
            connection.close()

    clockwork = threading.Thread(target=reach)
    clockwork.start()
    assert holds_campaigns.wait(timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '10ms'")
    try:
        with pytest.raises(ActionRefused, match="submitted by somebody else just now"):
            submit(revisions=revisions, actor=in_acme.north_manager)
    finally:
        holds_items.set()
        clockwork.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET deadlock_timeout")
    assert {item.submitter for item in SubmissionItem.objects.waiting()} == {in_acme.manager}
    assert SubmissionItem.objects.waiting().count() == 2


@pytest.mark.django_db(transaction=True)
def test_l4_cancel_against_approve_ends_in_one_state(
    in_acme: Cast,
    campaign: LocationCampaign,  # noqa: F811
) -> None:
    """Rules A9, L4: neither waits for the other, whoever comes second sees the new state."""
    cast, one = in_acme, campaign
    [item] = handed_in(cast, one)
    start, told = threading.Barrier(2), []

    def run(work: Any) -> None:
        try:
            with brand_scope([cast.acme.pk]):
                start.wait(timeout=60)
                work()
                told.append("done")
        except ActionRefused as refusal:
            told.append(refusal.message)
        finally:
            connection.close()

    def approve() -> None:
        actor = User.objects.get(pk=cast.approver.pk)
        decide(items=[item.pk], decision=Decision.APPROVED, actor=actor)

    def cancel() -> None:
        actor = User.objects.get(pk=cast.leeds_manager.pk)
        cancel_campaigns(campaigns=[LocationCampaign.objects.get(pk=one.pk)], actor=actor)

    threads = [threading.Thread(target=run, args=(work,)) for work in (approve, cancel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2 and "done" in told, told
    assert status(one) in {Status.SCHEDULED, Status.CANCELLED}
    assert not SubmissionItem.objects.waiting().exists()

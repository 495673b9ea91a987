"""Deciding about more than one request carries: exactly what was counted, in stretches, told row by row."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from storesync.approvals.actions import (
    bulk as actions,
)
from storesync.approvals.actions import (
    choose_for_bulk,
    continue_bulk_decision,
    decide,
    start_bulk_decision,
)
from storesync.approvals.models import BulkDecision, BulkDecisionRow, Decision, Submission, SubmissionItem
from storesync.approvals.stages import Stage
from storesync.approvals.sweeps import forget_stale_choices
from storesync.approvals.tasks import decide_bulk, sweep_bulk
from storesync.approvals.views.queue import deciding
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.content.models import Approval
from storesync.core.errors import ActionRefused
from storesync.core.jobs import request_stop
from storesync.core.models import Job, JobState
from storesync.core.scoping import brand_scope
from tests.approvals.making import make_policy
from tests.approvals.test_queue import QUEUE, hand_in, sign_in
from tests.conftest import Cast, without_scope

DECIDE = f"{QUEUE}decide/"


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a thousand items in life takes three here."""
    monkeypatch.setattr(deciding, "AT_ONCE", 3)
    monkeypatch.setattr(actions, "STRETCH", 2)


def asked(client: Client, **sent: Any) -> Any:
    """The check page of everything that waits."""
    return client.post(DECIDE, {"select_all": "1", "query": "", "decision": "approved"} | sent)


def outcomes(bulk: BulkDecision) -> list[tuple[str, str]]:
    return list(bulk.rows.order_by("position").values_list("outcome", "reason"))


def test_l1_many_are_a_job_over_exactly_what_the_page_counted(as_approver: Client, cast: Cast) -> None:
    """Rule L1: what comes after the page was asked for is not decided, what went away is told."""
    hand_in(cast, cast.leeds, cast.york)
    [gone] = hand_in(cast, cast.leeds, start="2026-12-24T09:00")
    hand_in(cast, cast.york, cast.leeds, cast.leeds)
    page = asked(as_approver)
    assert page.status_code == 200 and "Approve 6 campaigns?" in page.content.decode()
    [late] = hand_in(cast, cast.leeds)
    with brand_scope([cast.acme.pk]):
        assert not Approval.objects.exists()
        decide(items=[gone.pk], decision=Decision.REJECTED, actor=cast.manager, comment="No")
        bulk = BulkDecision.objects.get()
        assert bulk.rows.order_by("position").first().item == gone, "in the order of the queue"
    done = as_approver.post(DECIDE, {"bulk": str(bulk.pk), "confirmed": "1"})
    assert done.url == f"{QUEUE}bulk/{bulk.pk}/"
    with brand_scope([cast.acme.pk]):
        decide_bulk.run(cast.acme.pk, bulk.pk)
        assert Approval.objects.count() == 5 and list(SubmissionItem.objects.waiting()) == [late]
        states = [outcome for outcome, _reason in outcomes(bulk)]
        assert states == ["refused"] + ["done"] * 5
        job = Job.objects.get()
        assert (job.state, job.done, job.total) == (JobState.DONE, 6, 6)
        assert not Submission.objects.filter(parent__isnull=False).exists(), "no submission was cut in two"
    text = as_approver.get(done.url).content.decode()
    assert "5 approved. 1 stayed as it was." in text and "Maya Okafor rejected this on" in text
    only = as_approver.get(f"{done.url}?outcome=refused").context["page"]
    assert [row.item_id for row in only.rows] == [gone.pk]
    again = as_approver.post(DECIDE, {"bulk": str(bulk.pk), "confirmed": "1"})
    assert again.status_code == 409 and "Everything of it is done." in again.content.decode()


def test_the_check_page_says_who_cannot_and_why(as_approver: Client, cast: Cast) -> None:
    items = hand_in(cast, *[cast.leeds] * 4)
    page = as_approver.post(DECIDE, {"select": [str(one.pk) for one in items], "decision": "rejected"})
    with brand_scope([cast.acme.pk]):
        bulk = BulkDecision.objects.get()
        decide(items=[items[0].pk], decision=Decision.APPROVED, actor=cast.manager)
    refused = as_approver.post(DECIDE, {"bulk": str(bulk.pk), "confirmed": "1"})
    text = refused.content.decode()
    assert page.status_code == 200 and refused.status_code == 422 and "Say what should change" in text
    assert "3 can, 1 cannot." in text and "Maya Okafor approved this on" in text


def test_it_stops_goes_on_and_outlives_a_lost_message(
    as_approver: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        hand_in(cast, cast.leeds, cast.york)
    asked(as_approver)
    with brand_scope([cast.acme.pk]):
        bulk = BulkDecision.objects.get()
        bulk = start_bulk_decision(bulk=bulk, actor=cast.approver)
        with pytest.raises(ActionRefused, match="already"):
            start_bulk_decision(bulk=bulk, actor=cast.approver)
        request_stop(bulk.job_id)
        continue_bulk_decision(bulk_id=bulk.pk)
        assert [outcome for outcome, _reason in outcomes(bulk)] == ["done"] * 2 + [""] * 4
        assert Job.objects.get().state == JobState.STOPPED
    page = as_approver.get(f"{QUEUE}bulk/{bulk.pk}/").content.decode()
    assert "2 approved. 4 were not reached." in page and "Go on with the 4 that are left" in page
    as_approver.post(f"{QUEUE}bulk/{bulk.pk}/go-on/")
    with brand_scope([cast.acme.pk]):
        Job.objects.filter(state=JobState.QUEUED).update(updated_at="2026-01-01T00:00Z")
    woken: list[Any] = []
    monkeypatch.setattr(decide_bulk, "wake", lambda *ids: woken.append(ids))
    sweep_bulk()
    assert woken == [(cast.acme.pk, bulk.pk)]
    decide_bulk.run(*woken[0])
    sweep_bulk()
    assert len(woken) == 1
    with brand_scope([cast.acme.pk]):
        assert Approval.objects.count() == 6


def test_what_passed_on_meanwhile_is_not_approved_at_its_next_stage(as_approver: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        make_policy(cast.acme, Stage(key="one", name="Brand"), Stage(key="two", name="Legal"))
    first, *_rest = hand_in(cast, *[cast.leeds] * 4)
    asked(as_approver)
    with brand_scope([cast.acme.pk]):
        decide(items=[first.pk], decision=Decision.APPROVED, actor=cast.manager)
        bulk = start_bulk_decision(bulk=BulkDecision.objects.get(), actor=cast.approver)
        decide_bulk.run(cast.acme.pk, bulk.pk)
        assert sorted(outcome for outcome, _reason in outcomes(bulk)) == ["done"] * 3 + ["refused"]
        assert not Approval.objects.exists(), "Legal has seen nothing yet"


def test_a6_who_loses_the_right_decides_no_further(as_approver: Client, cast: Cast) -> None:
    """Rule A6: the right is needed at the moment of deciding, in a Job too."""
    for _ in range(3):
        hand_in(cast, cast.leeds, cast.york)
    asked(as_approver)
    with brand_scope([cast.acme.pk]):
        bulk = start_bulk_decision(bulk=BulkDecision.objects.get(), actor=cast.approver)
        revoke_membership(membership=Membership.objects.get(user=cast.approver), actor=cast.manager)
        decide_bulk.run(cast.acme.pk, bulk.pk)
        assert not Approval.objects.exists() and Job.objects.get().state == JobState.FAILED
        assert "no longer" in Job.objects.get().message


def test_a_choice_is_its_person_s_alone_and_forgotten_when_it_is_not_confirmed(
    client: Client, as_approver: Client, cast: Cast
) -> None:
    hand_in(cast, *[cast.leeds] * 4)
    asked(as_approver)
    with brand_scope([cast.acme.pk]):
        bulk = BulkDecision.objects.get()
        with pytest.raises(PermissionDenied):
            start_bulk_decision(bulk=bulk, actor=cast.manager)
        with pytest.raises(PermissionDenied):
            choose_for_bulk(
                brand=cast.acme,
                items=SubmissionItem.objects.all(),
                decision=Decision.APPROVED,
                actor=cast.viewer,
            )
        with pytest.raises(ActionRefused):
            choose_for_bulk(
                brand=cast.acme,
                items=SubmissionItem.objects.none(),
                decision=Decision.APPROVED,
                actor=cast.approver,
            )
    assert as_approver.get(f"{QUEUE}bulk/{bulk.pk}/").status_code == 404, "nothing to tell yet"
    for _time in range(actions.CHOICES + 1):
        asked(as_approver)
    assert BulkDecision._base_manager.count() == actions.CHOICES, "older choices make room"
    bulk = BulkDecision._base_manager.latest("created_at")
    BulkDecision._base_manager.update(created_at="2026-01-01T00:00Z")
    asked(as_approver)
    with brand_scope([cast.acme.pk]):
        assert not BulkDecision.objects.filter(pk=bulk.pk).exists()
        assert BulkDecisionRow.objects.count() == 4
    sign_in(client, cast.manager)
    mine = BulkDecision._base_manager.get()
    assert client.post(DECIDE, {"bulk": str(mine.pk), "confirmed": "1"}).status_code == 404


def test_what_nobody_confirmed_is_swept_away(as_approver: Client, cast: Cast) -> None:
    hand_in(cast, *[cast.leeds] * 4)
    asked(as_approver)
    without_scope(forget_stale_choices)
    assert BulkDecision._base_manager.count() == 1, "a fresh one stays"
    BulkDecision._base_manager.update(created_at="2026-01-01T00:00Z")
    without_scope(forget_stale_choices)
    assert not BulkDecision._base_manager.exists() and not BulkDecisionRow._base_manager.exists()

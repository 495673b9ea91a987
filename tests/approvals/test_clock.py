"""The clock of a stage: it warns, marks as overdue, escalates; failures are heard, and nothing is lost."""

from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from viewflow.workflow.models import Task

from storesync.approvals import flow, sweeps
from storesync.approvals.actions import decide, recall, remind
from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.approvals.stages import Stage
from storesync.core.scoping import current_scope
from tests.approvals.making import APPROVERS, BRAND, handed_in, make_policy, waiting_for
from tests.conftest import Cast

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEGAL = Stage(
    name="Legal",
    people=APPROVERS,
    due_hours=Decimal(6),
    warn_hours=Decimal(2),
    escalate_hours=Decimal(4),
)


@pytest.fixture
def traveller() -> Iterator[Any]:
    """Monday 09:00, and on from there."""
    with time_machine.travel(MONDAY, tick=False) as machine:
        yield machine


def tick(traveller: Any, moment: datetime) -> int:
    """The sweeper comes by: it has no scope of its own."""
    traveller.move_to(moment)
    return Context().run(flow.tick)


def of(item: SubmissionItem) -> Submission:
    submission: Submission = Submission.objects.get(pk=item.submission_id)
    return submission


def test_a_stage_warns_is_overdue_and_escalates(in_acme: Cast, traveller: Any) -> None:
    make_policy(in_acme.acme, LEGAL)
    [item] = handed_in(in_acme)
    assert tick(traveller, MONDAY + timedelta(hours=3, minutes=59)) == 0
    assert tick(traveller, MONDAY + timedelta(hours=4)) == 1
    assert of(item).warned_at and not of(item).overdue_at
    assert tick(traveller, MONDAY + timedelta(hours=5)) == 0, "once"
    assert tick(traveller, MONDAY + timedelta(hours=6)) == 1
    assert of(item).overdue_at and not of(item).escalated_at and not waiting_for(in_acme.manager)
    tuesday = datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert tick(traveller, tuesday - timedelta(minutes=1)) == 0
    assert tick(traveller, tuesday) == 1
    assert of(item).escalated_at == tuesday
    assert waiting_for(in_acme.manager) == waiting_for(in_acme.approver) == {item.revision_id}
    steps = ApprovalStep.objects.filter(way="rule").order_by("id")
    assert [(step.decision, bool(step.rule), step.person) for step in steps] == [
        ("warned", True, None),
        ("escalated", True, None),
    ]
    assert tick(traveller, tuesday + timedelta(days=9)) == 0
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert of(item).process.status == "DONE"  # type: ignore[attr-defined]
    assert current_scope() == frozenset({in_acme.acme.pk})


def test_after_an_outage_all_that_was_due_is_done_at_once(in_acme: Cast, traveller: Any) -> None:
    make_policy(in_acme.acme, LEGAL)
    [item] = handed_in(in_acme)
    assert tick(traveller, MONDAY + timedelta(days=3)) == 1
    found = of(item)
    assert found.warned_at == found.overdue_at == found.escalated_at == MONDAY + timedelta(days=3)
    assert [step.decision for step in ApprovalStep.objects.filter(way="rule")] == ["escalated"]


@pytest.mark.parametrize("end", ["approved", "recalled"])
def test_what_is_decided_rings_no_more(in_acme: Cast, traveller: Any, end: str) -> None:
    make_policy(in_acme.acme, LEGAL)
    [item] = handed_in(in_acme)
    if end == "approved":
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    else:
        recall(items=[item.pk], actor=in_acme.north_manager)
    assert tick(traveller, MONDAY + timedelta(days=3)) == 0
    assert not Task.objects.filter(flow_task_type="TIMER", finished__isnull=True).exists()
    assert remind(submission_id=item.submission_id) is None


def test_each_stage_and_each_part_has_its_own_clock(in_acme: Cast, traveller: Any) -> None:
    make_policy(in_acme.acme, BRAND, LEGAL)
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    assert of(one).next_moment is None and not Task.objects.filter(flow_task_type="TIMER").exists()
    traveller.move_to(MONDAY + timedelta(hours=1))
    decide(items=[one.pk, two.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert of(one).stage_due_at == MONDAY + timedelta(hours=7)
    tick(traveller, MONDAY + timedelta(hours=5))
    decide(items=[one.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    rest = SubmissionItem.objects.waiting().get()
    assert of(rest).warned_at == MONDAY + timedelta(hours=5), "the part keeps its times"
    assert tick(traveller, MONDAY + timedelta(hours=7)) == 1
    assert of(rest).overdue_at and rest.revision_id == two.revision_id


def test_one_clock_that_fails_stops_no_other(
    in_acme: Cast, traveller: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither those that ring after it, nor those that the sweep makes up for."""
    make_policy(in_acme.acme, LEGAL)
    [broken], [sound] = handed_in(in_acme), handed_in(in_acme, in_acme.york)

    def fail_one(*, submission_id: Any) -> Any:
        if submission_id == broken.submission_id:
            raise RuntimeError("out of order")
        return remind(submission_id=submission_id)

    monkeypatch.setattr(flow, "remind", fail_one)
    monkeypatch.setattr(sweeps, "remind", fail_one)
    assert tick(traveller, MONDAY + timedelta(hours=4)) >= 1
    assert of(sound).warned_at and not of(broken).warned_at and "out of order" in caplog.text
    # The clock of the other is lost too; only the sweep is left to see that it is due.
    Task.objects.filter(flow_task_type="TIMER", finished__isnull=True).delete()
    traveller.move_to(MONDAY + timedelta(hours=7))
    Context().run(sweeps.sweep_clocks)
    assert of(sound).overdue_at and not of(broken).overdue_at
    assert f"{broken.submission_id} could not be reminded" in caplog.text


def test_a_clock_that_fails_is_heard_and_rings_all_the_same(
    in_acme: Cast,
    client: Client,
    traveller: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """viewflow swallows it: the log and /healthz tell, and the next sweep does what was due."""
    make_policy(in_acme.acme, LEGAL)
    [item] = handed_in(in_acme)

    def fail(**given: Any) -> None:
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(flow, "remind", fail)
        tick(traveller, MONDAY + timedelta(hours=4))
    assert "out of order" in caplog.text and not of(item).warned_at
    assert client.get("/healthz?worker=1").json()["clocks"] is False
    assert client.get("/healthz").status_code == 200, "no reason to stop the pages"
    traveller.move_to(MONDAY + timedelta(hours=5))
    Context().run(sweeps.sweep_clocks)
    assert of(item).warned_at == MONDAY + timedelta(hours=5)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    assert sweeps.clocks_ring(), "what is decided needs no clock"
    assert of(item).process.status == "DONE"  # type: ignore[attr-defined]

"""The clock of a stage: it warns, marks as overdue, escalates; failures are heard, and nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from viewflow.workflow.models import Task

from storesync.approvals import flow, sweeps
from storesync.approvals.actions import decide, recall, remind
from storesync.approvals.actions.working_hours import save_working_hours
from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.approvals.stages import Stage
from storesync.brands.actions.location import update_location
from storesync.brands.models import Location
from storesync.core.scoping import current_scope
from tests.approvals.making import APPROVERS, BRAND, handed_in, make_policy, waiting_for
from tests.conftest import Cast, without_scope

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
    return without_scope(flow.tick)


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


def test_s5_a_store_that_moves_to_another_zone_takes_its_start_along(in_acme: Cast, traveller: Any) -> None:
    """Rule S5: what is due by the start moves with it; what was told by working hours stays, capped by it."""
    make_policy(
        in_acme.acme, Stage(name="Legal", people=APPROVERS, due_hours=Decimal(14), warn_hours=Decimal(1))
    )
    friday = {"start": "2026-11-27T09:00"}
    tuesday = {"start": "2026-11-24T15:30"}
    [told] = handed_in(in_acme, in_acme.leeds, schedule=friday)
    [capped] = handed_in(in_acme, in_acme.leeds, schedule=tuesday)
    by_hours = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert of(told).stage_due_at == of(capped).stage_due_at == by_hours

    def move_to(zone: str) -> None:
        update_location(
            location=Location.objects.get(pk=in_acme.leeds.pk),
            actor=in_acme.manager,
            values={"time_zone": zone},
        )
        told.refresh_from_db()
        capped.refresh_from_db()

    move_to("Europe/Berlin")
    assert told.start_at == datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert told.due_at == of(told).stage_due_at == by_hours, "what was told stays"
    start = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert capped.start_at == capped.due_at == of(capped).stage_due_at == start, "never after the start"
    assert tick(traveller, start) >= 1 and of(capped).overdue_at and not of(told).overdue_at


def test_new_working_hours_leave_what_was_told(in_acme: Cast, traveller: Any) -> None:
    make_policy(in_acme.acme, LEGAL)
    [before] = handed_in(in_acme)
    hours = {"working_hours": "Mo-Fr 12:00-17:00", "holidays": []}
    save_working_hours(brand=in_acme.acme, actor=in_acme.manager, **hours)  # type: ignore[arg-type]
    [after] = handed_in(in_acme, in_acme.york)
    assert of(before).stage_due_at == MONDAY + timedelta(hours=6)
    assert of(after).stage_due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)


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
    without_scope(sweeps.sweep_clocks)
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
    without_scope(sweeps.sweep_clocks)
    assert of(item).warned_at == MONDAY + timedelta(hours=5)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    assert sweeps.clocks_ring(), "what is decided needs no clock"
    assert of(item).process.status == "DONE"  # type: ignore[attr-defined]

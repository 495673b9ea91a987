"""Handing in under a policy: one submission for each way, rules that pass, stages where nobody sits."""

from datetime import UTC, datetime
from decimal import Decimal

import time_machine

from storesync.approvals.actions import decide, submit
from storesync.approvals.models import ApprovalPolicy, ApprovalStep, Decision, SubmissionItem
from storesync.approvals.queries import waits_for
from storesync.approvals.stages import Conditions, People, Stage, write_stages
from storesync.content.models import Approval
from tests.approvals.conftest import Heard, make_revision, make_revisions
from tests.approvals.making import (
    APPROVERS,
    BRAND,
    LEGAL,
    handed_in,
    items_of,
    make_policy,
    named,
    waiting_for,
)
from tests.conftest import Cast
from tests.content.samples import VALUES


def test_a_mixed_set_makes_one_submission_for_each_way(in_acme: Cast, heard: Heard) -> None:
    make_policy(in_acme.acme, BRAND, LEGAL, version=3)
    calm = make_revisions([in_acme.leeds, in_acme.york], in_acme.leeds_manager)
    bold = make_revision(in_acme.leeds, in_acme.leeds_manager, values={"discount_percentage": "40"})
    made = submit(revisions=[one.pk for one in (*calm, bold)], actor=in_acme.north_manager, note="Hi")
    assert [(one.items.count(), [stage.name for stage in one.all_stages]) for one in made] == [
        (2, ["Brand"]),
        (1, ["Brand", "Legal"]),
    ]
    assert {(one.policy_name, one.policy_version, one.note) for one in made} == {("Everything", 3, "Hi")}
    [event] = heard.submitted
    assert len(event.revision_ids) == 3, "their owners hear of it once"
    [item] = items_of(made[1].pk)
    assert item.risk.discount == 40 and item.differs, "40 % is not what the wave has"
    assert [one.differs for one in items_of(made[0].pk)] == [False, False]
    ApprovalPolicy.objects.update(stages=write_stages([LEGAL]), version=4)
    made[0].refresh_from_db()
    assert made[0].stage_name == "Brand", "it goes on by the policy it began with"


def test_a_type_has_its_own_policy(in_acme: Cast) -> None:
    make_policy(in_acme.acme, BRAND, name="Clearance", campaign_types=["clearance"])
    [plain] = handed_in(in_acme)
    assert plain.submission.policy_name == "" and plain.submission.stage_name == "Review"
    make_policy(in_acme.acme, LEGAL)
    [again] = handed_in(in_acme)
    assert again.submission.stage_name == "Legal", "its condition does not hold, but somebody has to look"


def test_a13_what_does_not_differ_passes_by_the_rule_that_is_named(in_acme: Cast, heard: Heard) -> None:
    """Rule A13: only where the policy says so; the one that differs is decided by people."""
    make_policy(in_acme.acme, BRAND, LEGAL, pass_unchanged=True)
    same = make_revisions([in_acme.leeds, in_acme.york], in_acme.leeds_manager)
    other = make_revision(in_acme.leeds, in_acme.leeds_manager, changes={"subject": "Our own words"})
    passed, waits = submit(revisions=[one.pk for one in (*same, other)], actor=in_acme.north_manager)
    assert (passed.state, waits.state) == ("approved", "waiting")
    assert {item.state for item in items_of(passed.pk)} == {"approved"}
    steps = ApprovalStep.objects.filter(decision="approved")
    assert {(step.person, step.way, step.new_status) for step in steps} == {(None, "rule", "approved")}
    assert all("“Everything”" in step.rule for step in steps) and len(steps) == 2
    approvals = Approval.objects.in_force()
    assert {one.revision_id for one in approvals} == {one.pk for one in same}
    assert {one.approved_by for one in approvals} == {None}
    assert [(one.decision, one.way) for one in heard.decided] == [("approved", "rule")]
    assert passed.process.status == "DONE" and not passed.seats.exists()  # type: ignore[attr-defined]


def test_a13_a_stage_with_a_reason_of_its_own_still_decides(in_acme: Cast) -> None:
    regions = Stage(key="n", name="North", conditions=Conditions(regions=(in_acme.north.pk,)))
    make_policy(in_acme.acme, BRAND, regions, pass_unchanged=True)
    [item] = handed_in(in_acme)
    assert item.is_open and [one.name for one in item.submission.all_stages] == ["North"]


def test_a13_other_recipients_than_the_roll_out_gave_are_a_difference(in_acme: Cast) -> None:
    """Rules A3, A13: the words are the template's, but nobody has seen whom they go to."""
    make_policy(in_acme.acme, BRAND, pass_unchanged=True)
    given = {"list": str(in_acme.acme.pk), "count": 2, "digest": "a" * 64}
    offered = make_revision(in_acme.leeds, in_acme.leeds_manager, audience=given)
    wider = make_revision(
        in_acme.leeds,
        in_acme.leeds_manager,
        owner_id=offered.owner_id,
        number=2,
        audience=given | {"count": 3, "digest": "b" * 64},
    )
    [made] = submit(revisions=[wider.pk], actor=in_acme.north_manager)
    assert made.state == "waiting" and items_of(made.pk)[0].differs


def test_a5_a_stage_where_nobody_may_sit_escalates(in_acme: Cast) -> None:
    """Rule A5: to whom it says, else to the managers, else to the Admins; the rest is not touched."""
    only = Stage(name="Store", people=named(in_acme.approver))
    make_policy(in_acme.acme, only)
    theirs, others = make_revision(in_acme.leeds, in_acme.approver), make_revision(in_acme.leeds, None)
    made = submit(revisions=[theirs.pk, others.pk], actor=in_acme.north_manager)
    by = {items_of(one.pk)[0].revision_id: items_of(one.pk)[0] for one in made}
    assert waiting_for(in_acme.approver) == {others.pk}
    assert waiting_for(in_acme.manager) == {theirs.pk}
    assert waits_for(by[theirs.pk]).escalated and not waits_for(by[others.pk]).escalated
    step = ApprovalStep.objects.get(decision="escalated")
    assert step.revision_id == theirs.pk and step.rule and step.person is None
    # Where the manager handed it in as well, the Admins are left; the viewer to whom it says holds no right.
    ApprovalPolicy.objects.update(
        stages=write_stages([only.model_copy(update={"escalate_to": named(in_acme.viewer)})])
    )
    mine = make_revision(in_acme.leeds, in_acme.approver)
    submit(revisions=[mine.pk], actor=in_acme.manager)
    assert mine.pk in waiting_for(in_acme.admin) and mine.pk not in waiting_for(in_acme.viewer)
    decide(
        items=[SubmissionItem.objects.get(revision=mine).pk], decision=Decision.APPROVED, actor=in_acme.admin
    )


def test_a_stage_that_comes_later_escalates_when_it_is_reached(in_acme: Cast) -> None:
    legal = Stage(name="Legal", people=named(in_acme.north_manager), escalate_to=APPROVERS)
    make_policy(in_acme.acme, BRAND, legal)
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    decide(items=[one.pk, two.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert waiting_for(in_acme.approver) == {one.revision_id, two.revision_id}
    assert waiting_for(in_acme.manager) == set()


def test_due_times_are_counted_in_working_hours_and_end_at_the_start(in_acme: Cast) -> None:
    """Friday 16:00 and four working hours; whatever starts earlier is due by then."""
    make_policy(
        in_acme.acme,
        Stage(name="Brand", due_hours=Decimal(4), warn_hours=Decimal(2), escalate_hours=Decimal(8)),
    )
    values = [VALUES, VALUES, VALUES]
    starts = ["approval", "2026-11-21T09:00", "2026-12-24T09:00"]
    with time_machine.travel(datetime(2026, 11, 20, 16, tzinfo=UTC), tick=False):
        revisions = [
            make_revision(in_acme.leeds, None, values=given, schedule={"start": start})
            for given, start in zip(values, starts, strict=True)
        ]
        [submission] = submit(revisions=[one.pk for one in revisions], actor=in_acme.north_manager)
    due = dict(submission.items.values_list("revision_id", "due_at"))
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [due[one.pk] for one in revisions] == [monday, datetime(2026, 11, 21, 9, tzinfo=UTC), monday]
    assert submission.stage_due_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert submission.warn_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert submission.escalate_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a8_without_hours_its_people_are_warned_a_day_before_the_start(in_acme: Cast) -> None:
    """Rule A8."""
    with time_machine.travel(datetime(2026, 11, 20, 16, tzinfo=UTC), tick=False):
        [item] = handed_in(in_acme, schedule={"start": "2026-11-27T09:00"})
    assert item.submission.warn_at == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert item.submission.stage_due_at == item.due_at == datetime(2026, 11, 27, 9, tzinfo=UTC)


def test_anybody_may_decide_where_nobody_is_named(in_acme: Cast) -> None:
    make_policy(in_acme.acme, Stage(name="Look", people=People()))
    [item] = handed_in(in_acme)
    for person in (in_acme.approver, in_acme.manager, in_acme.admin):
        assert waiting_for(person) == {item.revision_id}

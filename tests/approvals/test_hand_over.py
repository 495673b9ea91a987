"""Handing over, and absences: who decides in whose place."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from storesync.approvals.actions import decide, hand_over
from storesync.approvals.models import ApprovalStep, Decision, SubmissionItem
from storesync.approvals.permissions import why_not
from storesync.approvals.queries import waits_for
from storesync.approvals.stages import Stage
from storesync.approvals.sweeps import look_after_seats
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Absence, Membership
from storesync.core.errors import ActionRefused
from tests.approvals.making import APPROVERS, handed_in, make_policy, named, waiting_for
from tests.conftest import Cast, without_scope


@pytest.fixture
def of_approver(in_acme: Cast) -> Cast:
    """At every review only the approver sits."""
    make_policy(in_acme.acme, Stage(name="Legal", people=APPROVERS))
    return in_acme


def test_a_part_handed_over_waits_for_the_other_alone(of_approver: Cast) -> None:
    cast = of_approver
    one, two = handed_in(cast, cast.leeds, cast.york)
    outcome = hand_over(items=[one.pk], to=cast.manager, actor=cast.approver, comment="You know it.")
    [item] = outcome.done
    assert item.submission_id != one.submission_id and item.revision_id == one.revision_id
    assert waiting_for(cast.manager) == {one.revision_id} and waiting_for(cast.approver) == {two.revision_id}
    assert "handed this over to Maya Okafor" in why_not(cast.approver, item)
    step = ApprovalStep.objects.get(decision="handed_over")
    assert (step.person, step.handed_to, step.comment) == (cast.approver, cast.manager, "You know it.")
    decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.manager)
    step = ApprovalStep.objects.get(decision="approved")
    assert (step.person, step.in_place_of) == (cast.manager, cast.approver)


def test_it_can_be_handed_on_and_back(of_approver: Cast) -> None:
    cast = of_approver
    [item] = handed_in(cast)
    hand_over(items=[item.pk], to=cast.manager, actor=cast.approver)
    hand_over(items=[item.pk], to=cast.admin, actor=cast.manager)
    assert waiting_for(cast.admin) and not waiting_for(cast.manager) and not waiting_for(cast.approver)
    hand_over(items=[item.pk], to=cast.approver, actor=cast.admin)
    assert waiting_for(cast.approver) and not waiting_for(cast.manager) and not waiting_for(cast.admin)


def test_whose_it_is_not_hands_nothing_over(of_approver: Cast) -> None:
    cast = of_approver
    [item] = handed_in(cast)
    with pytest.raises(ActionRefused, match="not your turn"):
        hand_over(items=[item.pk], to=cast.admin, actor=cast.manager)
    with pytest.raises(ActionRefused, match="somebody else"):
        hand_over(items=[item.pk], to=cast.approver, actor=cast.approver)
    with pytest.raises(ActionRefused, match="Vera Viewer may not decide for Leeds Arcade"):
        hand_over(items=[item.pk], to=cast.viewer, actor=cast.approver)
    with pytest.raises(PermissionDenied):
        hand_over(items=[item.pk], to=cast.approver, actor=cast.approver, person=cast.manager)
    [mine] = handed_in(cast, by=cast.manager)
    with pytest.raises(ActionRefused, match="Maya Okafor submitted or edited it"):
        hand_over(items=[mine.pk], to=cast.manager, actor=cast.approver)
    decide(items=[item.pk], decision=Decision.REJECTED, actor=cast.approver, comment="No.")
    with pytest.raises(ActionRefused, match="Priya Raman rejected this"):
        hand_over(items=[item.pk], to=cast.manager, actor=cast.approver)


def test_a_manager_hands_over_what_is_somebody_elses(of_approver: Cast) -> None:
    cast = of_approver
    one, two = handed_in(cast, cast.leeds, cast.york)
    outcome = hand_over(
        items=[one.pk, two.pk], to=cast.admin, actor=cast.manager, person=cast.approver, comment="Holiday"
    )
    assert {item.submission_id for item in outcome.done} == {one.submission_id}, "all of it: nothing is split"
    assert waiting_for(cast.admin) == {one.revision_id, two.revision_id} and not waiting_for(cast.approver)
    step = ApprovalStep.objects.filter(decision="handed_over")[0]
    assert (step.person, step.in_place_of, step.handed_to) == (cast.manager, cast.approver, cast.admin)


def test_a5_what_was_handed_over_to_somebody_who_then_lost_the_right_escalates(in_acme: Cast) -> None:
    """Rule A5, where anybody may decide: who handed it over is not asked again."""
    cast = in_acme
    [item] = handed_in(cast)
    hand_over(items=[item.pk], to=cast.manager, actor=cast.approver)
    revoke_membership(membership=Membership.objects.get(user=cast.manager), actor=cast.admin)
    assert not waiting_for(cast.manager) and not waiting_for(cast.approver)
    without_scope(look_after_seats)
    assert ApprovalStep.objects.filter(decision="escalated", item=item).exists()
    assert waiting_for(cast.admin) == {item.revision_id}


def away(cast: Cast, person: object, delegate: object, days: int = 0) -> Absence:
    first = date.today() + timedelta(days=days)
    absence: Absence = Absence.objects.create(
        brand=cast.acme,
        person=person,
        delegate=delegate,
        first_day=first - timedelta(days=1),
        last_day=first + timedelta(days=1),
    )
    return absence


def test_a_delegate_decides_in_the_place_of_who_is_away(of_approver: Cast) -> None:
    cast = of_approver
    [item] = handed_in(cast)
    assert not waiting_for(cast.manager)
    away(cast, cast.approver, cast.manager)
    assert waiting_for(cast.manager) == {item.revision_id}
    assert [person.name for person in waits_for(item).people] == ["Maya Okafor"]
    decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.manager)
    step = ApprovalStep.objects.get(decision="approved")
    assert (step.person, step.in_place_of) == (cast.manager, cast.approver)


def test_a_delegate_decides_nothing_else(of_approver: Cast) -> None:
    """Not before the absence, nothing of their own or of who is away, and nothing without the right."""
    cast = of_approver
    planned = away(cast, cast.approver, cast.manager, days=5)
    handed_in(cast)
    assert not waiting_for(cast.manager)
    planned.delete()
    away(cast, cast.approver, cast.manager)
    [own] = handed_in(cast, by=cast.manager)
    assert own.revision_id not in waiting_for(cast.manager)
    Absence.objects.update(delegate=cast.viewer)
    assert not waiting_for(cast.viewer)


def test_a5_away_without_somebody_to_stand_in_the_stage_escalates(of_approver: Cast) -> None:
    """Rule A5: the delegate handed it in, so it goes on to the Admins."""
    cast = of_approver
    away(cast, cast.approver, cast.manager)
    [item] = handed_in(cast, by=cast.manager)
    assert SubmissionItem.objects.decidable_by(cast.admin).filter(pk=item.pk).exists()
    assert waits_for(item).escalated


def test_all_counts_a_delegate_for_who_is_away(in_acme: Cast) -> None:
    cast = in_acme
    make_policy(cast.acme, Stage(name="Both", rule="all", people=named(cast.approver, cast.manager)))
    [item] = handed_in(cast)
    away(cast, cast.approver, cast.manager)
    outcome = decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.manager)
    assert not outcome.votes, "one person in two places approves for both"

"""Any, all, so many of a stage: when an approval is enough, and what becomes of the votes."""

import threading
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from storesync.accounts.models import User
from storesync.approvals.actions import decide, hand_over, look_after
from storesync.approvals.models import ApprovalStep, Decision, SubmissionItem
from storesync.approvals.permissions import why_not
from storesync.approvals.stages import People, Stage
from storesync.approvals.sweeps import look_after_seats
from storesync.brands.actions.membership import grant_membership, revoke_membership
from storesync.brands.models import Absence, Membership
from storesync.brands.rights import Role
from storesync.content.models import Approval
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import Heard
from tests.approvals.making import BRAND, handed_in, make_group, make_policy, named, waiting_for
from tests.conftest import Cast, without_scope
from tests.factories import UserFactory


@pytest.fixture
def legal(in_acme: Cast) -> list[User]:
    """Three more approvers of acme."""
    people = [UserFactory(name=name, email=f"{name.lower()}@acme.example") for name in ("Lea", "Lou", "Lux")]
    for person in people:
        grant_membership(brand=in_acme.acme, user=person, role=Role.APPROVER, actor=None)
    return people


def approve(item: SubmissionItem, actor: User) -> None:
    decide(items=[item.pk], decision=Decision.APPROVED, actor=actor)
    item.refresh_from_db()


def test_all_have_to_approve_and_none_twice(in_acme: Cast, legal: Sequence[User], heard: Heard) -> None:
    lea, lou, lux = legal
    group = make_group(in_acme.acme, lea, lou)
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=People(groups=(group.pk,))))
    [item] = handed_in(in_acme)
    approve(item, lea)
    assert (item.is_open, item.voters) == (True, [lea.pk]) and not Approval.objects.exists()
    assert not heard.decided, "a vote moves nothing"
    assert not waiting_for(lea) and waiting_for(lou) == {item.revision_id}
    assert "approved this already. It still waits for Lou" in why_not(lea, item)
    with pytest.raises(ActionRefused, match="approved this already"):
        approve(item, lea)
    for outsider in (lux, in_acme.manager, in_acme.admin):
        assert "not your turn: at the stage “Legal” it waits for Lou" in why_not(outsider, item)
        with pytest.raises(ActionRefused, match="not your turn"):
            approve(item, outsider)
    approve(item, lou)
    assert item.state == "approved" and Approval.objects.get().approved_by == lou
    statuses = ApprovalStep.objects.filter(decision="approved").values_list("person__name", "new_status")
    assert list(statuses) == [("Lea", "pending_review"), ("Lou", "approved")]


def test_one_against_is_enough(in_acme: Cast, legal: Sequence[User]) -> None:
    lea, lou, _lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=named(lea, lou)))
    [item] = handed_in(in_acme)
    approve(item, lea)
    decide(items=[item.pk], decision=Decision.REJECTED, actor=lou, comment="No.")
    item.refresh_from_db()
    assert item.state == "rejected"


def test_so_many_of_them_are_enough(in_acme: Cast, legal: Sequence[User]) -> None:
    make_policy(in_acme.acme, Stage(name="Legal", rule="count", count=2, people=named(*legal)), BRAND)
    [item] = handed_in(in_acme)
    approve(item, legal[2])
    assert item.is_open and item.submission.stage == 0
    approve(item, legal[0])
    item.submission.refresh_from_db()
    assert (item.submission.stage, item.voters) == (1, []), "the next stage begins without votes"
    assert item.revision_id in waiting_for(legal[0]), "who decided a stage may decide the next one as well"


def test_votes_stay_with_what_is_split_apart(in_acme: Cast, legal: Sequence[User]) -> None:
    lea, lou, _lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=named(lea, lou)))
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    approve(one, lea)
    approve(two, lea)
    outcome = decide(items=[one.pk], decision=Decision.APPROVED, actor=lou)
    assert not outcome.votes
    moved = SubmissionItem.objects.waiting().get()
    assert moved.submission_id != one.submission_id and moved.voters == [lea.pk]
    assert waiting_for(lea) == set() and waiting_for(lou) == {two.revision_id}
    approve(moved, lou)
    assert Approval.objects.count() == 2


def test_all_are_those_who_may_decide_now(in_acme: Cast, legal: Sequence[User]) -> None:
    """Minus who handed it in and who lost the right; what then waits for nobody goes on by itself."""
    lea, lou, lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=named(lea, lou, lux)))
    [item] = handed_in(in_acme, in_acme.leeds, by=None)
    approve(item, lea)
    approve(item, lou)
    assert item.is_open
    revoke_membership(membership=Membership.objects.get(user=lux), actor=in_acme.manager)
    look_after(items=[item.pk])
    look_after(items=[item.pk])
    item.refresh_from_db()
    assert item.state == "approved" and Approval.objects.get().approved_by == lou
    last = ApprovalStep.objects.latest("id")
    assert (last.person, last.way) == (None, "rule") and "All who may decide" in last.rule


def test_a5_when_so_many_are_not_there_others_make_up_for_them(in_acme: Cast, legal: Sequence[User]) -> None:
    """Rule A5: two of one person is nobody's turn for ever."""
    make_policy(in_acme.acme, Stage(name="Legal", rule="count", count=2, people=named(legal[0])))
    [item] = handed_in(in_acme)
    approve(item, legal[0])
    assert item.is_open and waiting_for(in_acme.manager) == {item.revision_id}
    approve(item, in_acme.manager)
    assert item.state == "approved"


def test_one_approval_is_never_two_because_somebody_handed_over(in_acme: Cast, legal: Sequence[User]) -> None:
    """Two of two, one of whom hands over to the other: others make up for them, the number stays."""
    lea, lou, _lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="count", count=2, people=named(lea, lou)))
    [item] = handed_in(in_acme)
    hand_over(items=[item.pk], to=lou, actor=lea)
    approve(item, lou)
    assert item.is_open and item.voters == [lou.pk] and not Approval.objects.exists()
    without_scope(look_after_seats)
    assert waiting_for(in_acme.manager) == {item.revision_id}
    approve(item, in_acme.manager)
    assert item.state == "approved"


def test_a5_when_the_last_who_could_decide_leaves_it_escalates(in_acme: Cast, legal: Sequence[User]) -> None:
    make_policy(in_acme.acme, Stage(name="Legal", people=named(legal[0])))
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    without_scope(look_after_seats)
    assert not waiting_for(in_acme.manager), "somebody can decide: nothing happens"
    revoke_membership(membership=Membership.objects.get(user=legal[0]), actor=in_acme.manager)
    without_scope(look_after_seats)
    assert waiting_for(in_acme.manager) == {one.revision_id, two.revision_id}
    assert ApprovalStep.objects.filter(decision="escalated").count() == 2


def test_who_sits_needs_the_right_all_the_same(in_acme: Cast) -> None:
    """Rule A6: a seat gives nothing."""
    make_policy(in_acme.acme, Stage(name="Odd", people=named(in_acme.viewer, in_acme.approver)))
    [item] = handed_in(in_acme)
    assert not waiting_for(in_acme.viewer)
    with pytest.raises(PermissionDenied):
        approve(item, in_acme.viewer)


@pytest.fixture
def lea_away(in_acme: Cast, legal: Sequence[User]) -> Absence:
    """Lea is away, and Lou stands in for her."""
    today = date.today()
    made: Absence = Absence.objects.create(
        brand=in_acme.acme,
        person=legal[0],
        delegate=legal[1],
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=1),
    )
    return made


@pytest.mark.parametrize("rule", ["count", "all"])
def test_one_seat_has_one_vote_whoever_casts_it(
    in_acme: Cast, legal: Sequence[User], lea_away: Absence, rule: Literal["count", "all"]
) -> None:
    """The delegate votes, then the absent person is back: it is decided in their place, and they are told."""
    lea, lou, lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule=rule, count=2, people=named(lea, lux)))
    [item] = handed_in(in_acme)
    approve(item, lou)
    assert (item.is_open, item.voters, item.voted_for) == (True, [lou.pk], [lea.pk])
    lea_away.delete()
    assert not waiting_for(lea) and waiting_for(lux) == {item.revision_id}
    words = why_not(lea, item)
    assert "Lou approved this in your place on" in words and "still waits for Lux" in words
    with pytest.raises(ActionRefused, match="Lou approved this in your place"):
        approve(item, lea)
    with pytest.raises(ActionRefused, match="approved in the place of Lea already"):
        hand_over(items=[item.pk], to=lea, actor=lux)
    approve(item, lux)
    assert item.state == "approved"
    by = ApprovalStep.objects.filter(decision="approved").values_list("person__name", "in_place_of__name")
    assert list(by) == [("Lou", "Lea"), ("Lux", None)]
    with pytest.raises(ActionRefused, match="Lux approved this on"):
        approve(item, lea)


def test_a_vote_in_ones_own_seat_is_not_one_for_who_is_away(
    in_acme: Cast, legal: Sequence[User], lea_away: Absence
) -> None:
    """Lou sits there too: his vote is his own. Back before the others are done, Lea is asked herself."""
    lea, lou, lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=named(lea, lou, lux)))
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    for item in (one, two):
        approve(item, lou)
        assert (item.voters, item.voted_for) == ([lou.pk], [])
    approve(one, lux)
    assert one.state == "approved", "who is away is not waited for"
    lea_away.delete()
    [two] = SubmissionItem.objects.waiting()
    approve(two, lux)
    assert two.is_open and waiting_for(lea) == {two.revision_id}
    approve(two, lea)
    assert two.state == "approved"


def test_who_stands_in_for_two_votes_for_one_of_them(
    in_acme: Cast, legal: Sequence[User], lea_away: Absence
) -> None:
    lea, lou, lux = legal
    Absence.objects.create(
        brand=in_acme.acme,
        person=lux,
        delegate=lou,
        first_day=lea_away.first_day,
        last_day=lea_away.last_day,
    )
    make_policy(in_acme.acme, Stage(name="Legal", rule="count", count=2, people=named(lea, lux)))
    [item] = handed_in(in_acme)
    approve(item, lou)
    assert item.is_open and item.voted_for == [lea.pk], "the first of them"
    Absence.objects.all().delete()
    assert waiting_for(lux) == {item.revision_id} and not waiting_for(lea)
    approve(item, lux)
    assert item.state == "approved"


def test_a_hand_over_among_all_leaves_one_answer_for_both(in_acme: Cast, legal: Sequence[User]) -> None:
    """As the page of the hand-over says before: who hands over is not asked, and the step names both."""
    lea, lou, _lux = legal
    make_policy(in_acme.acme, Stage(name="Legal", rule="all", people=named(lea, lou)))
    [item] = handed_in(in_acme)
    hand_over(items=[item.pk], to=lou, actor=lea)
    approve(item, lou)
    step = ApprovalStep.objects.get(decision="approved")
    assert item.state == "approved" and (step.person, step.in_place_of) == (lou, lea)


@pytest.mark.django_db(transaction=True)
def test_votes_that_come_at_once_are_all_counted(cast: Cast) -> None:
    """Rule A9: six clicks of three people; three votes, and the last of them approves."""
    with brand_scope([cast.acme.pk]):
        people = [UserFactory(name=f"L{n}", email=f"l{n}@acme.example") for n in range(3)]
        for person in people:
            grant_membership(brand=cast.acme, user=person, role=Role.APPROVER, actor=None)
        make_policy(cast.acme, Stage(name="Legal", rule="all", people=named(*people)))
        [item] = handed_in(cast)
    start, results = threading.Barrier(6), []

    def click(number: int) -> None:
        try:
            with brand_scope([cast.acme.pk]):
                actor = User.objects.get(pk=people[number % 3].pk)
                start.wait(timeout=60)
                decide(items=[item.pk], decision=Decision.APPROVED, actor=actor)
                results.append("voted")
        except ActionRefused as refusal:
            results.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6 and results.count("voted") == 3, results
    with brand_scope([cast.acme.pk]):
        item.refresh_from_db()
        assert item.state == "approved" and Approval.objects.count() == 1
        assert ApprovalStep.objects.filter(decision="approved").count() == 3

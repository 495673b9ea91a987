"""Deciding: the right person, exactly these bytes, once (Rules A3, A5, A6, A9)."""

import threading
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from storesync.accounts.models import User
from storesync.approvals.actions import decide, recall, submit
from storesync.approvals.models import (
    ApprovalStep,
    Decision,
    ItemState,
    ReviewProcess,
    State,
    Submission,
    SubmissionItem,
    Way,
    digest_of,
)
from storesync.brands.actions.location import _locked
from storesync.brands.actions.membership import grant_membership, revoke_membership
from storesync.brands.models import Membership
from storesync.brands.rights import Role
from storesync.content.models import Approval
from storesync.content.queries import in_force
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import Heard, make_revision, make_revisions
from tests.conftest import Cast
from tests.factories import LocationFactory

AGAINST = [Decision.REJECTED, Decision.CHANGES_REQUESTED]


def handed_in(cast: Cast, *locations: Any, by: User | None = None) -> list[SubmissionItem]:
    """Revisions of these locations (leeds without any) in one submission."""
    person = by or cast.north_manager
    revisions = make_revisions(locations or (cast.leeds,), person)
    [submission] = submit(revisions=[one.pk for one in revisions], actor=person)
    return list(submission.items.order_by("pk"))


def test_an_approval_pins_the_hash_and_ends_the_process(in_acme: Cast, heard: Heard) -> None:
    [item] = handed_in(in_acme)
    outcome = decide(
        items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver, seen_digest=item.digest
    )
    assert [one.pk for one in outcome.done] == [item.pk] and not outcome.refused
    item.refresh_from_db()
    assert item.state == ItemState.APPROVED
    assert item.submission.state == State.APPROVED and item.submission.decided_at is not None
    approval = Approval.objects.get()
    assert (approval.content_hash, approval.approved_by) == (item.content_hash, in_acme.approver)
    assert in_force([item.revision_id]) == {item.revision_id}
    process = ReviewProcess.objects.get(submission=item.submission)
    assert process.status == "DONE" and process.finished is not None
    [event] = heard.decided
    assert (event.decision, event.revision_ids) == ("approved", (item.revision_id,))
    assert (event.actor_id, event.submission_id) == (in_acme.approver.pk, item.submission_id)


def test_a_step_says_who_decided_what_about_which_bytes(in_acme: Cast) -> None:
    [item] = handed_in(in_acme)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager, comment=" Fine. ", way=Way.API)
    first, step = ApprovalStep.objects.of_owner(item.owner_kind, item.owner_id)
    assert (first.decision, first.person, first.previous_status, first.new_status) == (
        "submitted",
        in_acme.north_manager,
        "draft",
        "pending_review",
    )
    assert (step.decision, step.person, step.comment, step.way) == (
        "approved",
        in_acme.manager,
        "Fine.",
        "api",
    )
    assert (step.previous_status, step.new_status) == ("pending_review", "approved")
    assert (step.revision_id, step.content_hash, step.stage) == (item.revision_id, item.content_hash, 0)


@pytest.mark.parametrize("decision", AGAINST)
def test_deciding_against_it_needs_a_comment_and_approves_nothing(
    in_acme: Cast, heard: Heard, decision: Decision
) -> None:
    [item] = handed_in(in_acme)
    with pytest.raises(ActionRefused, match="comment"):
        decide(items=[item.pk], decision=decision, actor=in_acme.approver, comment="  ")
    assert ApprovalStep.objects.count() == 1 and not heard.decided
    decide(items=[item.pk], decision=decision, actor=in_acme.approver, comment="Wrong price.")
    item.refresh_from_db()
    assert (item.state, item.submission.state) == (decision, decision)
    assert not Approval.objects.exists()
    assert (heard.decided[0].decision, heard.decided[0].comment) == (decision, "Wrong price.")
    assert ApprovalStep.objects.order_by("-id")[0].new_status == "rejected"


def test_what_is_no_verdict_cannot_be_decided(in_acme: Cast) -> None:
    [item] = handed_in(in_acme)
    with pytest.raises(ActionRefused):
        decide(items=[item.pk], decision=Decision.RECALLED, actor=in_acme.approver, comment="x")


def test_deciding_a_part_splits_the_rest_into_a_child(in_acme: Cast, heard: Heard) -> None:
    one, two, three = handed_in(in_acme, in_acme.leeds, in_acme.york, in_acme.leeds)
    decide(items=[one.pk, two.pk], decision=Decision.APPROVED, actor=in_acme.approver, way=Way.BULK)
    child = Submission.objects.get(parent=one.submission_id)
    three.refresh_from_db()
    assert three.state == ItemState.MOVED
    [moved] = child.items.all()
    assert (moved.revision_id, moved.state, child.state) == (three.revision_id, "waiting", "waiting")
    assert (child.root_id, child.submitter_id) == (one.submission_id, one.submitter_id)
    assert child.digest == moved.digest
    assert child.process.status == "NEW"  # type: ignore[attr-defined]
    assert Submission.objects.get(pk=one.submission_id).state == State.APPROVED
    assert set(heard.decided[0].revision_ids) == {one.revision_id, two.revision_id}


def test_an_item_that_moved_is_followed_to_its_child(in_acme: Cast) -> None:
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    decide(items=[one.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    outcome = decide(
        items=[two.pk], decision=Decision.APPROVED, actor=in_acme.manager, seen_digest=two.digest
    )
    assert outcome.done[0].revision_id == two.revision_id
    assert SubmissionItem.objects.filter(state="approved").count() == 2
    assert not SubmissionItem.objects.waiting().exists()


@pytest.mark.parametrize("who", ["admin", "manager"])
@pytest.mark.parametrize("part", ["submitted", "edited"])
@pytest.mark.parametrize("decision", [Decision.APPROVED, *AGAINST])
def test_a5_nobody_decides_their_own(in_acme: Cast, who: str, part: str, decision: Decision) -> None:
    """Rule A5: Admins included, whichever part of it is theirs."""
    person = getattr(in_acme, who)
    author, submitter = (
        (in_acme.north_manager, person) if part == "submitted" else (person, in_acme.north_manager)
    )
    revision = make_revision(in_acme.leeds, author)
    [item] = submit(revisions=[revision.pk], actor=submitter)[0].items.all()
    with pytest.raises(ActionRefused, match="somebody else has to decide"):
        decide(items=[item.pk], decision=decision, actor=person, comment="Mine")
    item.refresh_from_db()
    assert item.is_open and not Approval.objects.exists()


def test_a6_the_right_counts_at_the_moment_of_deciding(in_acme: Cast) -> None:
    """Rule A6: revoked between the page and the click."""
    [item] = handed_in(in_acme)
    grant_membership(
        brand=in_acme.acme, user=in_acme.viewer, role=Role.APPROVER, locations=[in_acme.dover], actor=None
    )
    revoke_membership(membership=Membership.objects.get(user=in_acme.approver), actor=in_acme.manager)
    with pytest.raises(PermissionDenied):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    with pytest.raises(ActionRefused, match="Leeds Arcade"):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.viewer)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("who", ["leeds_manager", "clerk", "viewer", "stranger"])
def test_only_who_may_decide_decides(in_acme: Cast, who: str) -> None:
    [item] = handed_in(in_acme)
    with pytest.raises(PermissionDenied):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=getattr(in_acme, who))


def test_another_brands_items_are_not_there(in_acme: Cast) -> None:
    with brand_scope([in_acme.other.pk]):
        revision = make_revision(in_acme.elsewhere, None)
        [item] = submit(revisions=[revision.pk], actor=in_acme.stranger)[0].items.all()
    with pytest.raises(ActionRefused, match="not there|no longer|any more"):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)


def test_who_may_decide_elsewhere_only_does_not_see_it(in_acme: Cast) -> None:
    [item] = handed_in(in_acme)
    south = User.objects.create_user("south@acme.example", "x" * 14, name="Sue South")
    grant_membership(brand=in_acme.acme, user=south, role=Role.APPROVER, regions=[in_acme.south], actor=None)
    with pytest.raises(ActionRefused) as refusal:
        decide(items=[item.pk], decision=Decision.APPROVED, actor=south)
    assert "Leeds" not in str(refusal.value)


def test_the_second_to_decide_is_told_the_outcome(in_acme: Cast) -> None:
    [item] = handed_in(in_acme)
    decide(items=[item.pk], decision=Decision.REJECTED, actor=in_acme.manager, comment="No.")
    with pytest.raises(ActionRefused, match="Maya Okafor rejected this on"):
        decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    assert ApprovalStep.objects.count() == 2


def test_in_bulk_each_item_is_checked_by_itself(in_acme: Cast) -> None:
    """ "Approve 48, hold 2": what cannot be decided is told with its reason, the others are decided."""
    done, *_rest = handed_in(in_acme, in_acme.leeds)
    [own] = handed_in(in_acme, in_acme.york, by=in_acme.manager)
    [free] = handed_in(in_acme, in_acme.york)
    decide(items=[done.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    outcome = decide(
        items=[done.pk, own.pk, free.pk], decision=Decision.APPROVED, actor=in_acme.manager, way=Way.BULK
    )
    assert [item.pk for item in outcome.done] == [free.pk]
    reasons = {item.pk: reason for item, reason in outcome.refused}
    assert "Priya Raman approved this" in reasons[done.pk]
    assert "submitted this yourself" in reasons[own.pk]


def test_a_page_that_shows_something_else_decides_nothing(in_acme: Cast) -> None:
    """The digest of what was seen must be that of what waits now (Rule A2)."""
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    seen = digest_of([one.pin, two.pin])
    recall(items=[two.pk], actor=in_acme.north_manager)
    with pytest.raises(ActionRefused, match="no longer what waits.*Nora North recalled this"):
        decide(items=[one.pk, two.pk], decision=Decision.APPROVED, actor=in_acme.approver, seen_digest=seen)
    assert not Approval.objects.exists()


def test_a_second_stage_gets_it_before_it_is_approved(in_acme: Cast, heard: Heard) -> None:
    """The stages are a loop in one flow; the first approval only passes it on."""
    [item] = handed_in(in_acme)
    two = [{"name": "Brand check"}, {"name": "Legal"}]
    submission = item.submission
    with pgtrigger.ignore("approvals.Submission:submission_is_what_it_was"):
        Submission.objects.filter(pk=submission.pk).update(stages=two)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    submission.refresh_from_db()
    item.refresh_from_db()
    assert (submission.stage, submission.state, item.state) == (1, "waiting", "waiting")
    assert submission.stage_name == "Legal" and not Approval.objects.exists()
    assert heard.decided[-1].decision == "passed_on"
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    submission.refresh_from_db()
    assert submission.state == State.APPROVED and Approval.objects.count() == 1
    steps = ApprovalStep.objects.filter(decision="approved")
    assert [(step.stage_name, step.new_status) for step in steps] == [
        ("Brand check", "pending_review"),
        ("Legal", "approved"),
    ]


def test_a_thousand_in_one_submission_need_at_most_60_statements_together(in_acme: Cast) -> None:
    places = [LocationFactory(brand=in_acme.acme, region=in_acme.north) for _ in range(20)]
    revisions = make_revisions([places[n % 20] for n in range(1000)], in_acme.north_manager)
    with CaptureQueriesContext(connection) as handing_in:
        [submission] = submit(revisions=[one.pk for one in revisions], actor=in_acme.north_manager)
    ids = list(submission.items.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as deciding:
        outcome = decide(items=ids, decision=Decision.APPROVED, actor=in_acme.approver, way=Way.BULK)
    assert len(outcome.done) == 1000 and Approval.objects.count() == 1000
    statements = [
        query["sql"]
        for query in (*handing_in.captured_queries, *deciding.captured_queries)
        if "SAVEPOINT" not in query["sql"]
    ]
    assert len(statements) <= 60, (len(statements), len(handing_in), len(deciding))


@pytest.mark.django_db(transaction=True)
def test_a_store_that_is_being_edited_stops_no_decision(cast: Cast) -> None:
    """Rule A9: whoever changes a store's zone comes to its submissions later, and must not be waited for."""
    with brand_scope([cast.acme.pk]):
        [item] = handed_in(cast)
    held, decided = threading.Event(), threading.Event()

    def edit() -> None:
        try:
            with brand_scope([cast.acme.pk]), transaction.atomic():
                # As every change of a store begins.
                _locked(cast.leeds, cast.manager)
                held.set()
                decided.wait(timeout=60)
        finally:
            connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    assert held.wait(timeout=60)
    try:
        with brand_scope([cast.acme.pk]), connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
            outcome = decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.approver)
    finally:
        decided.set()
        editor.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert [one.pk for one in outcome.done] == [item.pk]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_step(cast: Cast) -> None:
    """Rule A9, fault 13: barrier-synchronised decisions of two people; one wins, the others are told."""
    with brand_scope([cast.acme.pk]):
        [item] = handed_in(cast)
    start, results = threading.Barrier(20), []

    def click(number: int) -> None:
        try:
            with brand_scope([cast.acme.pk]):
                actor = User.objects.get(pk=(cast.approver, cast.manager)[number % 2].pk)
                start.wait(timeout=60)
                decide(
                    items=[item.pk],
                    decision=(Decision.APPROVED, Decision.REJECTED)[number % 3 == 0],
                    actor=actor,
                    comment="Now",
                )
                results.append("decided")
        except ActionRefused as refusal:
            results.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20 and results.count("decided") == 1
    assert all("this on" in told for told in results if told != "decided")
    with brand_scope([cast.acme.pk]):
        assert ApprovalStep.objects.exclude(decision="submitted").count() == 1
        assert Approval.objects.count() == (1 if Submission.objects.get().state == "approved" else 0)

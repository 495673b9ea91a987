"""Handing in, and taking back: one open submission per owner, its process, its steps."""

import threading
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from storesync.accounts.models import User
from storesync.approvals.actions import decide, recall, submit, withdraw
from storesync.approvals.models import (
    ApprovalStep,
    Decision,
    ItemState,
    ReviewStatus,
    Submission,
    SubmissionItem,
    digest_of,
)
from storesync.approvals.queries import due_at, waits_for
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.content.actions import record_approvals
from storesync.content.events import RevisionsSubmitted
from storesync.core import events
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import WAVE, Heard, make_revision, make_revisions
from tests.conftest import Cast


def test_many_revisions_make_one_submission_with_one_process(in_acme: Cast, heard: Heard) -> None:
    revisions = make_revisions(
        [in_acme.leeds, in_acme.york], in_acme.leeds_manager, schedule={"start": "2026-11-27T09:00"}
    )
    [submission] = submit(
        revisions=[one.pk for one in revisions], actor=in_acme.north_manager, note=" Please look. "
    )
    items = list(submission.items.order_by("pk"))
    assert {item.revision_id for item in items} == {one.pk for one in revisions}
    assert (submission.title, submission.note, submission.stage_name) == (
        "Autumn wave",
        "Please look.",
        "Review",
    )
    assert submission.digest == digest_of(item.pin for item in items)
    assert submission.process.status == "NEW"  # type: ignore[attr-defined]
    assert {item.wave_id for item in items} == {WAVE}
    assert {(item.author, item.submitter) for item in items} == {
        (in_acme.leeds_manager, in_acme.north_manager)
    }
    assert {item.due_at for item in items} == {datetime(2026, 11, 27, 9, tzinfo=UTC)}
    assert ApprovalStep.objects.filter(decision="submitted", comment="Please look.").count() == 2
    [event] = heard.submitted
    assert set(event.revision_ids) == {one.pk for one in revisions} and event.note == "Please look."


@pytest.mark.parametrize("who", ["approver", "clerk", "viewer", "stranger"])
def test_who_edits_nothing_submits_nothing(in_acme: Cast, who: str) -> None:
    revision = make_revision(in_acme.leeds, None)
    with pytest.raises(PermissionDenied):
        submit(revisions=[revision.pk], actor=getattr(in_acme, who))


def test_one_that_cannot_be_submitted_stops_all(in_acme: Cast) -> None:
    revisions = make_revisions([in_acme.leeds, in_acme.york], None)
    with pytest.raises(ActionRefused, match="You may not submit for York Retail Park"):
        submit(revisions=[one.pk for one in revisions], actor=in_acme.leeds_manager)
    assert not Submission.objects.exists()


def test_nothing_and_what_is_not_there_cannot_be_submitted(in_acme: Cast) -> None:
    with brand_scope([in_acme.other.pk]):
        foreign = make_revision(in_acme.elsewhere, None)
    for revisions in ([], [foreign.pk]):
        with pytest.raises(ActionRefused, match="nothing to submit"):
            submit(revisions=revisions, actor=in_acme.manager)


def test_what_is_in_review_or_approved_cannot_be_submitted_again(in_acme: Cast) -> None:
    one, two = make_revisions([in_acme.leeds, in_acme.york], None)
    submit(revisions=[one.pk], actor=in_acme.north_manager)
    with pytest.raises(ActionRefused, match="in review already, submitted by Nora North"):
        submit(revisions=[one.pk], actor=in_acme.manager)
    record_approvals(brand_id=in_acme.acme.pk, pins={two.pk: two.content_hash}, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="approved already"):
        submit(revisions=[two.pk], actor=in_acme.manager)


def test_t3_what_the_checks_refuse_is_not_submitted(in_acme: Cast) -> None:
    """Rule T3: a value that is missing leaves no trace in the text, and is found all the same."""
    revision = make_revision(in_acme.leeds, None, values={})
    with pytest.raises(ActionRefused, match="Discount is missing"):
        submit(revisions=[revision.pk], actor=in_acme.leeds_manager)


def test_two_revisions_of_one_owner_cannot_go_together(in_acme: Cast) -> None:
    first = make_revision(in_acme.leeds, None)
    second = make_revision(in_acme.leeds, None, owner_id=first.owner_id, number=2)
    with pytest.raises(ActionRefused, match="Two revisions"):
        submit(revisions=[first.pk, second.pk], actor=in_acme.manager)


def test_a_rejected_owner_comes_back_with_a_new_revision(in_acme: Cast) -> None:
    first = make_revision(in_acme.leeds, in_acme.leeds_manager)
    [item] = submit(revisions=[first.pk], actor=in_acme.leeds_manager)[0].items.all()
    decide(items=[item.pk], decision=Decision.REJECTED, actor=in_acme.approver, comment="Price")
    second = make_revision(
        in_acme.leeds,
        in_acme.leeds_manager,
        owner_id=first.owner_id,
        number=2,
        changes={"subject": "Better"},
    )
    [again] = submit(revisions=[second.pk], actor=in_acme.leeds_manager)[0].items.all()
    decide(items=[again.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    steps = ApprovalStep.objects.of_owner(first.owner_kind, first.owner_id)
    assert [step.decision for step in steps] == ["submitted", "rejected", "submitted", "approved"]


def test_when_a_floor_below_refuses_nothing_is_submitted(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = make_revision(in_acme.leeds, None)

    def refuse(event: RevisionsSubmitted) -> None:
        raise ActionRefused("It is no draft.")

    monkeypatch.setitem(events._handlers, RevisionsSubmitted, [refuse])
    with pytest.raises(ActionRefused, match="no draft"):
        submit(revisions=[revision.pk], actor=in_acme.leeds_manager)
    assert not Submission.objects.exists() and not ApprovalStep.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_submit_the_same_at_once_make_one_submission(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        revisions = [one.pk for one in make_revisions([cast.leeds, cast.york, cast.leeds], None)]
    start, results = threading.Barrier(4), []

    def hand_in(number: int) -> None:
        try:
            with brand_scope([cast.acme.pk]):
                actor = User.objects.get(pk=(cast.north_manager, cast.manager)[number % 2].pk)
                start.wait(timeout=60)
                submit(revisions=revisions, actor=actor)
                results.append("submitted")
        except ActionRefused as refusal:
            results.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and results.count("submitted") == 1, results
    with brand_scope([cast.acme.pk]):
        assert Submission.objects.count() == 1 and SubmissionItem.objects.waiting().count() == 3


def test_who_submitted_can_recall_a_part(in_acme: Cast, heard: Heard) -> None:
    one, two = make_revisions([in_acme.leeds, in_acme.york], None)
    [submission] = submit(revisions=[one.pk, two.pk], actor=in_acme.north_manager)
    item = submission.items.get(revision=one)
    recall(items=[item.pk], actor=in_acme.north_manager, comment="One more word")
    item.refresh_from_db()
    submission.refresh_from_db()
    assert (item.state, submission.state) == ("recalled", "recalled")
    assert SubmissionItem.objects.waiting().get().revision_id == two.pk
    assert (heard.decided[0].decision, heard.decided[0].revision_ids) == ("recalled", (one.pk,))
    step = ApprovalStep.objects.get(decision="recalled")
    assert (step.new_status, step.comment) == ("draft", "One more word")


def test_only_who_submitted_recalls_and_only_while_it_waits(in_acme: Cast) -> None:
    revision = make_revision(in_acme.leeds, None)
    [item] = submit(revisions=[revision.pk], actor=in_acme.leeds_manager)[0].items.all()
    for person in (in_acme.north_manager, in_acme.manager, in_acme.admin):
        with pytest.raises(PermissionDenied):
            recall(items=[item.pk], actor=person)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    with pytest.raises(ActionRefused, match="decided already"):
        recall(items=[item.pk], actor=in_acme.leeds_manager)


def test_what_its_owner_cancelled_leaves_review(in_acme: Cast, heard: Heard) -> None:
    one, two = make_revisions([in_acme.leeds, in_acme.york], None)
    submit(revisions=[one.pk, two.pk], actor=in_acme.north_manager)
    for _twice in range(2):
        withdraw(
            brand_id=in_acme.acme.pk,
            revisions=[one.pk],
            after=ReviewStatus.CANCELLED,
            actor=None,
            rule="The campaign was cancelled.",
        )
    assert SubmissionItem.objects.waiting().get().revision_id == two.pk
    step = ApprovalStep.objects.get(decision="recalled")
    assert (step.person, step.way, step.rule) == (None, "rule", "The campaign was cancelled.")
    assert not heard.decided


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_does_not_wait_for_somebody_who_decides(cast: Cast) -> None:
    """Its campaigns are locked already; waiting for the submission could be a deadlock (Rule A9)."""
    with brand_scope([cast.acme.pk]):
        revision = make_revision(cast.leeds, None)
        [submission] = submit(revisions=[revision.pk], actor=cast.north_manager)
    locked, release = threading.Event(), threading.Event()

    def keep_locked() -> None:
        with brand_scope([cast.acme.pk]), connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM approvals_submission WHERE id = %s FOR UPDATE", [submission.pk])
            locked.set()
            release.wait(timeout=60)
            cursor.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=keep_locked)
    thread.start()
    locked.wait(timeout=60)
    try:
        with brand_scope([cast.acme.pk]), pytest.raises(ActionRefused, match="right now"):
            withdraw(
                brand_id=cast.acme.pk,
                revisions=[revision.pk],
                after=ReviewStatus.CANCELLED,
                actor=None,
                rule="cancelled",
            )
    finally:
        release.set()
        thread.join()


def test_a5_it_waits_for_the_others_and_never_for_nobody(in_acme: Cast) -> None:
    """Rule A5: who submitted or edited it is left out; with nobody left it goes on to the Admins."""
    revision = make_revision(in_acme.leeds, in_acme.admin)
    [item] = submit(revisions=[revision.pk], actor=in_acme.manager)[0].items.all()
    assert waits_for(item).people == [in_acme.approver] and not waits_for(item).escalated
    revoke_membership(membership=Membership.objects.get(user=in_acme.approver), actor=None)
    assert waits_for(item).escalated and waits_for(item).people == []
    assert "one more person" in waits_for(item).words
    second = User.objects.create_user("second@acme.example", "x" * 14, name="Zoe", is_superuser=True)
    assert waits_for(item).people == [second] and waits_for(item).words == "Zoe"
    decide(items=[item.pk], decision=Decision.APPROVED, actor=second)
    assert SubmissionItem.objects.get().state == ItemState.APPROVED


@pytest.mark.parametrize(
    ("start", "zone", "instant"),
    [
        ("2026-11-27T09:00", "Europe/London", datetime(2026, 11, 27, 9, tzinfo=UTC)),
        ("2026-03-29T02:30", "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("approval", "Europe/Berlin", None),
    ],
)
def test_s5_it_is_due_at_its_start_in_the_stores_time(
    start: str, zone: str, instant: datetime | None
) -> None:
    """Rule S5: the gap of a clock change leads to after it, a double hour means the first."""
    assert due_at({"start": start}, zone) == instant

"""What the database itself refuses: changed steps, moves that are not in the table, mixed brands."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from storesync.approvals.actions import decide, submit
from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.content.models import Revision
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import make_revision
from tests.conftest import Cast


@pytest.fixture
def item(in_acme: Cast) -> SubmissionItem:
    revision = make_revision(in_acme.leeds, in_acme.leeds_manager)
    [one] = submit(revisions=[revision.pk], actor=in_acme.leeds_manager)[0].items.all()
    return one


def refused(write: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


def test_a_step_is_never_changed_or_deleted(item: SubmissionItem) -> None:
    steps = ApprovalStep.objects.filter(item=item)
    step = steps.get()
    step.comment = "It never happened."
    refused(step.save)
    refused(lambda: steps.update(decision="approved"))
    refused(step.delete)
    refused(steps.delete)
    assert steps.get().decision == "submitted"


@pytest.mark.parametrize(
    ("before", "after"),
    [("approved", "waiting"), ("rejected", "approved"), ("recalled", "waiting"), ("waiting", "revoked")],
)
def test_items_move_only_along_the_table(item: SubmissionItem, before: str, after: str) -> None:
    items = SubmissionItem.objects.filter(pk=item.pk)
    if before != "waiting":
        items.update(state=before)
    refused(lambda: items.update(state=after))


def test_an_item_stays_bound_to_what_was_submitted(in_acme: Cast, item: SubmissionItem) -> None:
    other = make_revision(in_acme.leeds, None)
    items = SubmissionItem.objects.filter(pk=item.pk)
    refused(lambda: items.update(revision=other, content_hash=other.content_hash))
    refused(lambda: items.update(submitter=in_acme.manager))
    refused(lambda: Submission.objects.filter(pk=item.submission_id).update(submitter=in_acme.manager))
    refused(lambda: Submission.objects.filter(pk=item.submission_id).update(stages=[]))


def test_a_decided_submission_stays_decided(in_acme: Cast, item: SubmissionItem) -> None:
    decide(items=[item.pk], decision=Decision.REJECTED, actor=in_acme.approver, comment="No")
    submissions = Submission.objects.filter(pk=item.submission_id)
    refused(lambda: submissions.update(state="waiting", decided_at=None))


def test_a_row_of_one_brand_cannot_name_rows_of_another(in_acme: Cast, item: SubmissionItem) -> None:
    with brand_scope([in_acme.acme.pk, in_acme.other.pk]):
        foreign = make_revision(in_acme.elsewhere, None)

        def mixed(revision: Revision, content_hash: str) -> None:
            SubmissionItem.objects.create(
                brand=in_acme.acme,
                submission_id=item.submission_id,
                revision=revision,
                content_hash=content_hash,
                owner_kind=revision.owner_kind,
                owner_id=revision.owner_id,
                location=in_acme.leeds,
                submitter=in_acme.manager,
                name="mixed",
            )

        refused(lambda: mixed(foreign, foreign.content_hash))
        own = make_revision(in_acme.leeds, None)
        refused(lambda: mixed(own, "0" * 64))
        mixed(own, own.content_hash)


def test_an_owner_is_in_review_once(item: SubmissionItem) -> None:
    item.pk = None
    item._state.adding = True
    with pytest.raises(IntegrityError, match="one_open_item_per_owner"), transaction.atomic():
        item.save(force_insert=True)


def test_history_names_who_and_what(in_acme: Cast, item: SubmissionItem) -> None:
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    change = item.history.order_by("-pgh_id")[0]  # type: ignore[attr-defined]
    assert change.state == "approved"
    assert (change.pgh_context["actor"], change.pgh_context["verb"]) == (
        in_acme.approver.pk,
        "submission.approved",
    )

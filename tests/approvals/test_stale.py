"""A page that was true when it was opened: what happened meanwhile is said in plain words (Rules A5, A6, A9).

For each case nothing is doubled, the answer is 409, and what was typed into the comment is still there.
"""

from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.test import Client

from storesync.approvals.actions import decide, hand_over, recall, submit, withdraw
from storesync.approvals.models import ApprovalStep, Decision, ReviewStatus, Submission, SubmissionItem
from storesync.brands.actions.membership import change_membership
from storesync.brands.models import Membership
from storesync.brands.rights import Role
from storesync.content.models import Approval
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import make_revision
from tests.conftest import Cast

TYPED = "The price is wrong, and so is the date"
Meanwhile = Callable[[Cast, SubmissionItem], None]


def approved_by(who: str) -> Meanwhile:
    def happen(cast: Cast, item: SubmissionItem) -> None:
        decide(items=[item.pk], decision=Decision.APPROVED, actor=getattr(cast, who))

    return happen


def sent_back(cast: Cast, item: SubmissionItem) -> None:
    decide(items=[item.pk], decision=Decision.CHANGES_REQUESTED, actor=cast.manager, comment="Shorter")


def recalled(cast: Cast, item: SubmissionItem) -> None:
    recall(items=[item.pk], actor=cast.leeds_manager)


def edited(cast: Cast, item: SubmissionItem) -> None:
    recalled(cast, item)
    newer = make_revision(cast.leeds, cast.leeds_manager, owner_id=item.owner_id, number=2)
    submit(revisions=[newer.pk], actor=cast.leeds_manager)


def cancelled(cast: Cast, item: SubmissionItem) -> None:
    withdraw(
        brand_id=cast.acme.pk,
        revisions=[item.revision_id],
        after=ReviewStatus.CANCELLED,
        actor=cast.manager,
        rule="The campaign was cancelled.",
    )


def right_revoked(cast: Cast, item: SubmissionItem) -> None:
    membership = Membership.objects.get(user=cast.approver)
    change_membership(membership=membership, role=Role.VIEWER, actor=cast.manager)


def passed_on(cast: Cast, item: SubmissionItem) -> None:
    two = [{"name": "Brand check"}, {"name": "Legal"}]
    with pgtrigger.ignore("approvals.Submission:submission_is_what_it_was"):
        Submission.objects.filter(pk=item.submission_id).update(stages=two)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.manager)


def handed_over(cast: Cast, item: SubmissionItem) -> None:
    hand_over(items=[item.pk], to=cast.manager, actor=cast.approver)


def voted(cast: Cast, item: SubmissionItem) -> None:
    """All have to approve, and who decides has done so from another page."""
    with pgtrigger.ignore("approvals.Submission:submission_is_what_it_was"):
        Submission.objects.filter(pk=item.submission_id).update(stages=[{"name": "Legal", "rule": "all"}])
    decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.approver)
    assert SubmissionItem.objects.get(pk=item.pk).is_open


CASES: dict[str, tuple[Meanwhile, list[str]]] = {
    "a second click": (approved_by("approver"), ["Priya Raman approved this on"]),
    "two deciders": (approved_by("manager"), ["Maya Okafor approved this on"]),
    "decided against": (sent_back, ["Maya Okafor asked for changes on"]),
    "recalled": (recalled, ["Jonas Lind recalled this on"]),
    "edited meanwhile": (edited, ["Jonas Lind recalled this on", "Look at what waits now"]),
    "campaign cancelled": (cancelled, ["The campaign was cancelled. (Maya Okafor"]),
    "right revoked": (right_revoked, ["You may no longer decide about this"]),
    "handed over": (handed_over, ["You handed this over to Maya Okafor"]),
    "voted already": (voted, ["You have approved this already. It still waits for Maya Okafor"]),
    "passed on": (passed_on, ["Maya Okafor approved this on", "It is at Legal now"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_happened_meanwhile_is_said(as_approver: Client, cast: Cast, name: str) -> None:
    meanwhile, said = CASES[name]
    with brand_scope([cast.acme.pk]):
        revision = make_revision(cast.leeds, cast.leeds_manager)
        [item] = submit(revisions=[revision.pk], actor=cast.leeds_manager)[0].items.all()
    opened = as_approver.get(item.get_absolute_url()).content.decode()
    assert item.digest in opened
    with brand_scope([cast.acme.pk]):
        meanwhile(cast, item)
        before = _facts(item)
    for decision in ("approved", "rejected"):
        data: dict[str, Any] = {"decision": decision, "digest": item.digest, "stage": 0, "comment": TYPED}
        response = as_approver.post(item.get_absolute_url(), data)
        page = response.content.decode()
        assert response.status_code == 409, name
        assert "Nothing was decided." in page and TYPED in page
        for words in said:
            assert words in page, (name, words)
    with brand_scope([cast.acme.pk]):
        assert _facts(item) == before, "nothing is doubled"


def _facts(item: SubmissionItem) -> tuple[int, int, str]:
    item.refresh_from_db()
    steps = ApprovalStep.objects.of_owner(item.owner_kind, item.owner_id)
    return steps.count(), Approval.objects.count(), item.state

"""Revoking an approval: by who gave it, until the first message has left."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.approvals.actions import decide, revoke_approval, submit
from storesync.approvals.allowed import allowed_on
from storesync.approvals.models import ApprovalStep, Decision, ItemState, State, SubmissionItem
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.content.events import ApprovalRevoked
from storesync.content.models import Approval
from storesync.content.queries import in_force
from storesync.core import events
from storesync.core.errors import ActionRefused
from tests.approvals.conftest import Heard, make_revision, make_revisions
from tests.approvals.making import BRAND, make_policy
from tests.conftest import Cast


def approved(cast: Cast) -> SubmissionItem:
    """An item that the approver approved."""
    revision = make_revision(cast.leeds, cast.leeds_manager)
    [item] = submit(revisions=[revision.pk], actor=cast.leeds_manager)[0].items.all()
    decide(items=[item.pk], decision=Decision.APPROVED, actor=cast.approver)
    item.refresh_from_db()
    return item


@pytest.mark.parametrize("who", ["approver", "admin"])
def test_nothing_of_it_may_be_sent_any_more(in_acme: Cast, heard: Heard, who: str) -> None:
    item = approved(in_acme)
    revoke_approval(items=[item.pk], actor=getattr(in_acme, who), comment="Wrong week")
    item.refresh_from_db()
    assert (item.state, item.submission.state) == (ItemState.REVOKED, State.APPROVED)
    assert in_force([item.revision_id]) == set()
    assert heard.revoked[0].revision_ids == (item.revision_id,)
    step = ApprovalStep.objects.get(decision="revoked")
    assert (step.previous_status, step.new_status, step.comment) == ("approved", "draft", "Wrong week")


def test_somebody_elses_approval_stands(in_acme: Cast) -> None:
    item = approved(in_acme)
    with pytest.raises(ActionRefused, match="Only who approved it"):
        revoke_approval(items=[item.pk], actor=in_acme.manager)
    with pytest.raises(PermissionDenied):
        revoke_approval(items=[item.pk], actor=in_acme.leeds_manager)


def test_who_lost_the_role_revokes_nothing(in_acme: Cast) -> None:
    item = approved(in_acme)
    revoke_membership(membership=Membership.objects.get(user=in_acme.approver), actor=None)
    with pytest.raises(PermissionDenied):
        revoke_approval(items=[item.pk], actor=in_acme.approver)


def test_only_once(in_acme: Cast) -> None:
    item = approved(in_acme)
    revoke_approval(items=[item.pk], actor=in_acme.approver)
    with pytest.raises(ActionRefused, match="No approval"):
        revoke_approval(items=[item.pk], actor=in_acme.approver)
    assert ApprovalStep.objects.filter(decision="revoked").count() == 1


def test_not_when_a_message_has_left(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns the revision knows that; its refusal takes everything back."""
    item = approved(in_acme)

    def refuse(event: ApprovalRevoked) -> None:
        raise ActionRefused("A message has left already.")

    monkeypatch.setitem(events._handlers, ApprovalRevoked, [refuse])
    with pytest.raises(ActionRefused, match="has left"):
        revoke_approval(items=[item.pk], actor=in_acme.approver)
    item.refresh_from_db()
    assert item.state == ItemState.APPROVED and Approval.objects.in_force().count() == 1
    assert not ApprovalStep.objects.filter(decision="revoked").exists()


def test_a13_what_a_rule_approved_the_managers_of_the_brand_take_back(in_acme: Cast) -> None:
    """Rule A13: nobody else approved it; an approver who is no manager cannot."""
    make_policy(in_acme.acme, BRAND, pass_unchanged=True)
    [revision] = make_revisions([in_acme.leeds], in_acme.leeds_manager)
    [item] = submit(revisions=[revision.pk], actor=in_acme.leeds_manager)[0].items.all()
    assert item.state == ItemState.APPROVED
    assert not allowed_on(item, in_acme.approver).revoke and allowed_on(item, in_acme.manager).revoke
    with pytest.raises(ActionRefused, match="Only who approved it"):
        revoke_approval(items=[item.pk], actor=in_acme.approver)
    revoke_approval(items=[item.pk], actor=in_acme.manager)
    assert in_force([item.revision_id]) == set()

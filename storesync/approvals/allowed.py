"""What a person may do about an item now: pages offer nothing that the actions would refuse."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storesync.approvals.models import ItemState, SubmissionItem
from storesync.approvals.permissions import may_revoke, why_not
from storesync.approvals.queries import approval_in_force
from storesync.brands.permissions import can
from storesync.brands.rights import DECIDE
from storesync.mailing.queries import ledgers

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this person may do about an item now; what the actions would refuse is not offered.

    Attributes:
        reason: why they may not decide, "" when they may.
    """

    reason: str
    recall: bool
    revoke: bool

    @property
    def decide(self) -> bool:
        """Whether they may decide."""
        return not self.reason


def allowed_on(item: SubmissionItem, user: "User") -> Allowed:
    """What this person may do about an item now."""
    return Allowed(
        reason=why_not(user, item),
        recall=item.is_open and item.submitter_id == user.pk,
        revoke=item.state == ItemState.APPROVED and _may_revoke(item, user),
    )


def _may_revoke(item: SubmissionItem, user: "User") -> bool:
    """Whether the approval is in force and theirs to take back, and nothing has left."""
    approval = approval_in_force(item)
    if approval is None or not may_revoke(user, approval.approved_by_id, item.brand):
        return False
    return can(user, DECIDE, item) and not ledgers(item.owner_kind, [item.owner_id])[item.owner_id].left

"""Every write of approvals: handing in, deciding, recalling, revoking (Rule A7: every way in passes here)."""

from storesync.approvals.actions.decide import decide, revoke_approval
from storesync.approvals.actions.family import Outcome
from storesync.approvals.actions.submit import recall, submit, withdraw

__all__ = ["Outcome", "decide", "recall", "revoke_approval", "submit", "withdraw"]

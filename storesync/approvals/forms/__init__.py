"""Forms of approvals, a module for each noun. They check what was typed; actions write."""

from storesync.approvals.forms.decision import (
    NEEDS_COMMENT,
    VERDICTS,
    DecisionForm,
    ReasonForm,
    reason_field,
)

__all__ = ["NEEDS_COMMENT", "VERDICTS", "DecisionForm", "ReasonForm", "reason_field"]

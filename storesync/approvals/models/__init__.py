"""Submissions with their items, steps and seats; the policies by which they pass (Rules A1-A13)."""

from storesync.approvals.models.bulk import BulkDecision, BulkDecisionRow, RowOutcome
from storesync.approvals.models.by_mail import (
    TOKEN_BYTES,
    ActionLink,
    ApprovalDigest,
    DigestState,
    Purpose,
    UrgentTelling,
    links_last,
    token_digest,
)
from storesync.approvals.models.choices import (
    Decision,
    ItemState,
    Reason,
    ReviewStatus,
    SeatKind,
    State,
    Way,
)
from storesync.approvals.models.evidence_task import EvidenceTask, EvidenceWork
from storesync.approvals.models.figure import DecisionFigure
from storesync.approvals.models.policy import ApprovalPolicy, ApprovalSettings, GroupMember, ReviewGroup
from storesync.approvals.models.process import ReviewProcess
from storesync.approvals.models.seal import EvidenceSeal, SealedHead
from storesync.approvals.models.seat import Seat
from storesync.approvals.models.step import ApprovalStep, ApprovalStepArchive
from storesync.approvals.models.submission import Submission, SubmissionItem, digest_of, one_stage

__all__ = [
    "TOKEN_BYTES",
    "ActionLink",
    "ApprovalDigest",
    "DigestState",
    "Purpose",
    "UrgentTelling",
    "links_last",
    "token_digest",
    "ApprovalPolicy",
    "ApprovalSettings",
    "ApprovalStep",
    "ApprovalStepArchive",
    "BulkDecision",
    "BulkDecisionRow",
    "Decision",
    "DecisionFigure",
    "EvidenceSeal",
    "EvidenceTask",
    "EvidenceWork",
    "GroupMember",
    "ItemState",
    "Reason",
    "ReviewGroup",
    "ReviewProcess",
    "ReviewStatus",
    "RowOutcome",
    "SealedHead",
    "Seat",
    "SeatKind",
    "State",
    "Submission",
    "SubmissionItem",
    "Way",
    "digest_of",
    "one_stage",
]

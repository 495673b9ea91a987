"""Reads for the pages of approvals: who waits for whom, what happened, what may be handed in."""

from storesync.approvals.queries.review import (
    Comparison,
    Place,
    approval_in_force,
    approved_before,
    comparisons,
    findings_of,
    history_of,
    place_in_queue,
    reviewed_before,
)
from storesync.approvals.queries.steps import outcome_words, step_words
from storesync.approvals.queries.submission import family_of
from storesync.approvals.queries.submitting import check_submittable, current_revisions, due_at
from storesync.approvals.queries.waiting import COUNTED, Waiting, count_waiting, waits_for

__all__ = [
    "COUNTED",
    "Comparison",
    "Place",
    "Waiting",
    "approval_in_force",
    "approved_before",
    "check_submittable",
    "comparisons",
    "count_waiting",
    "current_revisions",
    "due_at",
    "family_of",
    "findings_of",
    "history_of",
    "outcome_words",
    "place_in_queue",
    "reviewed_before",
    "step_words",
    "waits_for",
]

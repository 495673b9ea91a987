"""Reads for the pages of approvals: who waits for whom, what happened, what may be handed in."""

from storesync.approvals.facts import Unfit
from storesync.approvals.queries.review import (
    Comparison,
    Place,
    approval_in_force,
    approved_before,
    comparisons,
    findings_of,
    following,
    history_of,
    newer_item,
    place_in_queue,
    reviewed_before,
    risk_words,
    sent_back,
    steps_of_item,
)
from storesync.approvals.queries.steps import outcome_words, passed_on_words, step_words
from storesync.approvals.queries.submission import (
    AT_ONCE,
    Differing,
    Grouped,
    family_of,
    grouped,
    held_back,
    stages_begun_with,
    steps_of_submission,
)
from storesync.approvals.queries.submitting import check_submittable, current_revisions, due_at
from storesync.approvals.queries.waiting import COUNTED, Waiting, count_waiting, waits_for, waits_for_these
from storesync.approvals.queries.way import WayStep, votes_needed, way_of

__all__ = [
    "sent_back",
    "AT_ONCE",
    "Differing",
    "Grouped",
    "grouped",
    "held_back",
    "stages_begun_with",
    "steps_of_submission",
    "COUNTED",
    "Comparison",
    "Place",
    "Unfit",
    "Waiting",
    "WayStep",
    "approval_in_force",
    "approved_before",
    "check_submittable",
    "comparisons",
    "count_waiting",
    "current_revisions",
    "due_at",
    "family_of",
    "findings_of",
    "following",
    "history_of",
    "newer_item",
    "outcome_words",
    "passed_on_words",
    "place_in_queue",
    "reviewed_before",
    "risk_words",
    "step_words",
    "steps_of_item",
    "votes_needed",
    "waits_for",
    "waits_for_these",
    "way_of",
]

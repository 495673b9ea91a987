"""Every write of approvals: handing in, deciding, handing over, recalling, revoking (Rule A7)."""

from storesync.approvals.actions.bulk import (
    choose_for_bulk,
    continue_bulk_decision,
    counts_of,
    forget_choices,
    give_up_bulk,
    outcome_words_of,
    start_bulk_decision,
    title_of,
)
from storesync.approvals.actions.clock import remind
from storesync.approvals.actions.decide import decide, revoke_approval
from storesync.approvals.actions.family import Outcome
from storesync.approvals.actions.hand_over import hand_over
from storesync.approvals.actions.seats import look_after
from storesync.approvals.actions.submit import recall, submit, withdraw
from storesync.approvals.actions.zones import follow_zone

__all__ = [
    "Outcome",
    "choose_for_bulk",
    "continue_bulk_decision",
    "counts_of",
    "decide",
    "follow_zone",
    "forget_choices",
    "give_up_bulk",
    "hand_over",
    "look_after",
    "outcome_words_of",
    "recall",
    "remind",
    "revoke_approval",
    "start_bulk_decision",
    "submit",
    "title_of",
    "withdraw",
]

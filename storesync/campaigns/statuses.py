"""The states of a campaign and the one table of its moves (product.md, "The life of a campaign").

The table is plain data: `lifecycle.py` builds the state machine from it and `models.py` the trigger, so that
Python and the database refuse the same moves.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Pending review")
    REJECTED = "rejected", _("Rejected")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class CandidateStatus(models.TextChoices):
    """Where the candidate revision of an approved campaign stands (Rule A3); "none" when there is none."""

    NONE = "none", _("None")
    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Pending review")
    REJECTED = "rejected", _("Rejected")


APPROVED_STATES: Final = (Status.APPROVED, Status.SCHEDULED, Status.ACTIVE, Status.PAUSED)
"""States with an approved revision in force: an edit makes a candidate beside it."""

UPGRADABLE: Final = (Status.DRAFT, Status.REJECTED)
"""States in which a campaign may move to another version of its template (Rule T1)."""

LIVE: Final = (Status.SCHEDULED, Status.ACTIVE, Status.PAUSED)
ENDED: Final = (Status.COMPLETED, Status.MISSED, Status.CANCELLED)

_UNFINISHED: Final = (
    Status.DRAFT,
    Status.PENDING_REVIEW,
    Status.REJECTED,
    Status.APPROVED,
    Status.SCHEDULED,
    Status.ACTIVE,
    Status.PAUSED,
)

MOVES: Final[dict[str, tuple[tuple[Status, Status], ...]]] = {
    "submit": ((Status.DRAFT, Status.PENDING_REVIEW),),
    "recall": ((Status.PENDING_REVIEW, Status.DRAFT),),
    "approve": ((Status.PENDING_REVIEW, Status.APPROVED),),
    "reject": ((Status.PENDING_REVIEW, Status.REJECTED),),
    "take_back": ((Status.REJECTED, Status.DRAFT),),
    "arm": ((Status.APPROVED, Status.SCHEDULED),),
    "activate": ((Status.SCHEDULED, Status.ACTIVE),),
    "complete": ((Status.ACTIVE, Status.COMPLETED),),
    "pause": ((Status.SCHEDULED, Status.PAUSED), (Status.ACTIVE, Status.PAUSED)),
    "resume_scheduled": ((Status.PAUSED, Status.SCHEDULED),),
    "resume_active": ((Status.PAUSED, Status.ACTIVE),),
    "cancel": tuple((status, Status.CANCELLED) for status in _UNFINISHED),
    "miss": tuple(
        (status, Status.MISSED) for status in (Status.PENDING_REVIEW, Status.APPROVED, Status.SCHEDULED)
    ),
    "reopen": tuple((status, Status.DRAFT) for status in (Status.MISSED, Status.APPROVED, Status.SCHEDULED)),
}
"""Every legal move, by the verb that makes it. A move that is not here is refused, by the database too."""


def legal_pairs() -> list[tuple[str, str]]:
    """All (from, to) pairs, once each, for the trigger."""
    pairs = {(str(old.value), str(new.value)) for moves in MOVES.values() for old, new in moves}
    return sorted(pairs)


def sources(verb: str) -> list[str]:
    """The states from which a verb may move a campaign."""
    return [str(old.value) for old, _new in MOVES[verb]]

"""How a state looks: its tone, its shape and its word, the same on every page.

Colour alone says nothing to one reader in twelve, so each state of one kind has a shape of its own too.
Words are those of the product; a model's own label wins over them (`{% status row.state label=... %}`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

TONES: Final = ("neutral", "primary", "info", "success", "warning", "danger", "violet")

SHAPES: Final[dict[str, str]] = {
    "dot": '<circle cx="5" cy="5" r="4.5" stroke="none"/>',
    "ring": '<circle cx="5" cy="5" r="3.75" fill="none" stroke-width="1.75"/>',
    "half": '<circle cx="5" cy="5" r="4" fill="none" stroke-width="1.5"/><path d="M5 1a4 4 0 0 1 0 8z"/>',
    "square": '<rect x="1" y="1" width="8" height="8" rx="1" stroke="none"/>',
    "diamond": '<path d="M5 0 10 5 5 10 0 5z" stroke="none"/>',
    "play": '<path d="M2 .5 9.5 5 2 9.5z" stroke="none"/>',
    "bars": '<path d="M1.5 1h2.5v8H1.5zM6 1h2.5v8H6z" stroke="none"/>',
    "tick": '<path d="m1 5.5 2.7 2.7L9 2" fill="none" stroke-width="2"/>',
    "cross": '<path d="m1.5 1.5 7 7m0-7-7 7" fill="none" stroke-width="2"/>',
    "dash": '<path d="M.5 5h9" fill="none" stroke-width="2.5"/>',
    "triangle": '<path d="M5 .5 10 9.5H0z" stroke="none"/>',
}
"""Drawings of 10 by 10 units, in the colour of the text."""


@dataclass(frozen=True, slots=True)
class Look:
    """Tone (a `tone-*` class), shape (a key of SHAPES) and word of one state."""

    tone: str
    shape: str
    label: "_StrOrPromise"


STATUSES: Final[dict[str, Look]] = {
    # the life of a campaign
    "draft": Look("neutral", "ring", _("Draft")),
    "offered": Look("neutral", "ring", _("Offered")),
    "pending_review": Look("warning", "half", _("Pending review")),
    "approved": Look("success", "tick", _("Approved")),
    "rejected": Look("danger", "square", _("Rejected")),
    "changes_requested": Look("danger", "square", _("Changes requested")),
    "scheduled": Look("violet", "diamond", _("Scheduled")),
    "active": Look("info", "play", _("Active")),
    "paused": Look("warning", "bars", _("Paused")),
    "completed": Look("primary", "tick", _("Completed")),
    "missed": Look("danger", "triangle", _("Missed")),
    "cancelled": Look("neutral", "dash", _("Cancelled")),
    "archived": Look("neutral", "square", _("Archived")),
    # reviews
    "waiting": Look("warning", "half", _("Pending review")),
    "recalled": Look("neutral", "dash", _("Recalled")),
    "moved": Look("neutral", "diamond", _("Moved")),
    "revoked": Look("danger", "cross", _("Approval revoked")),
    # recipients
    "pending": Look("neutral", "ring", _("Pending")),
    "queued": Look("neutral", "ring", _("Pending")),
    "leased": Look("neutral", "ring", _("Pending")),
    "sending": Look("info", "play", _("Sending")),
    "sent": Look("info", "dot", _("Sent")),
    "delivered": Look("success", "tick", _("Delivered")),
    "failed": Look("danger", "square", _("Failed")),
    "bounced": Look("danger", "cross", _("Bounced")),
    "suppressed": Look("neutral", "dash", _("Suppressed")),
    "expired": Look("neutral", "triangle", _("Expired")),
    "unknown": Look("warning", "diamond", _("Unknown")),
    "held_out": Look("violet", "ring", _("Held out")),
    # locations
    "planned": Look("violet", "ring", _("Planned")),
    "open": Look("success", "dot", _("Open")),
    "temporarily_closed": Look("warning", "bars", _("Temporarily closed")),
    "closed": Look("neutral", "cross", _("Closed")),
    # templates
    "published": Look("success", "tick", _("Published")),
    # long tasks
    "running": Look("info", "play", _("Running")),
    "done": Look("success", "tick", _("Done")),
    "stopped": Look("neutral", "square", _("Stopped")),
    # calls of a model; every other end is a failure, whose word the caller has
    "answered": Look("success", "tick", _("Answered")),
}


def look_of(value: str, label: "_StrOrPromise" = "") -> Look:
    """The look of a state; one that is not listed is neutral, with its own words."""
    known = STATUSES.get(value)
    if known is None:
        return Look("neutral", "dot", label or value.replace("_", " ").capitalize())
    return Look(known.tone, known.shape, label or known.label)

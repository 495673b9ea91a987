"""The states of submissions and items, what can be decided, and how it came in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a submission stands; its items that were not moved away stand there too."""

    WAITING = "waiting", _("Pending review")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")


class ItemState(models.TextChoices):
    """Where one revision of a submission stands."""

    WAITING = "waiting", _("Pending review")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")
    MOVED = "moved", _("Moved to another submission")
    REVOKED = "revoked", _("Approval revoked")


class Decision(models.TextChoices):
    """What a person, or a rule of the brand, did about one revision."""

    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Asked for changes")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")
    REVOKED = "revoked", _("Revoked the approval")
    HANDED_OVER = "handed_over", _("Handed over")
    WARNED = "warned", _("Due soon")
    ESCALATED = "escalated", _("Escalated")


class Reason(models.TextChoices):
    """Why something was sent back, in one word beside the comment; "" where nobody said."""

    FACTS = "facts", _("Facts wrong")
    OFFER = "offer", _("Price or offer")
    WORDING = "wording", _("Wording or tone")
    PICTURE = "picture", _("Picture")
    LEGAL = "legal", _("Legal text or disclaimer")
    TIMING = "timing", _("Audience or dates")
    OTHER = "other", _("Something else")


class Way(models.TextChoices):
    """By which way in a decision came (Rule A7)."""

    PAGE = "page", _("on the review page")
    EMAIL_LINK = "email_link", _("by a link in a mail")
    BULK = "bulk", _("together with others")
    ADMIN = "admin", _("in the back office")
    COMMAND = "command", _("by a command")
    API = "api", _("through the API")
    RULE = "rule", _("by a rule")


class SeatKind(models.TextChoices):
    """Whom a seat is for."""

    ANYBODY = "anybody", _("Anybody who may decide")
    ROLE = "role", _("Role")
    GROUP = "group", _("Group")
    PERSON = "person", _("Person")
    ADMINS = "admins", _("Admins")


class ReviewStatus(models.TextChoices):
    """The states of a campaign that approval knows (product.md, "The life of a campaign")."""

    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Pending review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")

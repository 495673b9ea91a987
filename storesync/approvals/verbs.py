"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "submission.submitted": _("submitted for approval"),
    "submission.approved": _("approved"),
    "submission.changes_requested": _("asked for changes"),
    "submission.rejected": _("rejected"),
    "submission.recalled": _("recalled"),
    "submission.withdrawn": _("withdrew from review"),
    "submission.chosen": _("chose what to decide together"),
    "submission.decided_in_bulk": _("decided about many together"),
    "submission.handed_over": _("handed over"),
    "submission.reminded": _("reminded of"),
    "submission.escalated": _("escalated"),
    "submission.decided_by_link": _("decided by a link in a mail"),
    "submission.told_urgent": _("told people that it is urgent"),
    "digest.made": _("made a digest"),
    "submission.rescheduled": _("followed the clock of the store"),
    "submission.approval_revoked": _("revoked the approval"),
    "approval_policy.created": _("made the policy"),
    "approval_policy.changed": _("changed the policy"),
    "approval_policy.removed": _("removed the policy"),
    "working_hours.changed": _("changed the working hours"),
    "review_group.created": _("made the group"),
    "review_group.changed": _("changed the group"),
    "review_group.removed": _("removed the group"),
}

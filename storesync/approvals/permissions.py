"""Who may decide about an item, and why somebody may not (Rules A5, A6)."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import DECIDE

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.models import SubmissionItem


def is_own(user: "User | AnonymousUser", item: "SubmissionItem") -> bool:
    """Whether the person submitted the revision or edited it last: nobody decides that, Admins included."""
    return user.pk is not None and user.pk in {item.submitter_id, item.author_id}


def own_words(user: "User | AnonymousUser", item: "SubmissionItem") -> str:
    """Why the person may not decide about what is their own; "" when it is not."""
    if user.pk == item.submitter_id:
        return _("You submitted this yourself, so somebody else has to decide.")
    if is_own(user, item):
        return _("You edited this last, so somebody else has to decide.")
    return ""


def why_not(user: "User | AnonymousUser", item: "SubmissionItem") -> str:
    """Why this person cannot decide about this item now, in words for them; "" when they can."""
    if not item.is_open:
        return _("This is decided already.")
    return own_words(user, item) or (
        "" if can(user, DECIDE, item) else _("You may look at this, but not decide it.")
    )

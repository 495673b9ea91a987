"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "brand.created": _("made the brand"),
    "brand.updated": _("changed the brand"),
    "region.created": _("added the region"),
    "region.renamed": _("renamed the region"),
    "region.moved": _("moved the region"),
    "region.removed": _("removed the region"),
    "location.created": _("created the location"),
    "location.updated": _("changed the location"),
    "location.closed": _("closed the location"),
    "location.reopened": _("reopened the location"),
    "membership.granted": _("gave the role"),
    "membership.invited": _("invited the person"),
    "membership.invited_again": _("sent the invitation again"),
    "membership.changed": _("changed the role"),
    "membership.revoked": _("took the role away"),
    "absence.added": _("added the absence"),
    "absence.changed": _("changed the absence"),
    "absence.ended": _("ended the absence"),
}

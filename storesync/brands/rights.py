"""The rights that roles give, and which role gives which (product.md, "People")."""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.core.permissions import MANAGE_BRAND as MANAGE_BRAND

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VIEW_BRAND: Final = "see_brand"
MANAGE_PEOPLE: Final = "manage_people"
VIEW_LOCATION: Final = "see_location"
MANAGE_LOCATION: Final = "manage_location"
VIEW_TEMPLATE: Final = "see_template"
MANAGE_TEMPLATE: Final = "manage_template"
MANAGE_GUIDELINE: Final = "manage_guideline"
MANAGE_ROLLOUT: Final = "manage_rollout"
VIEW_CAMPAIGN: Final = "see_campaign"
EDIT_CAMPAIGN: Final = "edit_campaign"
DECIDE: Final = "decide"
VIEW_CONTACT: Final = "see_contact"
MANAGE_CONTACT: Final = "manage_contact"
VIEW_INSIGHT: Final = "see_insight"
VIEW_MEDIA: Final = "see_media"
UPLOAD_MEDIA: Final = "upload_media"
MANAGE_MEDIA: Final = "manage_media"

RIGHTS: Final[list[tuple[str, "str | _StrPromise"]]] = [
    (VIEW_BRAND, _("see the brand")),
    (MANAGE_BRAND, _("manage the brand, its regions and senders")),
    (MANAGE_PEOPLE, _("manage the people of the brand")),
    (VIEW_LOCATION, _("see locations")),
    (MANAGE_LOCATION, _("manage locations")),
    (VIEW_TEMPLATE, _("see templates")),
    (MANAGE_TEMPLATE, _("write templates")),
    (MANAGE_GUIDELINE, _("write guidelines and switch them on")),
    (MANAGE_ROLLOUT, _("roll templates out")),
    (VIEW_CAMPAIGN, _("see campaigns")),
    (EDIT_CAMPAIGN, _("create, customise, submit and pause campaigns")),
    (DECIDE, _("approve and reject")),
    (VIEW_CONTACT, _("see personal data of contacts")),
    (MANAGE_CONTACT, _("manage contacts")),
    (VIEW_INSIGHT, _("see insights")),
    (VIEW_MEDIA, _("see the media library")),
    (UPLOAD_MEDIA, _("add pictures to the media library")),
    (MANAGE_MEDIA, _("manage the media library")),
]
"""Codename and words of every right; the same on Brand, Region and Location."""


class Role(models.TextChoices):
    """The five roles of a Membership; Admin is Django's superuser."""

    BRAND_MANAGER = "brand_manager", _("Brand Manager")
    APPROVER = "approver", _("Approver")
    LOCATION_MANAGER = "location_manager", _("Location Manager")
    CLERK = "clerk", _("Clerk")
    VIEWER = "viewer", _("Viewer")


ROLE_RIGHTS: Final[dict[str, frozenset[str]]] = {
    Role.BRAND_MANAGER: frozenset(right for right, _words in RIGHTS),
    Role.APPROVER: frozenset({VIEW_BRAND, VIEW_LOCATION, VIEW_TEMPLATE, VIEW_CAMPAIGN, DECIDE, VIEW_MEDIA}),
    Role.LOCATION_MANAGER: frozenset(
        {VIEW_LOCATION, VIEW_TEMPLATE, VIEW_CAMPAIGN, EDIT_CAMPAIGN, VIEW_INSIGHT, VIEW_MEDIA, UPLOAD_MEDIA}
    ),
    Role.CLERK: frozenset({VIEW_LOCATION, VIEW_CAMPAIGN}),
    Role.VIEWER: frozenset({VIEW_BRAND, VIEW_LOCATION, VIEW_CAMPAIGN, VIEW_INSIGHT, VIEW_MEDIA}),
}


def comes_with(right: str, held: str) -> bool:
    """Whether every role that gives `held` gives `right` too: then who holds one on a node holds the other.

    Rights are granted through roles only, so this needs no look at who asks.
    """
    return all(right in rights for rights in ROLE_RIGHTS.values() if held in rights)

"""The entries of the sidebar: what waits for this person, with its number; how the brand reviews."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storesync.approvals.queries import count_waiting
from storesync.brands.navigation import brand_url, rights_here, sees
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, MANAGE_BRAND
from storesync.core.navigation import Group, Item


def _visible(request: HttpRequest) -> bool:
    """Those who decide, and those who submit."""
    return not rights_here(request).isdisjoint({DECIDE, EDIT_CAMPAIGN})


def _badge(request: HttpRequest) -> int:
    """One query, asked for each page anew (Rule A10); none where the count would be of several brands."""
    if request.user.is_anonymous or getattr(request, "brand", None) is None:
        return 0
    return count_waiting(request.user)


ITEM: Final = Item(
    key="approvals",
    group=Group.TOP,
    label=_("Approvals"),
    icon="approvals",
    url=brand_url("approvals:queue"),
    visible=_visible,
    badge=_badge,
    order=20,
    shortcut="a",
)

SETTINGS: Final = Item(
    key="approval_settings",
    group=Group.MANAGE,
    label=_("Approval settings"),
    icon="automations",
    url=brand_url("approvals:policies"),
    visible=sees(MANAGE_BRAND),
    order=20,
    prefixes=lambda request: (
        brand_url("approvals:groups")(request),
        brand_url("approvals:working_hours")(request),
    ),
)

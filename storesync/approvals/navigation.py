"""The entries of the sidebar: what waits for this person, with its number; how the brand reviews."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storesync.approvals.queries import count_waiting
from storesync.brands.navigation import brand_url, rights_here, sees
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, MANAGE_BRAND, VIEW_INSIGHT
from storesync.core.navigation import Group, Item


def _visible(request: HttpRequest) -> bool:
    """Those who decide, and those who submit."""
    return not rights_here(request).isdisjoint({DECIDE, EDIT_CAMPAIGN})


def waiting_here(request: HttpRequest) -> int:
    """How much waits for this person, up to COUNTED: one query a page, asked for each anew (Rule A10).

    None where the count would be of several brands.
    """
    if request.user.is_anonymous or getattr(request, "brand", None) is None:
        return 0
    known: tuple[int, int] | None = getattr(request, "_approvals_waiting", None)
    if known is None or known[0] != request.user.pk:
        known = (request.user.pk, count_waiting(request.user))
        request._approvals_waiting = known  # type: ignore[attr-defined]
    return known[1]


ITEM: Final = Item(
    key="approvals",
    group=Group.TOP,
    label=_("Approvals"),
    icon="approvals",
    url=brand_url("approvals:queue"),
    visible=_visible,
    badge=waiting_here,
    order=20,
    shortcut="a",
)

REPORTS: Final = Item(
    key="approval_reports",
    group=Group.MEASURE,
    label=_("Approval reports"),
    icon="reports",
    url=brand_url("approvals:reports"),
    visible=sees(VIEW_INSIGHT),
    order=10,
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

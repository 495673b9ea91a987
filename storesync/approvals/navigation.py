"""The entry of the sidebar, with the number of what waits for this person."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from storesync.approvals.queries import count_waiting
from storesync.brands.permissions import holds
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN
from storesync.core.navigation import Group, Item, address

if TYPE_CHECKING:
    from django.http import HttpRequest


def _brand(request: "HttpRequest") -> Any:
    return getattr(request, "brand", None)


def _url(request: "HttpRequest") -> str:
    brand = _brand(request)
    return address("approvals:queue", brand=brand.slug) if brand else ""


def _visible(request: "HttpRequest") -> bool:
    """Those who decide, and those who submit."""
    brand = _brand(request)
    return brand is not None and any(holds(request.user, right, brand) for right in (DECIDE, EDIT_CAMPAIGN))


def _badge(request: "HttpRequest") -> int:
    """One query, asked for each page anew (Rule A10)."""
    return 0 if request.user.is_anonymous else count_waiting(request.user)


ITEM: Final = Item(
    key="approvals",
    group=Group.TOP,
    label=_("Approvals"),
    icon="approvals",
    url=_url,
    visible=_visible,
    badge=_badge,
    order=20,
    shortcut="a",
)

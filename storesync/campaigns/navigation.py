"""The entries of the sidebar."""

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.brands.permissions import holds
from storesync.brands.rights import VIEW_CAMPAIGN, VIEW_TEMPLATE
from storesync.core.navigation import Group, Item

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def _url(name: str) -> "Callable[[HttpRequest], str]":
    def url(request: "HttpRequest") -> str:
        brand: Any = getattr(request, "brand", None)
        return reverse(f"campaigns:{name}", args=[brand.slug]) if brand else ""

    return url


def _visible(right: str) -> "Callable[[HttpRequest], bool]":
    def visible(request: "HttpRequest") -> bool:
        brand = getattr(request, "brand", None)
        return brand is not None and holds(request.user, right, brand)

    return visible


ITEMS: Final = (
    Item(
        key="campaigns",
        group=Group.PLAN,
        label=_("Campaigns"),
        icon="campaigns",
        url=_url("campaigns"),
        visible=_visible(VIEW_CAMPAIGN),
        order=10,
        shortcut="c",
    ),
    Item(
        key="rollouts",
        group=Group.PLAN,
        label=_("Roll-outs"),
        icon="rollouts",
        url=_url("rollouts"),
        visible=_visible(VIEW_CAMPAIGN),
        order=20,
        shortcut="r",
    ),
    Item(
        key="templates",
        group=Group.PLAN,
        label=_("Templates"),
        icon="templates",
        url=_url("templates"),
        visible=_visible(VIEW_TEMPLATE),
        order=30,
        shortcut="t",
    ),
)

"""The entry of the sidebar."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from storesync.brands.navigation import brand_url, sees
from storesync.brands.rights import VIEW_TEMPLATE
from storesync.core.navigation import Group, Item

ITEMS: Final = (
    Item(
        key="guidelines",
        group=Group.PLAN,
        label=_("Guidelines"),
        icon="guidelines",
        url=brand_url("guidelines:overview"),
        visible=sees(VIEW_TEMPLATE),
        order=40,
    ),
)

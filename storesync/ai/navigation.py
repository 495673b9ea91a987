"""The entry of the sidebar."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from storesync.brands.navigation import brand_url, sees
from storesync.brands.rights import MANAGE_BRAND
from storesync.core.navigation import Group, Item

ITEMS: Final = (
    Item(
        key="ai",
        group=Group.MANAGE,
        label=_("AI"),
        icon="write-ai",
        url=brand_url("ai:overview"),
        visible=sees(MANAGE_BRAND),
        order=30,
    ),
)

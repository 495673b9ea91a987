"""The entry of the sidebar."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from storesync.brands.navigation import brand_url, sees
from storesync.brands.rights import VIEW_MEDIA
from storesync.core.navigation import Group, Item

ITEMS: Final = (
    Item(
        key="media",
        group=Group.MANAGE,
        label=_("Media library"),
        icon="media",
        url=brand_url("media:library"),
        visible=sees(VIEW_MEDIA),
        order=5,
        shortcut="m",
    ),
)

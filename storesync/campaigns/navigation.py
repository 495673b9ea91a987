"""The entries of the sidebar."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from storesync.brands.navigation import brand_url, sees
from storesync.brands.rights import MANAGE_BRAND, VIEW_CAMPAIGN, VIEW_TEMPLATE
from storesync.core.navigation import Group, Item

ITEMS: Final = (
    Item(
        key="campaigns",
        group=Group.PLAN,
        label=_("Campaigns"),
        icon="campaigns",
        url=brand_url("campaigns:campaigns"),
        visible=sees(VIEW_CAMPAIGN),
        order=10,
        shortcut="c",
    ),
    Item(
        key="rollouts",
        group=Group.PLAN,
        label=_("Roll-outs"),
        icon="rollouts",
        url=brand_url("campaigns:rollouts"),
        visible=sees(VIEW_CAMPAIGN),
        order=20,
        shortcut="r",
    ),
    Item(
        key="templates",
        group=Group.PLAN,
        label=_("Templates"),
        icon="templates",
        url=brand_url("campaigns:templates"),
        visible=sees(VIEW_TEMPLATE),
        order=30,
        shortcut="t",
    ),
    Item(
        key="campaign_settings",
        group=Group.MANAGE,
        label=_("Campaign settings"),
        icon="settings",
        url=brand_url("campaigns:policy"),
        visible=sees(MANAGE_BRAND),
        order=30,
    ),
)

"""Where the notification centre stands in the sidebar, and its settings in the user menu."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storesync.core import navigation
from storesync.core.navigation import Group, Item


def _to(url_name: str) -> Callable[[HttpRequest], str]:
    return lambda request: navigation.address(url_name)


ITEM: Final = Item(
    "notifications",
    Group.TOP,
    _("Notifications"),
    "notifications",
    _to("notifications:centre"),
    order=15,
)
SETTINGS: Final = Item(
    "notification-settings",
    Group.TOP,
    _("Notification settings"),
    "nudge",
    _to("notifications:settings"),
    order=30,
)

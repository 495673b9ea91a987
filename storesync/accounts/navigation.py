"""What the user menu says about a person themselves."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storesync.core import navigation
from storesync.core.navigation import Group, Item


def _to(url_name: str) -> Callable[[HttpRequest], str]:
    return lambda request: navigation.address(url_name)


def register() -> None:
    """Profile, password and second factor; and where the theme switch is kept."""
    navigation.register_preferences("accounts:preferences")
    navigation.register_user_item(
        Item("profile", Group.TOP, _("Your profile"), "person", _to("accounts:profile"), order=10),
        Item("security", Group.TOP, _("Sign-in and security"), "security", _to("mfa_index"), order=20),
    )

"""Home, the first entry of the sidebar."""

from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.core.navigation import Group, Item


def _url(request: HttpRequest) -> str:
    """The home of the brand in the address, else of all brands."""
    brand = getattr(request, "brand", None)
    return reverse("brand_home", kwargs={"brand": brand.slug}) if brand else reverse("home")


HOME: Final = Item(
    key="home", group=Group.TOP, label=_("Home"), icon="home", url=_url, order=10, shortcut="h", exact=True
)

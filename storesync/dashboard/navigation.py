"""Home, the first entry of the sidebar."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.core.navigation import Group, Item

HOME: Final = Item(
    key="home",
    group=Group.TOP,
    label=_("Home"),
    icon="home",
    url=lambda request: (
        reverse("brand_home", kwargs={"brand": request.brand.slug})
        if getattr(request, "brand", None)
        else reverse("home")
    ),
    order=10,
    shortcut="h",
)

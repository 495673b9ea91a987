"""Which brand a person is in, what they may do there, and so what the sidebar shows.

Apps above build their own items with `brand_url` and `sees`.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Brand
from storesync.brands.permissions import may_open_backoffice, rights_in
from storesync.brands.rights import DECIDE, MANAGE_BRAND, MANAGE_PEOPLE, VIEW_BRAND, VIEW_LOCATION
from storesync.core import navigation
from storesync.core.navigation import Group, Item, Scope, ScopeOption


def current_brand(request: HttpRequest) -> Brand | None:
    """The brand of the address; on pages without one the brand last visited, else the person's first."""
    if (brand := getattr(request, "brand", None)) is not None:
        return brand  # type: ignore[no-any-return]
    mine: list[Brand] = getattr(request, "user_brands", [])
    last = request.session.get("brand")
    return next((brand for brand in mine if brand.slug == last), mine[0] if mine else None)


def rights_here(request: HttpRequest) -> frozenset[str]:
    """The rights that the person holds anywhere in the current brand; read once a request (Rule A10)."""
    known: frozenset[str] | None = getattr(request, "_rights_here", None)
    if known is None:
        brand = current_brand(request)
        known = rights_in(request.user, brand) if brand is not None else frozenset()
        request._rights_here = known  # type: ignore[attr-defined]
    return known


def brand_url(url_name: str) -> Callable[[HttpRequest], str]:
    """An item's address within the current brand."""

    def url(request: HttpRequest) -> str:
        brand = current_brand(request)
        return navigation.address(url_name, brand=brand.slug) if brand is not None else ""

    return url


def sees(right: str) -> Callable[[HttpRequest], bool]:
    """An item that shows to whoever holds the right anywhere in the current brand."""

    def visible(request: HttpRequest) -> bool:
        return right in rights_here(request)

    return visible


def scope_switcher(request: HttpRequest) -> Scope | None:
    """The current brand, and the person's others."""
    brand = current_brand(request)
    if brand is None:
        return None
    options = [
        ScopeOption(
            other.name,
            navigation.address("brands:location_list", brand=other.slug),
            current=other.pk == brand.pk,
            colour=other.primary_colour,
        )
        for other in getattr(request, "user_brands", [])
    ]
    return Scope(brand.name, detail=_("Brand"), options=options)


def register() -> None:
    """Put this app's pages into the sidebar and the user menu."""
    navigation.register_scope_provider(scope_switcher)
    navigation.register(
        Item(
            "locations",
            Group.STORES,
            gettext_lazy("Locations"),
            "locations",
            brand_url("brands:location_list"),
            sees(VIEW_LOCATION),
            order=10,
            shortcut="s",
        ),
        Item(
            "brand",
            Group.STORES,
            gettext_lazy("Brand"),
            "brands",
            brand_url("brands:brand_detail"),
            sees(VIEW_BRAND),
            order=20,
        ),
        Item(
            "regions",
            Group.STORES,
            gettext_lazy("Regions"),
            "regions",
            brand_url("brands:region_list"),
            sees(VIEW_BRAND),
            order=30,
        ),
        Item(
            "people",
            Group.MANAGE,
            gettext_lazy("People"),
            "people",
            brand_url("brands:person_list"),
            sees(MANAGE_PEOPLE),
            order=10,
        ),
        Item(
            "jobs",
            Group.MANAGE,
            gettext_lazy("Long tasks"),
            "jobs",
            brand_url("jobs:job_list"),
            sees(MANAGE_BRAND),
            order=80,
        ),
    )
    navigation.register_user_item(
        Item(
            "absence",
            Group.TOP,
            gettext_lazy("Absence"),
            "hand-over",
            brand_url("brands:absence"),
            sees(DECIDE),
            order=15,
        ),
        Item(
            "brands",
            Group.MANAGE,
            gettext_lazy("All brands"),
            "brands",
            lambda request: navigation.address("brands:brand_list"),
            order=30,
        ),
        Item(
            "backoffice",
            Group.MANAGE,
            gettext_lazy("Back office"),
            "backoffice",
            lambda request: navigation.address("admin:index"),
            lambda request: may_open_backoffice(request.user),
            order=40,
        ),
    )

"""Brands, regions, locations and people in the back office."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.actions.brand import BRAND_FIELDS, create_brand, update_brand
from storesync.brands.actions.location import LOCATION_FIELDS, create_location, update_location
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.actions.region import create_region, move_region, rename_region
from storesync.brands.models import (
    Absence,
    Brand,
    BrandUserPermission,
    Location,
    LocationUserPermission,
    Membership,
    Region,
    RegionUserPermission,
)
from storesync.core.backoffice import ActionAdmin, BackofficeAdmin
from storesync.core.errors import ActionRefused
from storesync.core.scoping import current_scope


class InBrand(admin.SimpleListFilter):
    """One of the brands in scope."""

    title = gettext_lazy("brand")
    parameter_name = "brand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        scope = current_scope()
        brands = Brand.objects.all() if isinstance(scope, str) else Brand.objects.filter(pk__in=scope or ())
        return [(str(brand.pk), brand.name) for brand in brands]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(brand=self.value()) if self.value() in known else queryset


class ScopedForeignKeys(ActionAdmin):
    """Choices of brands are those in scope; the choices of brand-owned rows are so by themselves."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        scope = current_scope()
        if db_field.remote_field.model is Brand and not isinstance(scope, str):
            kwargs["queryset"] = Brand.objects.filter(pk__in=scope or ())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Brand)
class BrandAdmin(ActionAdmin):
    """Brands; only Admins make new ones."""

    list_display = ("name", "slug", "country", "currency", "time_zone", "send_rate")
    search_fields = ("name", "slug")

    def brand_path(self) -> str:
        return "pk"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["name", "slug", *(name for name in BRAND_FIELDS if name != "name")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()

    def create(self, request: Any, values: dict[str, Any]) -> Brand:
        name, slug = values.pop("name"), values.pop("slug")
        return create_brand(name=name, slug=slug, actor=request.user, values=values)

    def update(self, request: Any, obj: Brand, values: dict[str, Any]) -> None:
        update_brand(brand=obj, actor=request.user, values=values)


@admin.register(Region)
class RegionAdmin(ScopedForeignKeys):
    """Regions; their paths are kept by the actions."""

    list_display = ("name", "parent", "brand")
    list_filter = (InBrand,)
    list_select_related = ("parent", "brand")
    search_fields = ("name",)
    fields = ("brand", "name", "parent")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("brand",) if obj is not None else ()

    def create(self, request: Any, values: dict[str, Any]) -> Region:
        return create_region(actor=request.user, **values)

    def update(self, request: Any, obj: Region, values: dict[str, Any]) -> None:
        if "name" in values:
            rename_region(region=obj, name=values["name"], actor=request.user)
        if "parent" in values:
            move_region(region=obj, parent=values["parent"], actor=request.user)


@admin.register(Location)
class LocationAdmin(ScopedForeignKeys):
    """Locations; the number stays, closing has its own page."""

    list_display = ("name", "store_number", "city", "country", "status", "brand")
    list_filter = (InBrand, "status")
    list_select_related = ("brand",)
    search_fields = ("store_number", "name", "city", "postcode")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["brand", "store_number", *LOCATION_FIELDS]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("brand", "store_number", "closed_on") if obj is not None else ()

    def create(self, request: Any, values: dict[str, Any]) -> Location:
        brand, number = values.pop("brand"), values.pop("store_number")
        return create_location(brand=brand, store_number=number, actor=request.user, values=values)

    def update(self, request: Any, obj: Location, values: dict[str, Any]) -> None:
        update_location(location=obj, actor=request.user, values=values)


@admin.register(Membership)
class MembershipAdmin(BackofficeAdmin):
    """Roles; given on the page of people, taken away here as well."""

    list_display = ("user", "role", "brand", "power_user", "ends_on", "revoked_at")
    list_filter = (InBrand, "role", "power_user")
    list_select_related = ("user", "brand")
    search_fields = ("user__name", "user__email")
    actions = ("revoke",)

    @admin.action(description=gettext_lazy("Take the selected roles away"))
    def revoke(self, request: Any, queryset: Any) -> None:
        """Each by the action; what it refuses is said by name."""
        taken = 0
        for membership in queryset:
            try:
                revoke_membership(membership=membership, actor=request.user)
                taken += 1
            except ActionRefused as refusal:
                self.message_user(request, f"{membership}: {refusal.message}", messages.ERROR)
        self.message_user(request, _("Roles taken away: %(count)d") % {"count": taken})


@admin.register(Absence)
class AbsenceAdmin(BackofficeAdmin):
    """Who is away when; written on the pages of absence."""

    list_display = ("person", "first_day", "last_day", "delegate", "brand")
    list_filter = (InBrand,)
    list_select_related = ("person", "delegate", "brand")
    search_fields = ("person__name", "person__email", "delegate__name")


class RightAdmin(BackofficeAdmin):
    """guardian's rows: which right on which node, and the role that gives it."""

    list_display = ("user", "permission", "content_object", "membership")
    list_select_related = ("user", "permission__content_type", "content_object", "membership__user")
    search_fields = ("user__name", "user__email", "permission__codename")

    def brand_path(self) -> str:
        return "membership__brand"


for _rows in (BrandUserPermission, RegionUserPermission, LocationUserPermission):
    admin.site.register(_rows, RightAdmin)

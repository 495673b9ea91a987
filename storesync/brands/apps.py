"""Brands, their regions, locations and people: the tenant and who may do what in it."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class BrandsConfig(AppConfig):
    name = "storesync.brands"
    default = True

    def ready(self) -> None:
        from storesync.brands import navigation
        from storesync.brands.permissions import MembershipAuthority
        from storesync.brands.verbs import VERBS
        from storesync.core.changes import register_verbs
        from storesync.core.permissions import register_authority

        register_authority(MembershipAuthority())
        register_verbs(VERBS)
        navigation.register()


class BackofficeConfig(admin_apps.AdminConfig):
    """Django's admin with our site in it."""

    default = False
    default_site = "storesync.brands.backoffice.BackofficeSite"

    def ready(self) -> None:
        from django.contrib.admin import site

        super().ready()
        site.settle()  # type: ignore[attr-defined]

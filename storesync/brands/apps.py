"""Brands, their regions, locations and people: the tenant and who may do what in it."""

from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "storesync.brands"

    def ready(self) -> None:
        from storesync.brands.permissions import MembershipAuthority
        from storesync.brands.verbs import VERBS
        from storesync.core.changes import register_verbs
        from storesync.core.permissions import register_authority

        register_authority(MembershipAuthority())
        register_verbs(VERBS)

"""Brands, their regions, locations and people: the tenant and who may do what in it."""

import contextlib
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.db.utils import ProgrammingError


class BrandsConfig(AppConfig):
    name = "storesync.brands"
    default = True

    def ready(self) -> None:
        from storesync.brands import navigation
        from storesync.brands.notices import KIND
        from storesync.brands.permissions import MembershipAuthority
        from storesync.brands.verbs import VERBS
        from storesync.core.changes import register_verbs
        from storesync.core.permissions import register_authority
        from storesync.notifications.kinds import register_kind

        register_authority(MembershipAuthority())
        register_verbs(VERBS)
        navigation.register()
        register_kind(KIND)
        post_migrate.connect(bring_rights, sender=self, dispatch_uid="brands.bring_rights")


def bring_rights(sender: AppConfig, **kwargs: Any) -> None:
    """After a migration: the rows of new rights, for whoever holds a role that has them."""
    from django.contrib.auth.management import create_permissions

    from storesync.brands.actions.membership import renew_rights

    # Django makes the permissions at the same moment, and nobody says which comes first.
    create_permissions(sender, verbosity=0)
    with contextlib.suppress(ProgrammingError):  # migrated back to where there are no memberships
        renew_rights()


class BackofficeConfig(admin_apps.AdminConfig):
    """Django's admin with our site in it."""

    default = False
    default_site = "storesync.brands.backoffice.BackofficeSite"

    def ready(self) -> None:
        from django.contrib.admin import site

        super().ready()
        site.settle()  # type: ignore[attr-defined]

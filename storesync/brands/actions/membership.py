"""Memberships: what a person is in a brand, kept in step with guardian's rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.brands.models import (
    Brand,
    BrandUserPermission,
    Location,
    LocationUserPermission,
    Membership,
    Region,
    RegionUserPermission,
)
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_PEOPLE, ROLE_RIGHTS, Role
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User


def grant_membership(
    *,
    brand: Brand,
    user: "User",
    role: Role,
    actor: "User | None",
    regions: Iterable[Region] = (),
    locations: Iterable[Location] = (),
    power_user: bool = False,
    ends_on: date | None = None,
) -> Membership:
    """Give a person a role in a brand, or change the limits of the one they have.

    Args:
        actor: who gives it; None for set-up by a command.
        regions, locations: limits; with neither the role holds in the whole brand.
        power_user: only for Brand Managers.
        ends_on: the last day, in the brand's zone.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: a limit belongs to another brand, or the switch does not fit the role.
    """
    require_scope(brand.pk)
    regions, locations = list(regions), list(locations)
    with audited("membership.granted", actor=actor):
        if actor is not None and not can(actor, MANAGE_PEOPLE, brand):
            raise PermissionDenied
        if any(node.brand_id != brand.pk for node in [*regions, *locations]):
            raise ActionRefused(_("A limit of the role belongs to another brand."))
        if power_user and role != Role.BRAND_MANAGER:
            raise ActionRefused(_("Only a Brand Manager can be a power user."))
        # The person is the lock: two grants of the same role at once become one.
        type(user).objects.select_for_update(of=("self",)).get(pk=user.pk)
        membership = Membership.objects.filter(
            brand=brand, user=user, role=role, revoked_at__isnull=True
        ).first()
        if membership is None:
            membership = Membership(brand=brand, user=user, role=role)
        membership.power_user, membership.ends_on = power_user, ends_on
        membership.save()
        membership.regions.set(regions)
        membership.locations.set(locations)
        _grant_rights(membership, regions, locations)
    return membership


def revoke_membership(*, membership: Membership, actor: "User | None") -> None:
    """Take a role away; its rights end with the next request (Rule L5). Harmless when it is revoked already.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: the actor would lock themselves out.
    """
    with audited("membership.revoked", actor=actor):
        membership = (
            Membership.objects.select_for_update(of=("self",)).select_related("brand").get(pk=membership.pk)
        )
        if actor is not None and not can(actor, MANAGE_PEOPLE, membership.brand):
            raise PermissionDenied
        if actor is not None and membership.user_id == actor.pk and not actor.is_superuser:
            raise ActionRefused(
                _("You cannot take your own role away. Ask another Brand Manager or an Admin.")
            )
        if membership.revoked_at is not None:
            return
        membership.revoked_at = Now()
        membership.save(update_fields=["revoked_at"])
        for rows in (BrandUserPermission, RegionUserPermission, LocationUserPermission):
            rows.objects.filter(membership=membership).delete()


def _grant_rights(membership: Membership, regions: list[Region], locations: list[Location]) -> None:
    """Write the rows of the role's rights on exactly the nodes of the membership, and no others."""
    nodes: list[tuple[type[Any], type[Model], Sequence[Model]]] = [
        (BrandUserPermission, Brand, [] if regions or locations else [membership.brand]),
        (RegionUserPermission, Region, regions),
        (LocationUserPermission, Location, locations),
    ]
    for rows, model, targets in nodes:
        rows.objects.filter(membership=membership).delete()
        permissions = Permission.objects.filter(
            content_type__app_label="brands",
            content_type__model=model._meta.model_name,
            codename__in=ROLE_RIGHTS[membership.role],
        )
        rows.objects.bulk_create(
            rows(
                membership=membership,
                user_id=membership.user_id,
                permission=permission,
                content_object=target,
            )
            for permission in (permissions if targets else [])
            for target in targets
        )

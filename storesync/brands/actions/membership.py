"""Memberships: what a person is in a brand, kept in step with guardian's rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.accounts.actions import invite_person, send_invitation_again
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
        ActionRefused: a limit belongs to another brand, the switch does not fit the role, or the actor would
            change their own role.
    """
    require_scope(brand.pk)
    regions, locations = list(regions), list(locations)
    with audited("membership.granted", actor=actor):
        if actor is not None and not can(actor, MANAGE_PEOPLE, brand):
            raise PermissionDenied
        _refuse_own(user.pk, actor)
        if any(node.brand_id != brand.pk for node in [*regions, *locations]):
            raise ActionRefused(_("A limit of the role belongs to another brand."))
        if power_user and (role != Role.BRAND_MANAGER or regions or locations):
            raise ActionRefused(_("Only a Brand Manager of the whole brand can be a power user."))
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


def invite_member(
    *,
    brand: Brand,
    email: str,
    name: str,
    role: Role,
    actor: "User",
    regions: Iterable[Region] = (),
    locations: Iterable[Location] = (),
    power_user: bool = False,
    ends_on: date | None = None,
) -> Membership:
    """Give a role to whoever has this address; a new person gets a mail to choose a password.

    Args:
        email: finds the person, or makes one.
        name: of a new person; a person who is there already keeps theirs.
        regions, locations, power_user, ends_on: as for `grant_membership`.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: as for `grant_membership`, or the person's account is switched off.
    """
    require_scope(brand.pk)
    with audited("membership.invited", actor=actor):
        if not can(actor, MANAGE_PEOPLE, brand):
            raise PermissionDenied
        user = invite_person(
            email=email, name=name, language=brand.language, time_zone=brand.time_zone, actor=actor
        )
        return grant_membership(
            brand=brand,
            user=user,
            role=role,
            actor=actor,
            regions=regions,
            locations=locations,
            power_user=power_user,
            ends_on=ends_on,
        )


def change_membership(
    *,
    membership: Membership,
    role: Role,
    actor: "User",
    regions: Iterable[Region] = (),
    locations: Iterable[Location] = (),
    power_user: bool = False,
    ends_on: date | None = None,
) -> Membership:
    """Change the role, its limits or its last day; another role replaces the present one.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: as for `grant_membership`, or the membership is revoked.
    """
    with audited("membership.changed", actor=actor):
        held = _locked(membership, actor)
        if held.revoked_at is not None:
            raise ActionRefused(_("This role has been taken away in the meantime."))
        if held.role != role:
            revoke_membership(membership=held, actor=actor)
        return grant_membership(
            brand=held.brand,
            user=held.user,
            role=role,
            actor=actor,
            regions=regions,
            locations=locations,
            power_user=power_user,
            ends_on=ends_on,
        )


def invite_again(*, membership: Membership, actor: "User") -> None:
    """Send the mail to choose a password once more, to a person who has not done so yet.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: the person has a password, or holds the role no longer.
    """
    with audited("membership.invited_again", actor=actor):
        held = _locked(membership, actor)
        if not held.is_active:
            raise ActionRefused(_("This role has ended."))
        send_invitation_again(user=held.user, actor=actor)


def revoke_membership(*, membership: Membership, actor: "User | None") -> None:
    """Take a role away; its rights end with the next request (Rule L5). Harmless when it is revoked already.

    Raises:
        PermissionDenied: the actor does not manage the brand's people.
        ActionRefused: the actor would lock themselves out.
    """
    with audited("membership.revoked", actor=actor):
        membership = _locked(membership, actor)
        _refuse_own(membership.user_id, actor)
        if membership.revoked_at is not None:
            return
        membership.revoked_at = Now()
        membership.save(update_fields=["revoked_at"])
        for rows in (BrandUserPermission, RegionUserPermission, LocationUserPermission):
            rows.objects.filter(membership=membership).delete()


def renew_rights() -> int:
    """Give every membership the rights that its role has gained since it was granted; how many rows it made.

    Runs after each migration: a release that knows a new right brings it to who holds the role already.
    """
    rights = [(role, right) for role, rights in ROLE_RIGHTS.items() for right in sorted(rights)]
    roles, names = [role for role, _right in rights], [right for _role, right in rights]
    made = 0
    with connection.cursor() as cursor:
        for kind, nodes in _NODES.items():
            cursor.execute(_RENEW.format(kind=kind, nodes=nodes), {"roles": roles, "names": names})
            made += cursor.rowcount
    return made


# Where each kind of node of a membership is found: the brand only where nothing limits the role.
_NODES = {
    "brand": """SELECT m.id, m.brand_id AS node FROM brands_membership m
        WHERE NOT EXISTS (SELECT 1 FROM brands_membership_regions r WHERE r.membership_id = m.id)
        AND NOT EXISTS (SELECT 1 FROM brands_membership_locations l WHERE l.membership_id = m.id)""",
    "region": "SELECT membership_id AS id, region_id AS node FROM brands_membership_regions",
    "location": "SELECT membership_id AS id, location_id AS node FROM brands_membership_locations",
}
_RENEW = """
INSERT INTO brands_{kind}userpermission (user_id, permission_id, membership_id, content_object_id)
SELECT held.user_id, permission.id, held.id, nodes.node
FROM ({nodes}) AS nodes
JOIN brands_membership AS held ON held.id = nodes.id AND held.revoked_at IS NULL
JOIN unnest(%(roles)s::text[], %(names)s::text[]) AS given (role, name) ON given.role = held.role
JOIN django_content_type AS type ON type.app_label = 'brands' AND type.model = '{kind}'
JOIN auth_permission AS permission
  ON permission.content_type_id = type.id AND permission.codename = given.name
ON CONFLICT DO NOTHING
"""


def _locked(membership: Membership, actor: "User | None") -> Membership:
    """The membership as it is now, locked, for somebody who manages the brand's people."""
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("brand", "user")
        .get(pk=membership.pk)
    )
    if actor is not None and not can(actor, MANAGE_PEOPLE, found.brand):
        raise PermissionDenied
    return found


def _refuse_own(user_id: int, actor: "User | None") -> None:
    """Nobody locks themselves out by accident; Admins keep their rights whatever happens here."""
    if actor is not None and user_id == actor.pk and not actor.is_superuser:
        raise ActionRefused(_("You cannot change your own role. Ask another Brand Manager or an Admin."))


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

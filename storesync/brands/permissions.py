"""Who may do what: the one place that asks guardian's rows, and asks whether their Membership is active."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from storesync.accounts.models import User
from storesync.brands.models import (
    Brand,
    BrandUserPermission,
    Location,
    LocationUserPermission,
    Membership,
    Region,
    RegionUserPermission,
)
from storesync.brands.querysets import active, granted
from storesync.brands.rights import MANAGE_PEOPLE, RIGHTS, ROLE_RIGHTS, Role
from storesync.core.permissions import can, holds
from storesync.core.scoping import all_brands

__all__ = [
    "MembershipAuthority",
    "can",
    "can_all",
    "holders",
    "holding",
    "holds",
    "may_arrange_absence",
    "roles_at",
    "may_open_backoffice",
    "power_brands",
    "rights_in",
    "role_words",
]


class MembershipAuthority:
    """Answers questions about rights from Memberships (Rule A6, A10: read when they are used, never kept)."""

    def can(self, user: User, right: str, target: Any) -> bool:
        """Whether the person holds `right` on a Brand, Region or Location, or on what belongs to one.

        An object with a `location` is asked at its location, else with a `brand` at its brand.
        """
        if user.is_superuser:
            return True
        node = node_of(target)
        if isinstance(node, Brand):
            return granted("BrandUserPermission", user, right).filter(content_object=node).exists()
        if granted("BrandUserPermission", user, right).filter(content_object_id=node.brand_id).exists():
            return True
        with all_brands("a right is asked on a node that the caller holds already"):
            if isinstance(node, Region):
                return Region.objects.filter(pk=node.pk).visible_to(user, right).exists()
            return Location.objects.filter(pk=node.pk).visible_to(user, right).exists()

    def holds(self, user: User, right: str, brand: Any) -> bool:
        """Whether the person holds `right` on the brand or on anything in it."""
        return user.is_superuser or Brand.objects.filter(pk=brand.pk).where(user, right).exists()

    def roles_of(self, user: User, brand_id: UUID) -> Iterable[str]:
        """The roles of the person's Memberships of the brand; an Admin has what every role has."""
        if user.is_superuser:
            return list(Role)
        held = Membership.objects.filter(user=user, brand=brand_id).active()
        return held.order_by().values_list("role", flat=True)

    def role_names(self) -> Mapping[str, str]:
        """The five roles."""
        return {role.value: str(role.label) for role in Role}

    def changed_since(self, user: User, brand: Any, moment: datetime) -> bool:
        """Whether a Membership of the person in the brand was changed, taken away or over after the moment.

        Every change of one saves it, its limits too, so that its `updated_at` tells.
        """
        zone = ZoneInfo(brand.time_zone)
        over = Q(ends_on__gte=moment.astimezone(zone).date(), ends_on__lt=timezone.localdate(timezone=zone))
        changed = Membership.objects.filter(Q(updated_at__gt=moment) | over, user=user, brand=brand)
        return changed.exists()


def node_of(target: Any) -> Brand | Region | Location:
    """The node whose rights count for an object: itself, its location, or its brand."""
    if isinstance(target, Brand | Region | Location):
        return target
    location = getattr(target, "location", None)
    if isinstance(location, Location):
        return location
    brand = target.brand
    if not isinstance(brand, Brand):
        raise TypeError(f"{target!r} belongs to no brand")
    return brand


def can_all(user: User | AnonymousUser, right: str, locations: Any) -> bool:
    """Whether the person holds `right` on every one of these locations, asked in one query.

    Args:
        locations: ids of locations, in scope.
    """
    wanted = set(locations)
    return Location.objects.filter(pk__in=wanted).visible_to(user, right).count() == len(wanted)


def rights_in(user: "User | AnonymousUser", brand: Brand) -> frozenset[str]:
    """Every right that the person holds on the brand or on anything in it, in one query."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(right for right, _words in RIGHTS)
    rows = [
        model._default_manager.filter(active("membership__"), user_id=user.pk, membership__brand=brand)
        .order_by()
        .values_list("permission__codename")
        for model in (BrandUserPermission, RegionUserPermission, LocationUserPermission)
    ]
    return frozenset(right for (right,) in rows[0].union(*rows[1:]))


def power_brands(user: "User | AnonymousUser") -> QuerySet[Brand]:
    """The brands that a person may work on in the back office: all for an Admin, else by the switch."""
    if not user.is_authenticated or not user.is_active:
        return Brand.objects.none()
    if user.is_superuser:
        return Brand.objects.all()
    switched = Membership._base_manager.filter(
        active(), user_id=user.pk, role=Role.BRAND_MANAGER, power_user=True
    )
    return Brand.objects.filter(pk__in=switched.values("brand_id"))


def may_open_backoffice(user: "User | AnonymousUser") -> bool:
    """Whether the back office is there for this person."""
    return user.is_active and (bool(user.is_superuser) or power_brands(user).exists())


def role_words(role: Role) -> list[str]:
    """What a role may do, in words."""
    words = dict(Brand._meta.permissions)
    return [str(words[right]) for right in sorted(ROLE_RIGHTS[role])]


def holders(right: str, location: Location) -> QuerySet[User]:
    """The active people whose Memberships give them `right` on this location, by name.

    Admins need none and are left out. For telling whom something waits for; whether one person may is asked
    with `can`.
    """
    path = location.region.path if location.region else []
    given = Q(pk__in=_given("BrandUserPermission", right, [location.brand_id]))
    given |= Q(pk__in=_given("RegionUserPermission", right, path))
    given |= Q(pk__in=_given("LocationUserPermission", right, [location.pk]))
    return User.objects.filter(given, is_active=True).order_by("name", "pk")


def holding(right: str, brand: Brand) -> QuerySet[User]:
    """The active people who hold `right` on the brand or on anything in it, Admins too, by name."""
    given = Q(is_superuser=True)
    for name in ("BrandUserPermission", "RegionUserPermission", "LocationUserPermission"):
        rows = apps.get_model("brands", name)._default_manager.filter(
            active("membership__"), permission__codename=right, membership__brand=brand
        )
        given |= Q(pk__in=rows.order_by().values("user_id"))
    return User.objects.filter(given, is_active=True).order_by("name", "pk")


def may_arrange_absence(actor: "User | AnonymousUser", person_id: int, brand: Brand) -> bool:
    """Whether somebody may say when this person is away: themselves, or who manages the brand's people."""
    return actor.pk == person_id or can(actor, MANAGE_PEOPLE, brand)


def roles_at(right: str, location_ids: Iterable[UUID]) -> dict[UUID, dict[int, set[str]]]:
    """For each of these locations in scope: who holds `right` there, by which of their roles.

    Active people only; Admins need no Membership and are left out. Four queries, however many locations.
    """
    places = list(
        Location.objects.filter(pk__in=set(location_ids))
        .order_by()
        .values_list("pk", "brand_id", "region__path")
    )
    given: dict[UUID, list[tuple[int, str]]] = defaultdict(list)
    nodes = {
        "BrandUserPermission": {brand_id for _pk, brand_id, _path in places},
        "RegionUserPermission": {node for _pk, _brand_id, path in places for node in path or ()},
        "LocationUserPermission": {pk for pk, _brand_id, _path in places},
    }
    for model_name, wanted in nodes.items():
        rows = apps.get_model("brands", model_name)._default_manager.filter(
            active("membership__"),
            permission__codename=right,
            content_object_id__in=wanted,
            user__is_active=True,
        )
        for node, person_id, role in rows.order_by().values_list(
            "content_object_id", "user_id", "membership__role"
        ):
            given[node].append((person_id, role))
    found: dict[UUID, dict[int, set[str]]] = {}
    for pk, brand_id, path in places:
        roles: dict[int, set[str]] = defaultdict(set)
        found[pk] = roles
        for node in (brand_id, *(path or ()), pk):
            for person_id, role in given.get(node, ()):
                roles[person_id].add(role)
    return found


def _given(model_name: str, right: str, nodes: Any) -> Any:
    """The ids of the people who are given a right on one of these nodes now."""
    rows = apps.get_model("brands", model_name)._default_manager.filter(
        active("membership__"), permission__codename=right, content_object_id__in=nodes
    )
    return rows.order_by().values("user_id")

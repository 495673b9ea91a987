"""Who may do what: the one place that asks guardian's rows, and asks whether their Membership is active."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser

from storesync.brands.models import Brand, Location, Region
from storesync.brands.querysets import granted
from storesync.brands.rights import ROLE_RIGHTS, Role
from storesync.core.permissions import can, holds
from storesync.core.scoping import all_brands

if TYPE_CHECKING:
    from storesync.accounts.models import User

__all__ = ["MembershipAuthority", "can", "can_all", "holds", "role_words"]


class MembershipAuthority:
    """Answers questions about rights from Memberships (Rule A6, A10: read when they are used, never kept)."""

    def can(self, user: "User", right: str, target: Any) -> bool:
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

    def holds(self, user: "User", right: str, brand: Any) -> bool:
        """Whether the person holds `right` on the brand or on anything in it."""
        return user.is_superuser or Brand.objects.filter(pk=brand.pk).where(user, right).exists()


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


def can_all(user: "User | AnonymousUser", right: str, locations: Any) -> bool:
    """Whether the person holds `right` on every one of these locations, asked in one query.

    Args:
        locations: ids of locations, in scope.
    """
    wanted = set(locations)
    return Location.objects.filter(pk__in=wanted).visible_to(user, right).count() == len(wanted)


def role_words(role: Role) -> list[str]:
    """What a role may do, in words."""
    words = dict(Brand._meta.permissions)
    return [str(words[right]) for right in sorted(ROLE_RIGHTS[role])]

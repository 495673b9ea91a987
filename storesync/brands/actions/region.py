"""The tree of regions. Every change of a brand's tree holds the brand's row, so that paths stay true."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from storesync.brands.models import Brand, Location, Region
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.versions import check

if TYPE_CHECKING:
    from uuid import UUID

    from storesync.accounts.models import User


def create_region(*, brand: Brand, name: str, parent: Region | None, actor: "User") -> Region:
    """Add a region, at the top of the tree or below another.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: the name is taken there, or the parent belongs to another brand.
    """
    with audited("region.created", actor=actor):
        brand = _hold_tree(brand.pk, actor)
        parent = _parent(brand, parent)
        region = Region(brand=brand, parent=parent)
        region.path = [*(parent.path if parent else []), region.pk]
        _name(region, name)
        region.save(force_insert=True)
    return region


def rename_region(*, region: Region, name: str, actor: "User") -> Region:
    """Give a region another name.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: the name is taken by a neighbour.
    """
    with audited("region.renamed", actor=actor):
        brand = _hold_tree(region.brand_id, actor)
        region = _region(brand, region)
        if region.name != name:
            _name(region, name)
            region.save(update_fields=["name"])
    return region


def move_region(*, region: Region, parent: Region | None, actor: "User") -> Region:
    """Hang a region, with all below it, somewhere else; rights held on regions above change accordingly.

    The paths of all regions below are rewritten in one statement.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: the new place lies inside the region, or the name is taken there.
    """
    with audited("region.moved", actor=actor):
        brand = _hold_tree(region.brand_id, actor)
        region = _region(brand, region)
        parent = _parent(brand, parent)
        if region.parent_id == (parent.pk if parent else None):
            return region
        if parent is not None and region.pk in parent.path:
            raise ActionRefused(_("A region cannot be moved into itself or into a region below it."))
        above, cut = (parent.path if parent else []), len(region.path)
        region.parent = parent
        _name(region, region.name)
        region.save(update_fields=["parent"])
        prefix = Value(above, output_field=ArrayField(models.UUIDField()))
        own = Func(F("path"), template=f"(%(expressions)s)[{cut}:]")
        Region.objects.filter(brand=brand, path__contains=[region.pk]).update(
            path=Func(prefix, own, function="array_cat")
        )
        region.refresh_from_db(fields=["path"])
    return region


def remove_region(*, region: Region, actor: "User") -> None:
    """Take an empty region out of the tree.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: regions or locations lie in it, or somebody's role is limited to it.
    """
    with audited("region.removed", actor=actor):
        brand = _hold_tree(region.brand_id, actor)
        region = _region(brand, region)
        if region.children.exists() or Location.objects.filter(region=region).exists():
            raise ActionRefused(_("Move its regions and locations elsewhere first."))
        if region.memberships.active().exists():
            raise ActionRefused(_("Somebody's role is limited to this region. Change that first."))
        region.delete()


def _hold_tree(brand_id: "UUID", actor: "User") -> Brand:
    """Lock the brand's tree and require the right. Rows that refer to the brand may still be written."""
    brand = Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand_id)
    if not can(actor, MANAGE_BRAND, brand):
        raise PermissionDenied
    return brand


def _region(brand: Brand, region: Region) -> Region:
    found = Region.objects.select_for_update(of=("self",)).filter(brand=brand, pk=region.pk).first()
    if found is None:
        raise ActionRefused(_("This region has been removed in the meantime."))
    return found


def _parent(brand: Brand, parent: Region | None) -> Region | None:
    """The parent as it is now; its path may have changed since the caller read it."""
    if parent is None:
        return None
    found = Region.objects.filter(brand=brand, pk=parent.pk).first()
    if found is None:
        raise ActionRefused(_("The region to put it into is not there any more."))
    return found


def _name(region: Region, name: str) -> None:
    """Set a name that no neighbour has."""
    region.name = " ".join(name.split())
    neighbours = Region.objects.filter(brand_id=region.brand_id, parent_id=region.parent_id)
    if neighbours.filter(name=region.name).exclude(pk=region.pk).exists():
        raise ActionRefused(_("There is a region “%(name)s” there already.") % {"name": region.name})
    check(region)

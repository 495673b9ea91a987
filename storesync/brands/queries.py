"""Reads that span brands, regions, locations and people, as plain rows for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from storesync.brands.models import Absence, Brand, Location, LocationStatus, Membership, Region

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody who reaches a location, and why.

    Attributes:
        why: "The whole brand", "Region North" or "This location".
    """

    membership: Membership
    user: "User"
    why: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region in the order of the tree.

    Attributes:
        depth: 0 at the top.
        locations: those directly in it; `all_locations`: with all below.
    """

    region: Region
    depth: int
    locations: int
    all_locations: int


def reach_of(location: Location) -> list[Reach]:
    """The people whose roles reach a location, and why, by name. Admins reach everything, unlisted."""
    path: list[UUID] = location.region.path if location.region else []
    memberships = (
        Membership.objects.active()
        .filter(
            Q(regions__isnull=True, locations__isnull=True) | Q(regions__in=path) | Q(locations=location.pk)
        )
        .filter(user__is_active=True)
        .select_related("user")
        .prefetch_related("regions", "locations")
        .order_by("user__name", "pk")
        .distinct()
    )
    rows = []
    for membership in memberships:
        regions = [region for region in membership.regions.all() if region.pk in path]
        if regions:
            why = ", ".join(_("Region %(name)s") % {"name": region.name} for region in regions)
        elif membership.locations.all():
            why = _("This location")
        else:
            why = _("The whole brand")
        rows.append(Reach(membership, membership.user, why))
    return rows


def region_tree() -> list[RegionRow]:
    """The regions in scope as a tree laid flat, parents before children, neighbours by name."""
    regions: list[Any] = list(Region.objects.annotate(stores=Count("locations")).order_by("name"))
    children: dict[UUID | None, list[Any]] = {}
    for region in regions:
        children.setdefault(region.parent_id, []).append(region)
    within: dict[UUID, int] = {}
    for region in regions:
        for ancestor in region.path:
            within[ancestor] = within.get(ancestor, 0) + region.stores
    rows: list[RegionRow] = []
    waiting = [(region, 0) for region in reversed(children.get(None, []))]
    while waiting:
        region, depth = waiting.pop()
        rows.append(RegionRow(region, depth, region.stores, within[region.pk]))
        waiting += [(child, depth + 1) for child in reversed(children.get(region.pk, []))]
    return rows


@dataclass(frozen=True, slots=True)
class BrandCard:
    """A brand with what there is of it."""

    brand: Brand
    locations: int
    open_locations: int
    regions: int


def brand_cards(brands: list[Brand]) -> list[BrandCard]:
    """These brands (in scope) with their counts, in two queries."""
    stores: dict[Any, Any] = {
        row["brand"]: row
        for row in Location.objects.order_by()
        .values("brand")
        .annotate(total=Count("pk"), running=Count("pk", filter=Q(status=LocationStatus.OPEN)))
    }
    regions = {
        row["brand"]: row["total"]
        for row in Region.objects.order_by().values("brand").annotate(total=Count("pk"))
    }
    return [
        BrandCard(
            brand,
            stores.get(brand.pk, {}).get("total", 0),
            stores.get(brand.pk, {}).get("running", 0),
            regions.get(brand.pk, 0),
        )
        for brand in brands
    ]


def absent_on(people: Iterable[int], moment: datetime | None = None) -> dict[int, Absence]:
    """Who of these people (ids) is away at a moment, now unless given, in the brand in scope: by their id."""
    found = Absence.objects.on(moment).of_people(people).select_related("person", "delegate")
    return {absence.person_id: absence for absence in found}


def delegates(people: Iterable[int], moment: datetime | None = None) -> dict[int, "User"]:
    """Who stands in for those of these people (ids) who are away at a moment: by the id of who is away.

    Whether a delegate may decide about a thing is asked of their own rights.
    """
    away = absent_on(people, moment)
    return {person: absence.delegate for person, absence in away.items() if absence.delegate.is_active}


def absences_of(person: "User") -> list[Absence]:
    """A person's absences in scope that run or are to come, the next first."""
    found = Absence.objects.not_over().filter(person=person)
    return list(found.select_related("person", "delegate"))

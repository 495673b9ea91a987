"""Locations: create, change, close, reopen. (Imports write many at once, by their own engine.)"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.brands.events import LocationsChanged
from storesync.brands.models import Brand, Location, LocationStatus, Region
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_LOCATION
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.scoping import require_scope
from storesync.core.versions import require_version, set_changed

if TYPE_CHECKING:
    from storesync.accounts.models import User

LOCATION_FIELDS: Final = (
    "name",
    "region",
    "street",
    "street_2",
    "city",
    "state",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "time_zone",
    "language",
    "currency",
    "phone",
    "email",
    "opening_hours",
    "status",
    "opened_on",
    "attributes",
)
"""What people may change of a location; its number is its identity (Rule L3), closing has its own action."""


def create_location(*, brand: Brand, store_number: str, actor: "User", values: Mapping[str, Any]) -> Location:
    """Add one location.

    Args:
        store_number: its identity in the brand, for good (Rule L3).
        values: fields of LOCATION_FIELDS.

    Raises:
        PermissionDenied: the actor does not manage locations there.
        ActionRefused: the number is taken, or a value is not right.
    """
    require_scope(brand.pk)
    with audited("location.created", actor=actor):
        region = values.get("region")
        if not can(actor, MANAGE_LOCATION, region or brand):
            raise PermissionDenied
        _check_region(brand, region)
        number = store_number.strip()
        if Location.objects.filter(brand=brand, store_number=number).exists():
            raise ActionRefused(
                _("Store number %(number)s is taken by another location.") % {"number": number}
            )
        location = Location(brand=brand, store_number=number)
        set_changed(location, values, allowed=LOCATION_FIELDS)
        _refuse_closing(location)
        location.save(force_insert=True)
    return location


def update_location(
    *, location: Location, actor: "User", values: Mapping[str, Any], version: datetime | None = None
) -> Location:
    """Change the facts of a location.

    Args:
        values: fields of LOCATION_FIELDS; what is left out stays.
        version: the location's `updated_at` as the person saw it.

    Raises:
        PermissionDenied: the actor does not manage it, or not the region it would move to.
        StaleVersion: somebody else changed it in between.
        ActionRefused: a value is not right, or the status is changed by closing or reopening.
    """
    with audited("location.updated", actor=actor):
        location = _locked(location, actor)
        region = values.get("region", location.region)
        if region is not None and region.pk != location.region_id:
            _check_region(location.brand, region)
            if not can(actor, MANAGE_LOCATION, region):
                raise PermissionDenied
        require_version(location, version)
        was_closed = location.status == LocationStatus.CLOSED
        changed = set_changed(location, values, allowed=LOCATION_FIELDS)
        if "status" in changed:
            if was_closed:
                raise ActionRefused(_("This location is closed. Reopen it first."))
            _refuse_closing(location)
        if changed:
            location.save(update_fields=changed)
            _tell(location, changed)
    return location


def close_location(*, location: Location, actor: "User", on: date | None = None) -> Location:
    """Close a location for good; what its campaigns still had to send stops (Rule L2).

    Args:
        on: the last day of business; today in the store's zone unless given.

    Raises:
        PermissionDenied: the actor does not manage it.
        ActionRefused: it is closed already, or would close before it opened.
    """
    with audited("location.closed", actor=actor):
        location = _locked(location, actor)
        if location.status == LocationStatus.CLOSED:
            raise ActionRefused(_("This location is closed already."))
        day = on or timezone.localdate(timezone=ZoneInfo(location.time_zone))
        if location.opened_on and day < location.opened_on:
            raise ActionRefused(_("A location cannot close before the day it opened."))
        location.status, location.closed_on = LocationStatus.CLOSED, day
        location.save(update_fields=["status", "closed_on"])
        _tell(location, ["status", "closed_on"])
    return location


def reopen_location(*, location: Location, actor: "User") -> Location:
    """Open a closed location again. Campaigns that were stopped stay stopped.

    Raises:
        PermissionDenied: the actor does not manage it.
        ActionRefused: it is not closed.
    """
    with audited("location.reopened", actor=actor):
        location = _locked(location, actor)
        if location.status != LocationStatus.CLOSED:
            raise ActionRefused(_("This location is not closed."))
        location.status, location.closed_on = LocationStatus.OPEN, None
        location.save(update_fields=["status", "closed_on"])
        _tell(location, ["status", "closed_on"])
    return location


def _locked(location: Location, actor: "User") -> Location:
    # Not from those who only refer to it: a decision holds its submission and then writes rows of the
    # store, and a change of zone comes to the submission from the store.
    locked = Location.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("brand", "region").get(pk=location.pk)
    if not can(actor, MANAGE_LOCATION, found):
        raise PermissionDenied
    return found


def _check_region(brand: Brand, region: Region | None) -> None:
    if region is not None and region.brand_id != brand.pk:
        raise ActionRefused(_("The region belongs to another brand."))


def _refuse_closing(location: Location) -> None:
    if location.status == LocationStatus.CLOSED:
        raise ActionRefused(_("A location is closed by “Close”, which asks for its last day."))


def _tell(location: Location, fields: list[str]) -> None:
    publish(LocationsChanged(location.brand_id, (location.pk,), frozenset(fields)))

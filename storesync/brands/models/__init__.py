"""Brand, Region, Location, Membership, Absence: the tenant, its places and its people."""

from storesync.brands.models.absence import Absence, today_of
from storesync.brands.models.brand import Brand, named_values, retention_default
from storesync.brands.models.location import Location, LocationStatus
from storesync.brands.models.membership import Membership
from storesync.brands.models.permission import (
    BrandUserPermission,
    LocationUserPermission,
    NodePermission,
    RegionUserPermission,
)
from storesync.brands.models.region import Region

__all__ = [
    "Absence",
    "Brand",
    "BrandUserPermission",
    "Location",
    "LocationStatus",
    "LocationUserPermission",
    "Membership",
    "NodePermission",
    "Region",
    "RegionUserPermission",
    "named_values",
    "retention_default",
    "today_of",
]

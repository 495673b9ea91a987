"""guardian's rows: a right of one person on one node, and the Membership that gives it."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from storesync.brands.models.brand import Brand
from storesync.brands.models.location import Location
from storesync.brands.models.membership import Membership
from storesync.brands.models.region import Region


class NodePermission(UserObjectPermissionBase):
    """A right of one person on one node, and the Membership that gives it.

    guardian's rows with a reason: a right ends with its Membership without any row being touched. Written by
    the actions of Membership, read by `permissions`.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        unique_together = [("membership", "permission", "content_object")]


class BrandUserPermission(NodePermission):
    """A right on a whole brand."""

    content_object = models.ForeignKey(Brand, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="brand_right")]


class RegionUserPermission(NodePermission):
    """A right on a region and all below it."""

    content_object = models.ForeignKey(Region, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="region_right")]


class LocationUserPermission(NodePermission):
    """A right on one location."""

    content_object = models.ForeignKey(Location, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="location_right")]

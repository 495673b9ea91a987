"""Membership: what a person is in a brand."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storesync.brands.models.location import Location
from storesync.brands.models.region import Region
from storesync.brands.querysets import MembershipQuerySet
from storesync.brands.rights import Role
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


@tracked()
class Membership(BrandOwned, Model):
    """What a person is in a brand: a role, its regions and locations (none: the whole brand), until when.

    Saving one through its actions grants the role's rights as guardian's rows on exactly these nodes.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    regions = models.ManyToManyField(
        Region, blank=True, related_name="memberships", verbose_name=_("regions")
    )
    locations = models.ManyToManyField(
        Location, blank=True, related_name="memberships", verbose_name=_("locations")
    )
    power_user = models.BooleanField(
        _("power user"),
        default=False,
        help_text=_("A Brand Manager who may open the brand in the back office."),
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day, in the brand's zone.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(MembershipQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user", "role"],
                condition=Q(revoked_at__isnull=True),
                name="role_once_in_brand",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def is_active(self) -> bool:
        """Whether it gives its rights now; the last day counts in the brand's zone."""
        today = timezone.localdate(timezone=ZoneInfo(self.brand.time_zone))
        return self.revoked_at is None and (self.ends_on is None or self.ends_on >= today)

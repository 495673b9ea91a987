"""What a brand decides about the life of its campaigns."""

from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

LONGEST_GRACE: Final = 24 * 60
"""Minutes by which a start may be late at most: a day; nothing is sent later than that in silence."""


@tracked()
class CampaignPolicy(BrandOwned, Model):
    """What a brand decides about the life of its campaigns; without a row the defaults hold."""

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    arm_on_approval = models.BooleanField(
        _("schedule at once"), default=True, help_text=_("Approval also arms the approved dates.")
    )
    grace_minutes = models.PositiveIntegerField(
        _("grace time in minutes"),
        default=30,
        validators=[MaxValueValidator(LONGEST_GRACE)],
        help_text=_("A start that passes by more than this makes the campaign Missed (Rule A8)."),
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("campaign policy")
        verbose_name_plural = _("campaign policies")

    def __str__(self) -> str:
        return str(self.brand)

    @classmethod
    def of(cls, brand_id: UUID) -> "CampaignPolicy":
        """The brand's policy, or the defaults (not saved)."""
        found: CampaignPolicy | None = cls.objects.filter(brand_id=brand_id).first()
        return found or cls(brand_id=brand_id)

    @property
    def grace(self) -> timedelta:
        """How late a start may be."""
        return timedelta(minutes=self.grace_minutes)

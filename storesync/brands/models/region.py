"""Region: a node of a brand's tree of regions."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.brands.querysets import RegionQuerySet
from storesync.brands.rights import RIGHTS
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


@tracked(exclude=["path"])
class Region(BrandOwned, Model):
    """A node of a brand's tree of regions. `path` holds its ancestors' ids and its own, root first."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = ArrayField(models.UUIDField(), default=list, editable=False)

    objects: ClassVar = BrandManager.from_queryset(RegionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        permissions = list(RIGHTS)
        indexes = [GinIndex(fields=["path"], name="region_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "parent", "name"], name="region_name_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["id", "brand"], name="region_with_brand"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="region_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.name

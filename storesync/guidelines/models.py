"""The guidelines of a brand: a draft, immutable versions, and which of them is in force."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


@tracked()
class GuidelineSet(BrandOwned, Model):
    """What a brand's messages are held against. `draft` is the version being written (guidelines.rules).

    `draft_number` counts the saves of the draft, so that two editors never overwrite each other in silence.
    One version is in force, or none; without a row there is nothing but an empty draft.
    """

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    draft = models.JSONField(_("draft"), default=list, blank=True)
    draft_number = models.PositiveIntegerField(_("draft number"), default=0)
    in_force = models.ForeignKey(
        "guidelines.GuidelineVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version in force"),
    )
    in_force_since = models.DateTimeField(_("in force since"), null=True, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("guidelines")
        verbose_name_plural = _("guidelines")
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="guideline_set_with_brand"),
            models.CheckConstraint(
                condition=Q(in_force__isnull=True, in_force_since__isnull=True)
                | Q(in_force__isnull=False, in_force_since__isnull=False),
                name="guidelines_in_force_since",
            ),
        ]

    def __str__(self) -> str:
        return _("Guidelines of %(brand)s") % {"brand": self.brand}


class GuidelineVersion(BrandOwned, Model):
    """Rules as they were published: immutable, so what was checked by them stays explained.

    It is its own history, so no other is kept.
    """

    guideline_set = models.ForeignKey(GuidelineSet, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    rules = models.JSONField(_("rules"), default=list)
    notes = models.TextField(_("notes"), blank=True, max_length=1000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("guideline version")
        verbose_name_plural = _("guideline versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["guideline_set", "number"], name="guideline_number_once"),
            models.UniqueConstraint(fields=["id", "brand"], name="guideline_version_with_brand"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(
                name="guideline_versions_never_change", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return _("Guidelines, version %(number)d") % {"number": self.number}

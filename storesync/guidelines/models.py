"""The guidelines of a brand: a draft, immutable versions, and which of them is in force."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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


class TryOut(BrandOwned, Model):
    """Rules held against campaigns of the past, before they are switched on.

    `rules` are those that were tried, `base` the version that was in force then. Numbers are of campaigns;
    `by_rule` is `{"rule id": {"hits": n, "new": n}}`.
    """

    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rules = models.JSONField(_("rules"), default=list)
    draft_number = models.PositiveIntegerField(_("draft number"), null=True)
    version = models.ForeignKey(GuidelineVersion, models.PROTECT, null=True, related_name="+")
    base = models.ForeignKey(GuidelineVersion, models.PROTECT, null=True, related_name="+")
    since = models.DateField(_("since"), null=True)
    most = models.PositiveIntegerField(_("at most"))
    checked = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    newly_blocked = models.PositiveIntegerField(default=0)
    newly_warned = models.PositiveIntegerField(default=0)
    freed = models.PositiveIntegerField(default=0)
    by_rule = models.JSONField(default=dict)
    done_at = models.DateTimeField(_("done"), null=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("try-out")
        verbose_name_plural = _("try-outs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["brand", "-created_at"], name="try_out_newest")]

    def __str__(self) -> str:
        return str(_("Try-out"))

    @property
    def tried(self) -> str:
        """What was tried, in words."""
        if self.version is not None:
            return _("Version %(number)d") % {"number": self.version.number}
        return str(_("Draft"))


class Outcome(models.TextChoices):
    """What the tried rules would change for one campaign, most telling first."""

    NEWLY_BLOCKED = "1-blocked", _("Newly blocked")
    NEWLY_WARNED = "2-warned", _("New warning")
    KNOWN = "3-known", _("As today")
    FREED = "4-freed", _("No longer blocked")


class TryOutHit(BrandOwned, Model):
    """One campaign of the past about which the tried rules, or those in force, say something.

    `findings` are of the tried rules: `[{"rule", "level", "message", "mend", "new"}]`.
    """

    try_out = models.ForeignKey(TryOut, models.CASCADE, related_name="hits")
    revision = models.ForeignKey("content.Revision", models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    rule_ids = ArrayField(models.CharField(max_length=40), default=list)
    findings = models.JSONField(default=list)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("campaign in a try-out")
        verbose_name_plural = _("campaigns in a try-out")
        ordering = ["outcome", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["try_out", "revision"], name="try_out_hit_once"),
        ]
        indexes = [models.Index(fields=["try_out", "outcome", "-id"], name="try_out_hits")]

    def __str__(self) -> str:
        return f"{self.try_out_id} {self.revision_id}"

"""How a brand wants its campaigns reviewed: policies, groups of people, working hours."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.stages import Stage, read_stages
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

WORKING_HOURS = "Mo-Fr 09:00-17:00"
"""Of a brand that has set none, in OpenStreetMap syntax."""


@tracked()
class ApprovalPolicy(BrandOwned, Model):
    """The stages that campaigns of some types pass, in order. A change applies to new submissions.

    `campaign_types` empty: every type without a policy of its own; a brand has one such policy at most, and a
    type is in one at most. `pass_unchanged`: what does not differ from its approved template version passes
    by itself (Rule A13). `version` counts its changes; a page gives back the one that it showed.
    """

    name = models.CharField(_("name"), max_length=120)
    campaign_types = models.JSONField(_("campaign types"), default=list, blank=True)
    stages = models.JSONField(_("stages"), default=list)
    pass_unchanged = models.BooleanField(
        _("unchanged campaigns pass by themselves"),
        default=False,
        help_text=_("A campaign that does not differ from its approved template version needs nobody."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="policy_name_once_in_brand"),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(campaign_types=[]), name="one_policy_for_the_rest"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        """Its stages, read; the default where it has none."""
        return read_stages(self.stages)


@tracked()
class ReviewGroup(BrandOwned, Model):
    """People of a brand whom policies name together ("Legal"). Who is in it counts when it decides.

    Write members with `through_defaults={"brand": ...}`.
    """

    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="GroupMember",
        blank=True,
        related_name="+",
        verbose_name=_("members"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("review group")
        verbose_name_plural = _("review groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="group_name_once_in_brand"),
            models.UniqueConstraint(fields=["id", "brand"], name="review_group_with_brand"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class GroupMember(BrandOwned, Model):
    """One person in a group."""

    group = models.ForeignKey(ReviewGroup, models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("member of a review group")
        verbose_name_plural = _("members of review groups")
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="once_in_group")]

    def __str__(self) -> str:
        return str(self.person)


@tracked()
class ApprovalSettings(BrandOwned, Model):
    """When a brand works: what due times of its stages are counted in. Without a row the defaults hold.

    `working_hours` in OpenStreetMap syntax, in the brand's zone; `holidays` are dates ("2026-12-25") on which
    nobody works.
    """

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    working_hours = models.CharField(_("working hours"), max_length=300, default=WORKING_HOURS)
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval settings")
        verbose_name_plural = _("approval settings")

    def __str__(self) -> str:
        return str(self.brand)

    @classmethod
    def of(cls, brand_id: UUID) -> "ApprovalSettings":
        """The brand's settings, or the defaults (not saved)."""
        found: ApprovalSettings | None = cls.objects.filter(brand_id=brand_id).first()
        return found or cls(brand_id=brand_id)

    @property
    def days_off(self) -> frozenset[date]:
        """The holidays as dates."""
        return frozenset(date.fromisoformat(day) for day in self.holidays)

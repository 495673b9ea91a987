"""Roll-outs: a wave of one version, the locations chosen for it, and its move to another version."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.brands.models import Location
from storesync.campaigns.models.schedule import approval_schedule
from storesync.campaigns.models.template import TemplateVersion
from storesync.campaigns.querysets import RolloutQuerySet
from storesync.core.history import tracked
from storesync.core.models import Job, Model
from storesync.core.scoping import BrandManager, BrandOwned


class RolloutState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LAUNCHING = "launching", _("Launching")
    LAUNCHED = "launched", _("Launched")
    CANCELLED = "cancelled", _("Cancelled")


class AtDeadline(models.TextChoices):
    """What becomes of drafts that nobody has touched by the edit deadline."""

    SUBMIT = "submit", _("Submit them as they are")
    LEAVE_OUT = "leave_out", _("Leave them out")


@tracked()
class Rollout(BrandOwned, Model):
    """A wave: one template version for chosen locations.

    `schedule` is wall-clock time of each store: `{"start": "approval" | "YYYY-MM-DDTHH:MM", "end": ...}`.
    `selection` says in the person's terms how the locations were chosen; `RolloutLocation` rows say which.
    """

    name = models.CharField(_("name"), max_length=160)
    template_version = models.ForeignKey(
        TemplateVersion,
        models.PROTECT,
        related_name="rollouts",
        verbose_name=_("template version"),
    )
    state = models.CharField(_("state"), max_length=10, choices=RolloutState, default=RolloutState.DRAFT)
    values = models.JSONField(_("values"), default=dict, blank=True)
    schedule = models.JSONField(_("dates"), default=approval_schedule)
    selection = models.JSONField(_("choice of locations"), default=dict, blank=True)
    edit_deadline = models.DateTimeField(_("edit deadline"), null=True, blank=True)
    at_deadline = models.CharField(
        _("at the edit deadline"), max_length=10, choices=AtDeadline, default=AtDeadline.LEAVE_OUT
    )
    deadline_done_at = models.DateTimeField(null=True, blank=True, editable=False)
    audience_list = models.ForeignKey(
        "audience.AudienceList",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recipients"),
    )
    holdout = models.DecimalField(
        _("held out"),
        max_digits=4,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(0.5)],
        help_text=_("Share of the recipients who get nothing, to measure the lift."),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    launched_at = models.DateTimeField(_("launched"), null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    check_job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("check")
    )

    objects: ClassVar = BrandManager.from_queryset(RolloutQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("roll-out")
        verbose_name_plural = _("roll-outs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["brand", "-created_at"], name="rollout_newest")]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="rollout_with_brand"),
            models.CheckConstraint(condition=Q(state__in=RolloutState.values), name="rollout_state_known"),
            models.CheckConstraint(condition=Q(holdout__range=(0, 0.5)), name="rollout_holdout_at_most_half"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.FSM(
                name="rollout_moves",
                field="state",
                transitions=[
                    ("draft", "launching"),
                    ("launching", "launched"),
                    ("launching", "draft"),
                    ("draft", "cancelled"),
                    ("launched", "cancelled"),
                ],
            ),
            pgtrigger.Protect(
                name="launched_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["launching", "launched"])
                & (
                    pgtrigger.Q(old__template_version__df=pgtrigger.F("new__template_version"))
                    | pgtrigger.Q(old__values__df=pgtrigger.F("new__values"))
                    | pgtrigger.Q(old__schedule__df=pgtrigger.F("new__schedule"))
                    | pgtrigger.Q(old__audience_list__df=pgtrigger.F("new__audience_list"))
                    | pgtrigger.Q(old__holdout__df=pgtrigger.F("new__holdout"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == RolloutState.DRAFT


class RolloutLocation(BrandOwned, models.Model):
    """One location chosen for a roll-out; the rows are the choice, whatever filter made them (Rule L1)."""

    id = models.BigAutoField(primary_key=True)
    rollout = models.ForeignKey(Rollout, models.CASCADE, related_name="chosen")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("chosen location")
        verbose_name_plural = _("chosen locations")
        constraints = [
            models.UniqueConstraint(fields=["rollout", "location"], name="location_once_in_rollout"),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.location_id}"


class WaveUpgrade(BrandOwned, Model):
    """The drafts of a roll-out being moved to another version, in the background: the row is the work (S1).

    `values` stand in for variables of the version that the campaigns have no value for.
    """

    rollout = models.ForeignKey(Rollout, models.PROTECT, related_name="upgrades")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    values = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+")
    last_id = models.UUIDField(null=True, help_text=_("The campaign it has come to, in order of id."))
    upgraded = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("upgrade of a roll-out")
        verbose_name_plural = _("upgrades of roll-outs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rollout"], condition=Q(done_at__isnull=True), name="one_upgrade_of_a_rollout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.version_id}"

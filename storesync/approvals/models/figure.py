"""DecisionFigure: what the reports count of one decision."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import Decision, Reason
from storesync.approvals.querysets import FigureQuerySet
from storesync.content.campaign_types import CampaignType
from storesync.core.history import never_emptied
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class DecisionFigure(BrandOwned, Model):
    """One decision about one revision as reports count it: written with its step, whose id it has.

    Steps say what happened; that it took so long at the working hours of that day is worked out once, here.
    It stays when its step goes to the archive (Rule A12), so reports reach back beyond the retention, and it
    is narrow, so that a million of them are summed while a page is waited for.

    Times are in whole minutes: `waited` on the clock since the stage began, `worked` of that in the brand's
    working hours; `own_waited` and `own_worked` since it waited for this person: what escalated to them, or
    was handed over to them, did so later. Nothing of what a rule decided (Rule A13), and no working time
    where the brand never works. `late` is whether it was due before; None where nothing was due.
    """

    decided_at = models.DateTimeField(_("decided"))
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    ended = models.BooleanField(_("ended the review"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    stage_name = models.CharField(_("name of the stage"), max_length=120, blank=True)
    location = models.ForeignKey(
        "brands.Location", models.PROTECT, related_name="+", verbose_name=_("location")
    )
    campaign_type = models.CharField(_("campaign type"), max_length=20, choices=CampaignType, blank=True)
    template_id = models.UUIDField(_("template"), null=True, blank=True)
    wave_id = models.UUIDField(_("roll-out"), null=True, blank=True)
    waited = models.PositiveIntegerField(_("waited"), null=True, blank=True)
    worked = models.PositiveIntegerField(_("waited in working hours"), null=True, blank=True)
    own_waited = models.PositiveIntegerField(_("waited for the person"), null=True, blank=True)
    own_worked = models.PositiveIntegerField(
        _("waited for the person in working hours"), null=True, blank=True
    )
    late = models.BooleanField(_("after it was due"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(FigureQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("figure of a decision")
        verbose_name_plural = _("figures of decisions")
        ordering = ["id"]
        indexes = [models.Index(fields=["brand", "decided_at"], name="figure_of_period")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["approved", "changes_requested", "rejected"]),
                name="figure_of_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, waited__isnull=False)
                | (Q(person__isnull=True) & ~Q(rule="")),
                name="figure_by_a_person_or_a_rule",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="figures_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("figures_stay"),
        ]

    def __str__(self) -> str:
        return str(self.get_decision_display())

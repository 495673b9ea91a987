"""ApprovalStep: what one person, or a rule, did about one revision."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import Decision, ReviewStatus, Way
from storesync.approvals.models.submission import Submission, SubmissionItem
from storesync.approvals.querysets import StepQuerySet
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class ApprovalStep(BrandOwned, Model):
    """One person's decision about one revision, or a rule's (Rule A13): a fact, never changed, never deleted.

    The database refuses updates and deletes; a step is its own history. `created_at` is when it was decided.
    `in_place_of` was absent, or handed it over; `handed_to` has it since.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps")
    item = models.ForeignKey(SubmissionItem, models.PROTECT, related_name="steps")
    revision = models.ForeignKey("content.Revision", models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    stage_name = models.CharField(_("name of the stage"), max_length=120, blank=True)
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in place of"),
    )
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over to"),
    )
    comment = models.TextField(_("comment"), blank=True, max_length=4000)
    previous_status = models.CharField(_("from"), max_length=20, choices=ReviewStatus)
    new_status = models.CharField(_("to"), max_length=20, choices=ReviewStatus)
    way = models.CharField(_("way"), max_length=10, choices=Way)
    rule = models.CharField(_("rule"), max_length=200, blank=True)

    objects: ClassVar = BrandManager.from_queryset(StepQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id", "id"], name="step_of_owner"),
            models.Index(fields=["brand", "-created_at"], name="step_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="step_decision_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(rule=""), name="step_by_a_person_or_a_rule"
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["rejected", "changes_requested"]) | ~Q(comment=""),
                name="step_against_has_comment",
            ),
            models.CheckConstraint(
                condition=~Q(decision="handed_over") | Q(handed_to__isnull=False),
                name="step_handed_over_to_somebody",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="steps_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.get_decision_display())

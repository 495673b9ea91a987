"""BulkDecision: one decision about more than one request can carry."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import Decision, Reason
from storesync.approvals.models.submission import SubmissionItem
from storesync.core.models import Job, Model
from storesync.core.scoping import BrandManager, BrandOwned


class RowOutcome(models.TextChoices):
    """What became of one item of a bulk decision; "" while it was not reached."""

    DONE = "done", _("Decided")
    REFUSED = "refused", _("Stayed as it was")


class BulkDecision(BrandOwned, Model):
    """One person's decision about many items: chosen on the check page, confirmed there, done by a Job.

    Its rows are exactly what the check page counted, whatever comes or goes afterwards (Rule L1). One that
    was never confirmed is cleared away: after a day, or when the person has chosen anew too often.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    comment = models.TextField(_("comment"), blank=True, max_length=4000)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    total = models.PositiveIntegerField(_("total"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["brand"],
                condition=models.Q(confirmed_at__isnull=False, done_at__isnull=True),
                name="bulk_decision_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_decision_display())

    def get_absolute_url(self) -> str:
        return reverse("approvals:bulk", kwargs={"brand": self.brand.slug, "pk": self.pk})


class BulkDecisionRow(BrandOwned, Model):
    """One item of a bulk decision, by its place in the queue, its stage then, and what became of it."""

    bulk = models.ForeignKey(BulkDecision, models.CASCADE, related_name="rows")
    item = models.ForeignKey(SubmissionItem, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("number"))
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome, blank=True)
    reason = models.TextField(_("why"), blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("row of a bulk decision")
        verbose_name_plural = _("rows of a bulk decision")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "item"], name="bulk_decision_names_an_item_once"),
        ]
        indexes = [models.Index(fields=["bulk", "outcome", "position"], name="bulk_decision_rows")]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.position}"

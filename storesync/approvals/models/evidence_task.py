"""EvidenceTask: something about evidence that takes longer than a page may: a verification, a large pack."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class EvidenceWork(models.TextChoices):
    """What is done."""

    VERIFY = "verify", _("Verify the evidence of the brand")
    PACK_JSON = "pack_json", _("Evidence pack (JSON)")
    PACK_PDF = "pack_pdf", _("Evidence pack (PDF)")


class EvidenceTask(BrandOwned, Model):
    """What one person asked for, and what came of it.

    Of a verification `breaks` are the places that do not hold, the first first, each
    {"words", "owner_kind", "owner_id", "number"}, and `counts` what was looked at. Of a pack `data` is the
    file, until `expires_at`; `owner_id` is the campaign.
    """

    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    work = models.CharField(max_length=10, choices=EvidenceWork)
    owner_id = models.UUIDField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    breaks = models.JSONField(default=list, blank=True)
    data = models.BinaryField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("evidence task")
        verbose_name_plural = _("evidence tasks")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="evidence_task_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(work="verify", owner_id__isnull=True)
                | (~Q(work="verify") & Q(owner_id__isnull=False)),
                name="evidence_pack_of_a_campaign",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_work_display())

    def get_absolute_url(self) -> str:
        return reverse("approvals:evidence_task", kwargs={"brand": self.brand.slug, "pk": self.pk})

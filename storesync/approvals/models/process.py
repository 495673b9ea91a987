"""viewflow's process of a submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from storesync.approvals.models.submission import Submission


class ReviewProcess(Process):
    """viewflow's process of one submission. Its tables know no brand: reach it from the submission only."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="process")

    class Meta:
        verbose_name = _("review process")
        verbose_name_plural = _("review processes")

"""MailTest: that somebody sent a test mail of a campaign or a template (Rule S7)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned
from storesync.mailing.testing import MOST_ADDRESSES


class MailTest(BrandOwned, Model):
    """One test mail: of which revision or version, by whom, to how many addresses.

    To whom, and what became of it, is in the ledger (`Delivery` of the source "test" with this id). Exactly
    one of `campaign` and `template` is set; `number` is that of the revision or version, empty for a draft.
    """

    location = models.ForeignKey(
        "brands.Location", models.PROTECT, related_name="+", verbose_name=_("location")
    )
    campaign = models.ForeignKey(
        "campaigns.LocationCampaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tests",
        verbose_name=_("campaign"),
    )
    template = models.ForeignKey(
        "campaigns.CampaignTemplate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tests",
        verbose_name=_("template"),
    )
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    addresses = models.PositiveSmallIntegerField(_("addresses"))

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("test mail")
        verbose_name_plural = _("test mails")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["sent_by", "-created_at"], name="mail_test_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, template__isnull=True)
                | Q(campaign__isnull=True, template__isnull=False),
                name="mail_test_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(addresses__range=(1, MOST_ADDRESSES)), name="mail_test_to_a_few"
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="mail_tests_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.campaign or self.template)

"""What people are told about a campaign, once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.campaigns.models.campaign import LocationCampaign
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class NoticeKind(models.TextChoices):
    START_NEAR = "start_near", _("Starts soon and is not approved")
    DEADLINE = "deadline", _("Not handed in at the edit deadline")


@tracked()
class CampaignNotice(BrandOwned, Model):
    """That a person is told something about a campaign: once for each kind and each moment it is about.

    `about` is the start that comes near (Rule A8), or the edit deadline that passed. `settled_at` is when it
    was done with: told, or found to be of no use any more (`told` says which). A row that is not settled is
    work (Rule S1).
    """

    campaign = models.ForeignKey(
        LocationCampaign, models.PROTECT, related_name="notices", verbose_name=_("campaign")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    about = models.DateTimeField(_("about"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    told = models.BooleanField(_("told"), default=False, db_default=False)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["brand", "person"], condition=Q(settled_at__isnull=True), name="notice_to_tell"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "about", "person"], name="noticed_once_of_campaign"
            ),
            models.CheckConstraint(
                condition=Q(told=False) | Q(settled_at__isnull=False), name="told_notice_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

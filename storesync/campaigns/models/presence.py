"""Who has an edit page open."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class EditPage(models.TextChoices):
    """The pages that show who else has them open."""

    TEMPLATE = "template", _("Template")
    CAMPAIGN = "campaign", _("Campaign")


class Presence(BrandOwned, Model):
    """That a person had the edit page of a template or campaign open a moment ago.

    It stands in nobody's way: who saves meets a conflict, seen or not. Rows last minutes.
    """

    page = models.CharField(max_length=10, choices=EditPage)
    object_id = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("open page")
        verbose_name_plural = _("open pages")
        constraints = [
            models.UniqueConstraint(fields=["page", "object_id", "user"], name="present_once_a_page"),
        ]
        indexes = [models.Index(fields=["brand", "seen_at"], name="presence_by_time")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page} {self.object_id}"

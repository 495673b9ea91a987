"""Templates, their immutable versions, and what may change of a version."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.campaigns.models.schedule import approval_schedule
from storesync.campaigns.querysets import TemplateQuerySet
from storesync.content.campaign_types import CampaignType
from storesync.content.media import media_use_index
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


@tracked()
class CampaignTemplate(BrandOwned, Model):
    """What corporate writes once. `draft` is the version being written; publishing makes a TemplateVersion.

    `draft_number` counts the saves of the draft, so that two editors never overwrite each other in silence.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80)
    campaign_type = models.CharField(_("campaign type"), max_length=20, choices=CampaignType)
    description = models.TextField(_("description"), blank=True, max_length=1000)
    draft = models.JSONField(_("draft"), default=dict, blank=True)
    draft_number = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    deprecated_at = models.DateTimeField(_("deprecated"), null=True, blank=True)
    deprecated_reason = models.CharField(_("why deprecated"), max_length=300, blank=True)
    replacement = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("use instead"),
    )

    objects: ClassVar = BrandManager.from_queryset(TemplateQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name"]
        indexes = [media_use_index("draft", "template_draft_pictures", within="blocks")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="template_slug_once"),
            models.UniqueConstraint(fields=["id", "brand"], name="template_with_brand"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateVersion(BrandOwned, Model):
    """A published version of a template: immutable, so what refers to it never changes (Rule T1).

    `theme` pins the colours it was published with; `default_schedule` is wall-clock time as in Rollout.
    """

    template = models.ForeignKey(CampaignTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    blocks = models.JSONField(_("blocks"))
    variables = models.JSONField(_("variables"), default=list)
    open_fields = models.JSONField(
        _("left to stores"),
        default=list,
        blank=True,
        help_text=_("Parts outside of blocks that stores may change: subject, preheader, schedule."),
    )
    theme = models.JSONField(_("theme"), default=dict)
    default_schedule = models.JSONField(_("usual dates"), default=approval_schedule)
    notes = models.TextField(_("notes"), blank=True, max_length=1000)
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        ordering = ["-number"]
        indexes = [media_use_index("blocks", "template_pictures")]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["id", "brand"], name="template_version_with_brand"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return _("%(template)s, version %(number)d") % {
            "template": self.template.name,
            "number": self.number,
        }


@tracked()
class VersionStanding(BrandOwned, Model):
    """What may change of a version, beside the version itself, which never does (Rule T1).

    Offered: drafts made from an older version are shown what it would change. Deprecated: nothing new is made
    from it, what runs stays. A version without a row is neither.
    """

    version = models.OneToOneField(
        TemplateVersion, models.PROTECT, related_name="standing", verbose_name=_("template version")
    )
    offered_at = models.DateTimeField(_("offered to drafts"), null=True, blank=True)
    deprecated_at = models.DateTimeField(_("deprecated"), null=True, blank=True)
    deprecated_reason = models.CharField(_("why deprecated"), max_length=300, blank=True)
    replacement = models.ForeignKey(
        TemplateVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("use instead"),
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("standing of a version")
        verbose_name_plural = _("standings of versions")

    def __str__(self) -> str:
        return str(self.version)

"""Revision and Approval: what was written, and the fact that exactly this was approved (rule A3)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from storesync.content.hashing import PARTS, content_hash
from storesync.content.media import media_use_index
from storesync.content.querysets import ApprovalQuerySet, RevisionQuerySet
from storesync.core.history import never_emptied, tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


class Revision(BrandOwned, Model):
    """An immutable snapshot of one store's message: content, audience, wall-clock schedule and sender.

    What owns it (a campaign, later a step of a journey) stands on a higher floor and is named by kind and
    id. `audience` is `{"list": uuid, "count": n, "digest": sha256}`; `schedule` is wall-clock time in the
    store's zone: `{"start": "approval" | "2026-11-27T09:00", "end": ...}`. The database refuses every
    update and delete; it is its own history, so no other is kept.
    """

    location = models.ForeignKey(
        "brands.Location", models.PROTECT, related_name="revisions", verbose_name=_("location")
    )
    owner_kind = models.CharField(_("kind of owner"), max_length=20)
    owner_id = models.UUIDField(_("owner"))
    number = models.PositiveIntegerField(_("number"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    variant = models.CharField(_("variant"), max_length=20, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    blocks = models.JSONField(_("blocks"), default=list)
    values = models.JSONField(_("values"), default=dict, blank=True)
    facts = models.JSONField(_("facts of the location"), default=dict, blank=True)
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    schedule = models.JSONField(_("schedule"), default=dict, blank=True)
    sender = models.JSONField(_("sender"), default=dict, blank=True)
    rendered_subject = models.TextField(_("rendered subject"))
    rendered_preheader = models.TextField(_("rendered preheader"), blank=True)
    html = models.TextField(_("HTML"))
    text = models.TextField(_("plain text"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )

    objects: ClassVar = BrandManager.from_queryset(RevisionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["owner_kind", "owner_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "number"], name="revision_number_once_of_owner"
            ),
            models.UniqueConstraint(
                fields=["id", "content_hash", "brand"], name="revision_with_hash_and_brand"
            ),
            models.CheckConstraint(
                condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="revision_hash_is_sha256"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_1"),
        ]
        indexes = [
            models.Index(fields=["brand", "location", "-created_at"], name="revision_of_location"),
            media_use_index("blocks", "revision_pictures"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="revisions_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("revisions_stay"),
        ]

    def __str__(self) -> str:
        return _("%(subject)s, revision %(number)d") % {
            "subject": self.rendered_subject,
            "number": self.number,
        }

    def recompute_hash(self) -> str:
        """The hash of what this row holds now: not `content_hash` only if somebody got past the database."""
        return content_hash(**{name: getattr(self, name) for name in PARTS})


@tracked()
class Approval(BrandOwned, Model):
    """The fact that this hash of this revision is approved: all that the sending gate trusts (rule A3).

    One is in force per revision. Only its revocation may be written, once.
    """

    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="approvals", verbose_name=_("revision")
    )
    content_hash = models.CharField(_("content hash"), max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
        help_text=_("Empty when the brand's policy passed it (Rule A13)."),
    )
    approved_at = models.DateTimeField(_("approved"), db_default=Now())
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects: ClassVar = BrandManager.from_queryset(ApprovalQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-approved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(revoked_at__isnull=True), name="one_approval_in_force"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True),
                name="revoked_by_when_revoked",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="approval_is_a_fact",
                fields=["revision", "content_hash", "approved_by", "approved_at", "created_at"],
            ),
            pgtrigger.Protect(
                name="revoked_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
            pgtrigger.Protect(name="approvals_stay", operation=pgtrigger.Delete),
            never_emptied("all_approvals_stay"),
        ]

    def __str__(self) -> str:
        return self.content_hash[:12]

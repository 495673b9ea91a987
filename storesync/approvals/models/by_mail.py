"""What leads from a mail to a decision: action links, digests, and what was told at once (Rules A2, A11)."""

import hashlib
from datetime import timedelta
from typing import ClassVar, Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import Decision
from storesync.approvals.models.submission import Submission
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

TOKEN_BYTES: Final = 32
"""256 bits: nobody finds one by trying."""


class Purpose(models.TextChoices):
    """The one thing that an action link is for."""

    APPROVE = "approve", _("Approve")
    CHANGES = "changes", _("Ask for changes")
    OPEN = "open", _("Open")

    @property
    def decision(self) -> Decision | None:
        """What its button decides; None where it only leads to the page."""
        return {Purpose.APPROVE: Decision.APPROVED, Purpose.CHANGES: Decision.CHANGES_REQUESTED}.get(self)


def token_digest(token: str) -> str:
    """The SHA-256 of a token, all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def links_last() -> timedelta:
    """How long an action link works (`ACTION_LINK_DAYS`)."""
    return timedelta(days=settings.ACTION_LINK_DAYS)


class ActionLink(BrandOwned, Model):
    """A link in a mail for one person, one purpose, and exactly what one submission asked of them (Rule A2).

    `digest` is that of the (campaign, revision hash) list that waited for the person at `stage`, `count` how
    many they were. Whether it still works is asked when it is used, of what is true then; only that it was
    used is written down. It is no key: whoever follows it signs in, and needs the right as on any page.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    stage = models.PositiveSmallIntegerField(_("stage"))
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("campaigns"))
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("works until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("action link")
        verbose_name_plural = _("action links")
        indexes = [models.Index(fields=["expires_at"], name="action_link_over")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="action_link_purpose_known"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="action_link_is_bound",
                fields=["submission", "person", "purpose", "stage", "digest", "token_hash", "expires_at"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())

    def get_absolute_url(self) -> str:
        return reverse("links:page", kwargs={"pk": self.pk})


class DigestState(models.TextChoices):
    """What became of one person's digest of one day."""

    DUE = "due", _("Due")
    SENT = "sent", _("Sent")
    NOTHING = "nothing", _("Nothing waited")
    AWAY = "away", _("Away")
    UNWANTED = "unwanted", _("Not wanted")
    TOO_LATE = "too_late", _("Too late")


class ApprovalDigest(BrandOwned, Model):
    """One person's digest of one brand and local date: the claim that makes it one (Rule A11).

    Written when its time has come, by whichever worker looks first, and settled in the transaction that
    writes the mail. `due_at` is 09:00 in the person's zone on that date; `items` how many
    campaigns it told of.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    local_date = models.DateField(_("date"))
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=DigestState, default=DigestState.DUE)
    items = models.PositiveIntegerField(_("campaigns"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval digest")
        verbose_name_plural = _("approval digests")
        constraints = [
            models.UniqueConstraint(fields=["person", "brand", "local_date"], name="digest_once_a_day"),
            models.CheckConstraint(condition=Q(state__in=DigestState.values), name="digest_state_known"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="due"), name="digest_to_make"),
            models.Index(fields=["local_date"], name="digest_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date}"


class UrgentTelling(BrandOwned, Model):
    """Who was told at once of what is urgent in a submission at its present stage: one mail each, no second.

    Looked at again when somebody else sits there, and now and then, since rights and absences change.
    """

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="+")
    stage = models.PositiveSmallIntegerField(_("stage"))
    told = ArrayField(models.IntegerField(), verbose_name=_("told"), default=list, blank=True)
    looked_at = models.DateTimeField()

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("urgent notice")
        verbose_name_plural = _("urgent notices")

    def __str__(self) -> str:
        return f"{self.submission_id}"

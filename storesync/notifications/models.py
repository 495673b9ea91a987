"""Notice: what one person is told about one matter. NoticePreference: how they want to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned
from storesync.notifications.querysets import NoticeQuerySet


class Notice(BrandOwned, Model):
    """What a person is told about one matter of a brand.

    A later event of the same matter changes this row: while it is unread, `occurrences` counts the events,
    else it begins anew and is unread again. `facts` are ids and plain words, from which its kind makes
    sentences when it is read; `about` is the moment it is about, where there is one (a start, a due time).

    `on_page`, `mail_due` and `collected` are what the person's preferences said at the event: shown in the
    centre, mailed at once (a row whose mail is due is work, Rule S1), left for the daily digest. Mails with
    the same `thread` are one conversation; `number` counts the events over all, so each mail has a name.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    matter = models.CharField(max_length=120)
    thread = models.CharField(max_length=120)
    facts = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=500, blank=True)
    about = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False, db_default=False)
    occurrences = models.PositiveIntegerField(default=1, db_default=1)
    number = models.PositiveIntegerField(default=1, db_default=1)
    happened_at = models.DateTimeField(_("when"))
    on_page = models.BooleanField(default=True, db_default=True)
    mail_due = models.BooleanField(default=False, db_default=False)
    collected = models.BooleanField(default=False, db_default=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    digested_at = models.DateTimeField(_("in a digest"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(NoticeQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(
                fields=["person", "-happened_at", "-id"],
                condition=Q(on_page=True, dismissed_at__isnull=True),
                name="notice_centre",
            ),
            models.Index(
                fields=["person", "-happened_at", "-id"],
                condition=Q(on_page=True, dismissed_at__isnull=True, read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(fields=["brand", "person"], condition=Q(mail_due=True), name="notice_to_mail"),
            models.Index(
                fields=["person", "brand"],
                condition=Q(collected=True, digested_at__isnull=True, read_at__isnull=True),
                name="notice_to_collect",
            ),
            models.Index(fields=["brand", "kind", "matter"], name="notice_of_matter"),
            models.Index(fields=["happened_at"], name="notice_oldest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "brand", "kind", "matter"], name="one_notice_of_a_matter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter}"

    def get_absolute_url(self) -> str:
        """Where it is opened: marks it as read and leads on."""
        return reverse("notifications:open", args=[self.pk])

    @property
    def is_unread(self) -> bool:
        """Whether the bell counts it."""
        return self.read_at is None and self.dismissed_at is None


@tracked()
class NoticePreference(Model):
    """By which channels a person wants one kind of notice; without a row its defaults hold."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    page = models.BooleanField(_("in StoreSync"), default=False)
    mail = models.BooleanField(_("e-mail at once"), default=False)
    digest = models.BooleanField(_("daily digest"), default=False)

    class Meta:
        verbose_name = _("preference of notices")
        verbose_name_plural = _("preferences of notices")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_of_a_kind")]

    def __str__(self) -> str:
        return self.kind


class Announcement(BrandOwned, Model):
    """That something happened of which people are still to be told: one row in the transaction that did it.

    A row is work (Rule S1): whoever is registered for its `source` finds out whom it concerns and tells
    them, after which it is deleted. `tries` counts the times that this failed.
    """

    source = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        ordering = ["tries", "created_at", "pk"]

    def __str__(self) -> str:
        return self.source

"""Thread, Comment and Mention: what people say to each other about one place of a text.

What is talked about stands on another floor and is named by kind and id, as the owner of a content.Revision
is: a campaign now, whatever owns revisions later.
"""

from datetime import timedelta
from typing import ClassVar, Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.comments.places import place_key, place_words
from storesync.comments.querysets import MentionQuerySet, ThreadQuerySet
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

LONGEST_COMMENT: Final = 2000
"""Characters of one comment."""
LONGEST_QUOTE: Final = 300
"""Characters of the quoted text that a thread keeps."""
STRIKE_WITHIN: Final = timedelta(hours=1)
"""How long after writing it an author may strike a comment out."""


@tracked()
class Thread(BrandOwned, Model):
    """A conversation about one place of an owner: a field of a block, its subject, or all of it.

    `block_id` and `field` name the place as blocks do ("" and "subject"; both empty: the whole). What stood
    there when it was begun is kept in `quote`, and `revision_number` says in which revision that was, so that
    a reader can be told what has changed since. `location` is the owner's, for rights.
    """

    location = models.ForeignKey(
        "brands.Location", models.PROTECT, related_name="+", verbose_name=_("location")
    )
    owner_kind = models.CharField(_("kind of owner"), max_length=20)
    owner_id = models.UUIDField(_("owner"))
    block_id = models.CharField(_("block"), max_length=40, blank=True)
    block_type = models.CharField(_("type of block"), max_length=20, blank=True)
    field = models.CharField(_("field"), max_length=40, blank=True)
    quote = models.CharField(_("quoted text"), max_length=LONGEST_QUOTE, blank=True)
    revision_number = models.PositiveIntegerField(_("begun on revision"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    reopened_at = models.DateTimeField(_("reopened"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reopened by"),
    )

    objects: ClassVar = BrandManager.from_queryset(ThreadQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id", "created_at"], name="thread_of_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="thread_with_brand"),
            models.CheckConstraint(condition=Q(revision_number__gte=1), name="thread_of_a_revision"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="resolved_by_somebody",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="thread_stays_at_its_place",
                fields=[
                    "location",
                    "owner_kind",
                    "owner_id",
                    "block_id",
                    "block_type",
                    "field",
                    "quote",
                    "revision_number",
                ],
            ),
            pgtrigger.Protect(name="threads_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def key(self) -> str:
        """The place as addresses and forms name it."""
        return place_key(self.block_id, self.field)

    @property
    def place(self) -> str:
        """The place in words, in the reader's language."""
        return place_words(self.block_type, self.field)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.resolved_at is None


@tracked()
class Comment(BrandOwned, Model):
    """One person's words in a thread: plain text. Struck out, it is no longer shown and stays in history."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments", verbose_name=_("thread"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    struck_at = models.DateTimeField(_("struck out"), null=True, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["thread", "created_at"], name="comment_of_thread")]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="comment_with_brand"),
            models.CheckConstraint(condition=~Q(body=""), name="comment_says_something"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(name="comment_stays_its_author_s", fields=["thread", "author"]),
            pgtrigger.Protect(name="comments_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.body[:80]


@tracked()
class Mention(BrandOwned, Model):
    """That a comment names a person, who is told of it once.

    `settled_at` is when that was done with: told, or found not to be theirs to read any more (`told` says
    which). A row that is not settled is work (Rule S1).
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions", verbose_name=_("comment"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    told = models.BooleanField(_("told"), default=False, db_default=False)

    objects: ClassVar = BrandManager.from_queryset(MentionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(settled_at__isnull=True), name="mention_to_tell")
        ]
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mentioned_once_in_comment"),
            models.CheckConstraint(
                condition=Q(told=False) | Q(settled_at__isnull=False), name="told_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

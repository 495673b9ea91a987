"""What every business model has in common, the rows of long tasks, files and kept views of lists."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from storesync.core.scoping import BrandOwned


def new_id() -> UUID:
    """A time-ordered key (RFC 9562, UUID version 7)."""
    return uuid7()


class Model(models.Model):
    """Base of every business model: a time-ordered UUID key, and when it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save; a save of named fields moves `updated_at` too."""
        if update_fields is not None:
            update_fields = {*update_fields, "updated_at"}
        super().save(*args, update_fields=update_fields, **kwargs)


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class Job(BrandOwned, Model):
    """One long task with progress and a page of its own.

    `done` of `total` are counted in the unit that `unit` names (rows, stores, mails); `result` is what the
    page shows at the end; `stop_requested` asks the task to end at its next safe place.
    """

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    total = models.PositiveBigIntegerField(_("total"), default=0)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    message = models.TextField(_("message"), blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    back_url = models.CharField(_("back to"), max_length=300, blank=True)
    stop_requested = models.BooleanField(_("stop requested"), default=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )

    class Meta(BrandOwned.Meta):
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["brand", "-created_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:job_detail", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def is_over(self) -> bool:
        """Whether the task has ended, whichever way."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.STOPPED}


class ListFile(BrandOwned, Model):
    """A list as a file that takes a Job to make: what one person asked for, and the file once it is there.

    `address` and `query` are those of the page of the list. `stored` names the file in the default storage;
    it is empty until the Job is done, and again once the file is too old (core.list_files.KEPT).
    """

    job = models.OneToOneField(Job, models.CASCADE, related_name="list_file")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=300)
    query = models.TextField(blank=True)
    name = models.CharField(max_length=100)
    stored = models.CharField(max_length=200, blank=True)

    class Meta(BrandOwned.Meta):
        verbose_name = _("file of a list")
        verbose_name_plural = _("files of lists")

    def __str__(self) -> str:
        return self.name


class SavedView(BrandOwned, Model):
    """One person's view of a list: search, filters, order and page size under a name; or a role's too.

    `list_name` is the list (`ListView.saved_views`), `page_name` the address of it that the view opens, both
    names of addresses; `query` what stands behind the question mark. `shared_with` is the role of the brand
    that sees it besides, "" for none. A removed one can be brought back for a while.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=100)
    page_name = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    shared_with = models.CharField(_("shared with"), max_length=20, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    OPENS_FIRST = "opens_first"
    opens_first: bool
    """Whether the reader's list opens with it: put in by `core.saved_views` under this name."""

    class Meta(BrandOwned.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                "brand",
                "person",
                "list_name",
                Lower("name"),
                condition=Q(removed_at__isnull=True),
                name="saved_view_named_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "list_name"],
                condition=~Q(shared_with=""),
                name="saved_view_shared",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list as the view shows it; `view` tells the page which one it is."""
        try:
            page = reverse(self.page_name, kwargs={"brand": self.brand.slug})
        except NoReverseMatch:  # a page of an earlier version: what it showed is told by its list now
            page = reverse(self.list_name, kwargs={"brand": self.brand.slug})
        return f"{page}?{self.query}{'&' if self.query else ''}view={self.pk}"


class DefaultView(BrandOwned, Model):
    """The view that one person's list opens with: one of their own, or one that is shared with them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=100)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta(BrandOwned.Meta):
        verbose_name = _("view that opens first")
        verbose_name_plural = _("views that open first")
        constraints = [
            models.UniqueConstraint(fields=["brand", "person", "list_name"], name="one_first_view_per_list")
        ]

    def __str__(self) -> str:
        return self.list_name


class PeriodicClaim(models.Model):
    """The run of one periodic job in one period: whoever claims the row does the work, once.

    `lease_until` lets another worker take over from one that died; `finished_at` ends the matter.
    """

    job = models.CharField(max_length=100)
    period = models.CharField(max_length=40)
    claimed_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="one_claim_per_period")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class Heartbeat(models.Model):
    """When a part of the system was last seen alive, by the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

"""MediaImage: a picture of a brand's library."""

from typing import ClassVar, Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.content.media import MEDIA, MEDIA_PATH, SMALL, media_url, sized_name
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned
from storesync.media.querysets import MediaQuerySet

_PUNCTUATION: Final = "-_.,;/+()[]"


class PictureFormat(models.TextChoices):
    """What a picture is stored as, whatever was uploaded."""

    JPEG = "jpg", _("Photo (JPEG)")
    PNG = "png", _("Drawing (PNG)")
    GIF = "gif", _("Animation (GIF)")


@tracked(exclude=["search"])
class MediaImage(BrandOwned, Model):
    """A picture of a brand's library: its words may change, its content never does.

    `name` is made of the SHA-256 of the bytes that were encoded anew, so the same picture is one row of its
    brand, and a message that names it shows the same picture for ever. `renditions` lists its copies, largest
    first: width and height in pixels, size in bytes, name of the file.
    """

    name = models.CharField(_("name"), max_length=40)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        help_text=_("What the picture shows, in a few words: for people who do not see it."),
    )
    title = models.CharField(_("title"), max_length=120, blank=True)
    tags = models.CharField(
        _("tags"), max_length=200, blank=True, help_text=_("Words to find it by, separated by commas.")
    )
    format = models.CharField(_("kind"), max_length=3, choices=PictureFormat)
    moving = models.BooleanField(_("moves"), default=False)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size in bytes"))
    renditions = models.JSONField(_("copies"), default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector(
            "alt",
            "title",
            "tags",
            # A file name is one word to PostgreSQL; people search for its parts.
            Func("file_name", Value(_PUNCTUATION), Value(" " * len(_PUNCTUATION)), function="translate"),
            config="simple",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar = BrandManager.from_queryset(MediaQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at"]
        indexes = [
            GinIndex(fields=["search"], name="media_search"),
            models.Index(fields=["brand", "-created_at", "-id"], name="media_newest"),
            models.Index(fields=["brand", "alt", "id"], name="media_by_alt"),
            models.Index(fields=["brand", "-size", "-id"], name="media_by_size"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="media_once_in_brand"),
            models.CheckConstraint(condition=~Q(alt=""), name="media_has_alt"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[0-9a-f]{32}\.(png|jpg|gif)$"), name="media_named_by_content"
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="content_never_changes",
                fields=["name", "sha256", "format", "moving", "width", "height", "size", "renditions"],
            ),
            pgtrigger.Protect(name="pictures_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title or self.alt

    def get_absolute_url(self) -> str:
        return reverse("media:image", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def address(self) -> str:
        """What a block writes to show it: `media:<name>`."""
        return MEDIA + self.name

    @property
    def public_url(self) -> str:
        """Where mail programs find it: a complete address."""
        return media_url(self.address)

    @property
    def url(self) -> str:
        """Where our own pages find it."""
        return MEDIA_PATH + self.name

    @property
    def small_url(self) -> str:
        """Its smaller copy, for our own pages."""
        return MEDIA_PATH + sized_name(self.name, SMALL)

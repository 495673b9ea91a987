"""EmbeddedDocument: a text of a brand with the vector that says what it is about."""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

DIMENSIONS: Final = 1536
"""Numbers in a stored vector; shorter ones are filled up with zeros, which changes no similarity."""

DICTIONARIES: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages that PostgreSQL can reduce to stems; others are searched word by word ("simple")."""


def dictionary_of(language: str) -> str:
    """The name of PostgreSQL's text search configuration for a language ("de", "de-AT")."""
    return DICTIONARIES.get(language[:2], "simple")


# The brand is a word of each of its documents, so that the index meets brand and words at once (Rule T6).
_WORDS: Final = (
    "(array_to_tsvector(ARRAY[brand_id::text]) || CASE left(language, 2) "
    + " ".join(f"WHEN '{code}' THEN to_tsvector('{name}', text)" for code, name in DICTIONARIES.items())
    + " ELSE to_tsvector('simple', text) END)"
)


class EmbeddedDocument(BrandOwned, Model):
    """What one object of the floors above says, for search by words and by meaning.

    `kind` and `object_id` name the object, `model` whose vector stands in `vector` (unit length, so that the
    inner product is the cosine). A row without a vector is due: `due_at` is when a worker takes it, and moves
    ahead as a lease while one is at it. Type, region, period and outcome are what search can be narrowed to;
    `score` (0 to 1) is how well it did, null when nobody knows. `text` carries no data of recipients.
    """

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.UUIDField()
    model = models.CharField(_("model"), max_length=80)
    text = models.TextField(_("text"))
    text_hash = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=10)
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True)
    due_at = models.DateTimeField(null=True)
    campaign_type = models.CharField(_("campaign type"), max_length=20, blank=True)
    region_path = ArrayField(models.UUIDField(), default=list, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    words = models.GeneratedField(
        expression=Func(template=_WORDS, output_field=SearchVectorField()),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("document with its meaning")
        verbose_name_plural = _("documents with their meaning")
        indexes = [
            GinIndex(fields=["words"], name="meaning_words"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="meaning_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "model", "kind", "object_id"], name="meaning_once_a_model"
            ),
            models.CheckConstraint(
                condition=Q(vector__isnull=True, due_at__isnull=False)
                | Q(vector__isnull=False, due_at__isnull=True),
                name="meaning_due_or_embedded",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="meaning_score_is_share"
            ),
        ]

    def __str__(self) -> str:
        return self.text.split("\n", 1)[0][:80]

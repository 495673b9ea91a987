"""Writes of documents. Called by the floors above inside their own actions, and by commands."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from storesync.brands.models import Brand
from storesync.core.models import new_id
from storesync.core.scoping import require_scope
from storesync.meaning.embedders import embedder_for
from storesync.meaning.models import EmbeddedDocument
from storesync.meaning.tasks import embed_due

MAX_TEXT: Final = 20_000
"""Characters of a document that are kept; a mail that Gmail does not clip says less."""

_SET: Final = """
INSERT INTO meaning_embeddeddocument AS known
    (id, created_at, updated_at, brand_id, model, kind, object_id, text, text_hash, language, campaign_type,
     region_path, starts_on, outcome, score, due_at)
SELECT id, now(), now(), %(brand)s, %(model)s, kind, object_id, text, text_hash, language, campaign_type,
       region_path::uuid[], starts_on, outcome, score, now()
FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(objects)s::uuid[], %(texts)s::text[], %(hashes)s::text[],
            %(languages)s::text[], %(types)s::text[], %(regions)s::text[], %(starts)s::date[],
            %(outcomes)s::text[], %(scores)s::float8[])
     AS given (id, kind, object_id, text, text_hash, language, campaign_type, region_path, starts_on,
               outcome, score)
ORDER BY kind, object_id
ON CONFLICT (brand_id, model, kind, object_id) DO UPDATE SET
    updated_at = now(), text = excluded.text, text_hash = excluded.text_hash, language = excluded.language,
    campaign_type = excluded.campaign_type, region_path = excluded.region_path,
    starts_on = excluded.starts_on, outcome = excluded.outcome, score = excluded.score,
    vector = CASE WHEN known.text_hash = excluded.text_hash THEN known.vector END,
    due_at = CASE WHEN known.text_hash = excluded.text_hash THEN known.due_at ELSE now() END
WHERE (known.text_hash, known.language, known.campaign_type, known.region_path, known.starts_on,
       known.outcome, known.score)
   IS DISTINCT FROM
      (excluded.text_hash, excluded.language, excluded.campaign_type, excluded.region_path,
       excluded.starts_on, excluded.outcome, excluded.score)
RETURNING due_at IS NOT NULL
"""
_ONE_STAYS: Final = """
DELETE FROM meaning_embeddeddocument WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY kind, object_id
                                      ORDER BY (model = %(model)s) DESC, updated_at DESC, id) AS place
        FROM meaning_embeddeddocument WHERE brand_id = %(brand)s
    ) AS ranked WHERE place > 1)
"""
_ALL_DUE: Final = """
UPDATE meaning_embeddeddocument SET model = %(model)s, vector = NULL, due_at = now(), updated_at = now()
WHERE brand_id = %(brand)s
"""


@dataclass(frozen=True, slots=True)
class Document:
    """What an object says, as the floor that owns it hands it in.

    Attributes:
        kind, object_id: the object ("campaigns.template", its id).
        text: its words, what it is called on the first line; no data of recipients.
        language: of the text ("de").
        campaign_type, region_path, starts_on, outcome: what search can be narrowed to; `region_path` are the
            regions it was for with all above them, none for the whole brand.
        score: how well it did, 0 to 1; None when nobody knows.
    """

    kind: str
    object_id: UUID
    text: str
    language: str
    campaign_type: str = ""
    region_path: Sequence[UUID] = ()
    starts_on: date | None = None
    outcome: str = ""
    score: float | None = None


def set_documents(*, brand: Brand, documents: Sequence[Document]) -> int:
    """Write what objects of a brand say: one statement, however many; a worker makes the vectors.

    Idempotent: an unchanged document is not written at all, and one whose text is the same keeps its vector.
    Of several for one object the last counts. Returns how many were written.
    """
    require_scope(brand.pk)
    last = {(document.kind, document.object_id): document for document in documents}
    if not last:
        return 0
    rows = list(last.values())
    texts = [row.text.replace("\x00", "")[:MAX_TEXT] for row in rows]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            _SET,
            {
                "brand": brand.pk,
                "model": embedder_for(brand.pk).name,
                "ids": [new_id() for _row in rows],
                "kinds": [row.kind for row in rows],
                "objects": [row.object_id for row in rows],
                "texts": texts,
                "hashes": [hashlib.sha256(text.encode()).hexdigest() for text in texts],
                "languages": [row.language for row in rows],
                "types": [row.campaign_type for row in rows],
                "regions": ["{" + ",".join(map(str, row.region_path)) + "}" for row in rows],
                "starts": [row.starts_on for row in rows],
                "outcomes": [row.outcome for row in rows],
                "scores": [row.score for row in rows],
            },
        )
        written = cursor.fetchall()
        if any(due for (due,) in written):
            embed_due.wake(brand.pk)
    return len(written)


def remove_documents(*, brand: Brand, kind: str, object_ids: Collection[UUID]) -> int:
    """Forget what these objects said, whichever model it was embedded with; how many rows went."""
    require_scope(brand.pk)
    gone, _each = EmbeddedDocument.objects.filter(brand=brand, kind=kind, object_id__in=object_ids).delete()
    return gone


def rebuild(*, brand: Brand) -> int:
    """Make every vector of a brand anew with the model it uses now; how many are due.

    What another model made goes. Until a vector is there, its document is found by words alone.
    """
    require_scope(brand.pk)
    found: dict[str, Any] = {"brand": brand.pk, "model": embedder_for(brand.pk).name}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_STAYS, found)
        cursor.execute(_ALL_DUE, found)
        due: int = cursor.rowcount
        embed_due.wake(brand.pk)
    return due

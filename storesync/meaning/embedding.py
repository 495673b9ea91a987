"""Giving vectors to the documents that are due, a batch at a time."""

import struct
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from storesync.core.scoping import require_scope
from storesync.meaning.embedders import Embedder, embedder_for, padded
from storesync.meaning.models import DIMENSIONS

BATCH: Final = 512
LEASE: Final = timedelta(minutes=3)
"""How long a worker may be at a batch: longer than three tries of 45 s at a model elsewhere (Rule T8)."""

# A claim or a vector that a crash of the server takes back is made again: nobody waits for the disk.
_UNSURE: Final = "SET LOCAL synchronous_commit = off"
_CLAIM: Final = """
UPDATE meaning_embeddeddocument SET due_at = now() + %(lease)s
WHERE id IN (SELECT id FROM meaning_embeddeddocument
             WHERE brand_id = %(brand)s AND model = %(model)s AND due_at <= now()
             ORDER BY due_at LIMIT %(count)s FOR UPDATE SKIP LOCKED)
RETURNING id, text_hash, text
"""
_STORE: Final = """
UPDATE meaning_embeddeddocument known SET vector = given.vector, due_at = NULL, updated_at = now()
FROM meaning_given given
WHERE known.id = given.id AND known.text_hash = given.text_hash AND known.model = %(model)s
"""


def embed_batch(*, brand_id: UUID, embedder: Embedder | None = None) -> int:
    """Give vectors to up to BATCH documents that are due; how many were taken.

    Taken by a lease, in a transaction of its own, so that nobody waits for a lock while a model thinks: a
    worker that dies, or whose model fails, leaves them due when the lease ends. A text that was changed
    meanwhile has another hash and keeps its place in the queue.
    """
    require_scope(brand_id)
    model = embedder or embedder_for(brand_id)
    found: dict[str, Any] = {"brand": brand_id, "model": model.name, "lease": LEASE, "count": BATCH}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNSURE)
        cursor.execute(_CLAIM, found)
        claimed = cursor.fetchall()
    if claimed:
        vectors = padded(model.embed([text for _id, _hash, text in claimed]))
        _store(model.name, [(key, text_hash) for key, text_hash, _text in claimed], vectors)
    return len(claimed)


def _store(model: str, claimed: Sequence[tuple[UUID, str]], vectors: npt.NDArray[np.float16]) -> None:
    """Write vectors: COPY in PostgreSQL's binary format, as text they take ten times as long."""
    head = struct.pack(">11sII", b"PGCOPY\n\xff\r\n\x00", 0, 0)
    wire = vectors.astype(">f2")
    parts = [head]
    for (key, text_hash), vector in zip(claimed, wire, strict=True):
        text = text_hash.encode()
        parts += [
            struct.pack(">HI", 3, 16),
            key.bytes,
            struct.pack(">I", len(text)),
            text,
            struct.pack(">IHH", 4 + 2 * DIMENSIONS, DIMENSIONS, 0),
            vector.tobytes(),
        ]
    parts.append(struct.pack(">h", -1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNSURE)
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS meaning_given"
            f" (id uuid, text_hash text, vector halfvec({DIMENSIONS})) ON COMMIT DELETE ROWS"
        )
        with cursor.copy("COPY meaning_given FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"".join(parts))
        cursor.execute(_STORE, {"model": model})

"""An index of its own for the vectors of each large brand.

One HNSW index over all brands would be searched first and filtered by brand afterwards, and lose rows in
silence (recall 0.41 at a brand of 10 %, measured). So a brand is searched exactly, through the btree that
begins with it, which costs 16 ms at LIMIT documents and finds everything; only a brand above LIMIT gets a
*partial* HNSW index that holds its rows of one model and no other's. The planner takes it for questions to
the whole brand. What is narrowed further is searched exactly at any size: filtering an approximate answer
would lose rows again.

Indexes are made CONCURRENTLY, so nobody waits for them, and dropped when a brand has shrunk (well below
LIMIT, or one at the edge would build and drop for ever). They belong to one installation, not to the schema.
"""

import hashlib
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

LIMIT: Final = 20_000
"""Documents of a brand up to which its search is exact."""
_KEPT_FROM: Final = LIMIT * 3 // 4
_PREFIX: Final = "meaning_near_"
_LOCK: Final = 0x6D65616E
_COUNTS: Final = """
SELECT brand_id, model, count(*) FROM meaning_embeddeddocument WHERE vector IS NOT NULL
GROUP BY brand_id, model HAVING count(*) >= %s
"""
_THERE: Final = """
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'meaning_embeddeddocument'::regclass AND c.relname LIKE 'meaning\\_near\\_%%'
"""


def index_name(brand_id: UUID, model: str) -> str:
    """What the index of a brand's vectors of one model is called; PostgreSQL knows 63 characters."""
    return f"{_PREFIX}{brand_id.hex}_{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def tend_indexes(limit: int = LIMIT, kept_from: int = _KEPT_FROM) -> tuple[int, int]:
    """Make the index of each brand above `limit`, drop what is below `kept_from` or broken.

    Outside of any transaction. Two workers never do it at once (an advisory lock), and one that dies in the
    middle leaves an invalid index, which the next one drops and makes again. Returns how many were made and
    dropped.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0, 0
        try:
            return _tend(cursor, limit, kept_from)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _tend(cursor: CursorWrapper, limit: int, kept_from: int) -> tuple[int, int]:
    cursor.execute(_COUNTS, [min(limit, kept_from)])
    counts = {index_name(brand, model): (brand, model, count) for brand, model, count in cursor.fetchall()}
    cursor.execute(_THERE)
    there = dict(cursor.fetchall())
    made = dropped = 0
    for name, valid in there.items():
        if not valid or counts.get(name, (None, None, 0))[2] < kept_from:
            cursor.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
            dropped += 1
    for name, (brand, model, count) in counts.items():
        if count > limit and not there.get(name):
            # The graph is built in memory or many times slower.
            cursor.execute("SET maintenance_work_mem = '512MB'")
            try:
                cursor.execute(
                    sql.SQL(
                        "CREATE INDEX CONCURRENTLY {} ON meaning_embeddeddocument"
                        " USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 128)"
                        " WHERE brand_id = {} AND model = {}"
                    ).format(sql.Identifier(name), sql.Literal(brand), sql.Literal(model))
                )
            finally:
                cursor.execute("RESET maintenance_work_mem")
            made += 1
    return made, dropped

"""Search by words and by meaning at once, and what is like a document.

Two rankings are made, each of CANDIDATES rows: PostgreSQL's full text, and nearness of vectors. They are
merged by reciprocal rank fusion: a row's score is the sum of 1 / (60 + its place) over the rankings it is in
(Cormack, Clarke and Büttcher, SIGIR 2009), which needs no common scale. The brand stands inside both queries
(Rule T6), and so does the model: vectors of two models are never compared.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from storesync.brands.models import Brand
from storesync.core.scoping import require_scope
from storesync.meaning.embedders import Embedder, EmbeddingFailed, embedder_for, padded
from storesync.meaning.models import EmbeddedDocument, dictionary_of

FUSION_K: Final = 60
CANDIDATES: Final = 50
"""Rows that each ranking brings, and the most that a search returns."""
MAX_QUESTION: Final = 1_000
_MAX_WORDS: Final = 16
_RANKED: Final = 500
"""Rows with a word of the question that are ranked; words in more rows than that say next to nothing."""
_EF_SEARCH: Final = 300
"""How far the index of a large brand is searched (rows at hand); 40 unless set, too few for 50 rows."""

_NEAR: Final = """
SELECT id, row_number() OVER (ORDER BY distance, id DESC) AS place, 'meaning' AS how, -distance AS similarity
FROM (SELECT id, vector <#> %(vector)s::halfvec AS distance FROM meaning_embeddeddocument
      WHERE brand_id = %(brand)s AND model = %(model)s AND vector IS NOT NULL {narrowed}
      ORDER BY (vector <#> %(vector)s::halfvec){exactly} LIMIT %(candidates)s) AS near
"""
# Rows with every word; only where these are few, rows with any of them. Both meet the brand in the index.
_WITH_WORDS: Final = """
SELECT id, row_number() OVER (ORDER BY max(rank) DESC, id DESC) AS place, 'words' AS how, NULL::float8
FROM (
    SELECT id, ts_rank(words, %(any)s::tsquery, 1) AS rank FROM (
        WITH every AS MATERIALIZED (
            SELECT id, words FROM meaning_embeddeddocument
            WHERE words @@ %(every)s::tsquery AND brand_id = %(brand)s AND model = %(model)s {narrowed}
            LIMIT %(ranked)s)
        SELECT id, words FROM every
        UNION ALL
        (SELECT id, words FROM meaning_embeddeddocument
         WHERE (SELECT count(*) FROM every) < %(candidates)s
           AND words @@ %(some)s::tsquery AND brand_id = %(brand)s AND model = %(model)s {narrowed}
         LIMIT %(ranked)s)) AS matched) AS ranked
GROUP BY id ORDER BY max(rank) DESC, id DESC LIMIT %(candidates)s
"""
_FUSED: Final = """
SELECT known.id, known.kind, known.object_id, known.text, known.campaign_type, known.starts_on, known.outcome,
       known.score, fused.fused, fused.word_place, fused.meaning_place, fused.similarity
FROM (SELECT id, sum(1.0 / (%(fusion)s + place))::float8 AS fused,
             max(place) FILTER (WHERE how = 'words') AS word_place,
             max(place) FILTER (WHERE how = 'meaning') AS meaning_place,
             max(similarity) AS similarity
      FROM ({rankings}) AS ranking (id, place, how, similarity)
      GROUP BY id ORDER BY fused DESC, id DESC LIMIT %(limit)s) AS fused
JOIN meaning_embeddeddocument known USING (id) ORDER BY fused.fused DESC, known.id DESC
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; what is empty narrows nothing.

    Attributes:
        campaign_types, outcomes: any of these.
        region_id: of this region or one below it, and those of the whole brand.
        starts_from, starts_until: first and last day of the period in which it started.
    """

    campaign_types: Collection[str] = ()
    outcomes: Collection[str] = ()
    region_id: UUID | None = None
    starts_from: date | None = None
    starts_until: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a search, best first.

    Attributes:
        fused: its score by reciprocal rank fusion.
        word_place, meaning_place: its places in the two rankings, from 1; None where it is not in one.
        similarity: cosine of question and text, -1 to 1; None where only words found it.
    """

    id: UUID
    kind: str
    object_id: UUID
    text: str
    campaign_type: str
    starts_on: date | None
    outcome: str
    score: float | None
    fused: float
    word_place: int | None
    meaning_place: int | None
    similarity: float | None


def search(
    *,
    brand: Brand,
    text: str,
    kinds: Collection[str] = (),
    filters: Filters | None = None,
    limit: int = 20,
    embedder: Embedder | None = None,
) -> list[Found]:
    """What a brand has that says something like `text`, best first; at most CANDIDATES rows.

    Args:
        text: a question as a person types it, of any language; its first MAX_QUESTION characters count.
        kinds: only documents of these kinds; all when empty.
        embedder: whose vectors are searched; the brand's own unless given.

    Where the model fails, words alone find.
    """
    question = text.replace("\x00", "").strip()[:MAX_QUESTION]
    if not question:
        return []
    model = embedder or embedder_for(brand.pk)
    try:
        vector = padded(model.embed([question]))[0]
    except EmbeddingFailed:
        vector = None
    return _ranked(
        brand=brand,
        model=model.name,
        words=question,
        vector=vector,
        kinds=kinds,
        filters=filters,
        limit=limit,
    )


def similar(
    *,
    document: EmbeddedDocument,
    kinds: Collection[str] = (),
    filters: Filters | None = None,
    limit: int = 20,
) -> list[Found]:
    """What the brand of a document has that is like it, best first, itself left out.

    By the vector of all it says and the words of its first line, which is what it is called.
    """
    vector = None if document.vector is None else np.asarray(document.vector, dtype=np.float16)
    return _ranked(
        brand=document.brand,
        model=document.model,
        words=document.text.split("\n", 1)[0][:MAX_QUESTION],
        vector=vector,
        kinds=kinds,
        filters=filters,
        limit=limit,
        without=document.pk,
    )


def _ranked(
    *,
    brand: Brand,
    model: str,
    words: str,
    vector: npt.NDArray[np.float16] | None,
    kinds: Collection[str],
    filters: Filters | None,
    limit: int,
    without: UUID | None = None,
) -> list[Found]:
    require_scope(brand.pk)
    narrowed, found = _narrowed(kinds, filters or Filters())
    exactly = " + 0" if narrowed else ""  # an expression no index has: see meaning.indexes
    if without:
        narrowed += " AND id <> %(without)s"
    found |= {"brand": brand.pk, "model": model, "without": without, "limit": min(limit, CANDIDATES)}
    found |= {"candidates": CANDIDATES, "ranked": _RANKED, "fusion": FUSION_K}
    rankings = []
    with transaction.atomic(), connection.cursor() as cursor:
        lexemes = _lexemes(cursor, words, brand.language)
        if lexemes:
            owner = _quoted(str(brand.pk))
            found["any"] = " | ".join(lexemes)
            found["some"] = f"{owner} & ({found['any']})"
            found["every"] = " & ".join([owner, *lexemes])
            rankings.append(f"({_WITH_WORDS.format(narrowed=narrowed)})")
        if vector is not None:
            found["vector"] = "[" + ",".join(map(repr, vector.tolist())) + "]"
            rankings.append(f"({_NEAR.format(narrowed=narrowed, exactly=exactly)})")
        if not rankings:
            return []
        cursor.execute(_FUSED.format(rankings=" UNION ALL ".join(rankings)), found)
        return [Found(*row) for row in cursor.fetchall()]


def _narrowed(kinds: Collection[str], filters: Filters) -> tuple[str, dict[str, Any]]:
    """The conditions of a search beside brand and model, and their values."""
    conditions: list[tuple[str, str, Any]] = [
        ("kind = ANY(%(kinds)s)", "kinds", list(kinds)),
        ("campaign_type = ANY(%(types)s)", "types", list(filters.campaign_types)),
        ("outcome = ANY(%(outcomes)s)", "outcomes", list(filters.outcomes)),
        (
            "(region_path @> ARRAY[%(region)s]::uuid[] OR region_path = '{}')",
            "region",
            filters.region_id,
        ),
        ("starts_on >= %(from)s", "from", filters.starts_from),
        ("starts_on <= %(until)s", "until", filters.starts_until),
    ]
    asked = [(condition, name, value) for condition, name, value in conditions if value]
    return (
        "".join(f" AND {condition}" for condition, _name, _value in asked),
        {name: value for _condition, name, value in asked},
    )


def _lexemes(cursor: CursorWrapper, words: str, language: str) -> list[str]:
    """The words of a question in the brand's dictionary, quoted for a tsquery; tunes the search, too."""
    # Without sequential scans, which begin anywhere: of many rows with a word the same are always ranked.
    cursor.execute(
        "SELECT tsvector_to_array(to_tsvector(%s::regconfig, %s)), set_config('hnsw.ef_search', %s, true),"
        " set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true)",
        [dictionary_of(language), words, str(_EF_SEARCH)],
    )
    (found, *_settings) = cursor.fetchone()
    return [_quoted(lexeme) for lexeme in sorted(found, key=len, reverse=True)[:_MAX_WORDS]]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"

"""Search by meaning: 100,000 documents of 50 brands: one has 60 % of them, one 10 %, one 1 %.

Hybrid search through the whole path (embedding the question, words and vectors, fusion, rows) against the
same question answered with numpy: embedding it, an exact scan over the brand's vectors in memory (single
precision, as long as they are stored), the rows of the ten best. Recall is against the fusion of numpy's
exact ranking with the same ranking by words. Embedding goes through the worker's path, from due rows to
vectors in the table, against wordllama alone with the same texts.
"""

import csv
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone

from storesync.brands.models import Brand
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from storesync.meaning import indexes, searching
from storesync.meaning.actions import Document, set_documents
from storesync.meaning.embedders import LOCAL, padded
from storesync.meaning.embedding import embed_batch
from storesync.meaning.models import DIMENSIONS, EmbeddedDocument
from tests.benchmarks import Result
from tests.factories import BrandFactory

DOCUMENTS = 100_000
BRANDS = 50
SHARES = (0.60, 0.10, 0.01)
QUESTIONS = 100
KIND = "bench.text"


def run(scale: float) -> Iterator[Result]:
    """`scale` 1 is 100,000 documents; the limit of the exact search shrinks with them."""
    total = max(2_000, int(DOCUMENTS * scale))
    pieces = _pieces()
    chance = random.Random(6)
    counts = [int(total * share) for share in SHARES]
    counts += [(total - sum(counts)) // (BRANDS - len(SHARES))] * (BRANDS - len(SHARES))
    brands = [BrandFactory() for _count in counts]
    texts = [[_text(pieces, chance) for _one in range(count)] for count in counts]
    for brand, mine in zip(brands, texts, strict=True):
        with brand_scope([brand.pk]):
            for start in range(0, len(mine), 1_000):
                set_documents(
                    brand=brand,
                    documents=[Document(KIND, new_id(), text, "en") for text in mine[start : start + 1_000]],
                )
    everything = [text for mine in texts for text in mine]
    yield from _embedding(brands, everything)
    indexes.tend_indexes(int(indexes.LIMIT * scale), int(indexes.LIMIT * scale * 0.75))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE meaning_embeddeddocument")
    questions = [" ".join(_text(pieces, chance).split()[:12]) for _one in range(QUESTIONS)]
    for brand, share in zip(brands, SHARES, strict=False):
        with brand_scope([brand.pk]):
            yield from _searching(brand, share, questions)


def _pieces() -> list[str]:
    """Real sentences: slogans, captions and news."""
    folder = settings.BASE_DIR / os.environ.get("STORESYNC_DATA", "../shared/data") / "text"
    found = []
    for path in [folder / "stsb" / "stsb-en-dev.csv", folder / "slogans.csv"]:
        with path.open(encoding="utf-8", errors="replace") as file:
            found += [cell for row in islice(csv.reader(file), 1, None) for cell in row if " " in cell]
    return list(dict.fromkeys(found))


def _text(pieces: Sequence[str], chance: random.Random) -> str:
    """A campaign's worth of words: a subject and two to six sentences."""
    return "\n".join(chance.choices(pieces, k=chance.randint(3, 7)))


def _embedding(brands: Sequence[Brand], texts: Sequence[str]) -> Iterator[Result]:
    LOCAL.embed(["warm"])
    model: Any = LOCAL._model
    began = time.perf_counter()
    model.embed(list(texts))
    alone = len(texts) / (time.perf_counter() - began)
    began = time.perf_counter()
    for start in range(0, len(texts), 256):
        LOCAL.embed(texts[start : start + 256])
    ours = len(texts) / (time.perf_counter() - began)
    note = f"{len(texts)} texts; peer: wordllama alone, not of unit length"
    yield Result("meaning_embedder", round(ours), round(alone), None, "texts/s", note)
    began = time.perf_counter()
    done = 0
    for brand in brands:
        with brand_scope([brand.pk]):
            while taken := embed_batch(brand_id=brand.pk):
                done += taken
    rate = done / (time.perf_counter() - began)
    note = f"{done} due rows to vectors in the table; peer: wordllama alone, nothing read, nothing stored"
    yield Result("meaning_embedding", round(rate), round(alone), None, "texts/s", note)


def _searching(brand: Brand, share: float, questions: Sequence[str]) -> Iterator[Result]:
    rows = list(EmbeddedDocument.objects.order_by("pk").values_list("pk", "vector"))
    keys = [key for key, _vector in rows]
    matrix = np.array([vector for _key, vector in rows], dtype=np.float32)
    assert matrix.shape == (len(keys), DIMENSIONS)
    ours, peer, recall, gaps = [], [], [], 0
    for question in questions:
        began = time.perf_counter()
        found = searching.search(brand=brand, text=question, limit=10)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        asked = padded(LOCAL.embed([question]))[0].astype(np.float32)
        products = matrix @ asked
        best = np.argpartition(-products, min(searching.CANDIDATES, len(keys) - 1))[: searching.CANDIDATES]
        best = best[np.argsort(-products[best])]
        list(EmbeddedDocument.objects.filter(pk__in=[keys[index] for index in best[:10]]))
        peer.append(time.perf_counter() - began)
        whole = searching.search(brand=brand, text=question, limit=searching.CANDIDATES)
        exact = _fused([keys[index] for index in best], _by_words(brand, question))
        recall.append(len({row.id for row in found} & set(exact[:10])) / len(exact[:10]))
        gaps += len(whole) < min(searching.CANDIDATES, len(keys))
    size = f"{len(keys)} documents of the brand, {len(questions)} questions, {timezone.now():%H:%M}"
    percent = f"{share * 100:g}"
    yield Result(
        f"meaning_search_{percent}",
        round(statistics.median(ours) * 1000, 2),
        round(statistics.median(peer) * 1000, 2),
        None,
        "ms",
        f"{size}; hybrid; peer: numpy's exact scan alone, with the question embedded and the rows read",
    )
    yield Result(
        f"meaning_recall_{percent}",
        round(statistics.mean(recall), 4),
        1.0,
        0.98,
        "recall@10",
        f"{size}; {gaps} answers with too few rows",
    )


def _by_words(brand: Brand, question: str) -> list[Any]:
    """The ranking by words that search itself makes, as one without vectors returns it."""
    rows = searching._ranked(
        brand=brand,
        model=LOCAL.name,
        words=question,
        vector=None,
        kinds=(),
        filters=None,
        limit=searching.CANDIDATES,
    )
    return [row.id for row in rows]


def _fused(*rankings: Sequence[Any]) -> list[Any]:
    scores: dict[Any, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (searching.FUSION_K + place)
    return sorted(scores, key=lambda key: (scores[key], key), reverse=True)

"""`embed`: vectors of texts, in batches, each batch a call like any other."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from storesync.ai.door import budget
from storesync.ai.door.answers import Embedded, NotAnswered
from storesync.ai.door.asking import DEADLINE, Tries, facts_of
from storesync.ai.door.servers import server_of
from storesync.ai.door.transport import Deadline
from storesync.ai.door.wire import EMBEDDINGS, Server, embed_texts
from storesync.ai.outcomes import Outcome
from storesync.ai.prices import price_of
from storesync.ai.purposes import EMBEDDING
from storesync.brands.models import Brand

if TYPE_CHECKING:
    from storesync.accounts.models import User

MOST_CHARACTERS: Final = 6_000
"""Of one text; what stands behind is not looked at. Models take 8,191 tokens."""
_BATCH: Final = 128
_BATCH_BYTES: Final = 200_000


def embed(
    *, brand: Brand, texts: Sequence[str], actor: "User | None" = None, deadline: float = DEADLINE
) -> Embedded:
    """Vectors of these texts by OPENAI_EMBEDDING_MODEL, in their order; as many as could be had.

    For tasks, like `ask`: inside the brand's scope, outside of any transaction. The texts are not kept.

    Args:
        texts: not empty ones; each is cut at MOST_CHARACTERS.
        deadline: seconds by the clock for each batch.

    Returns:
        The vectors of the texts from the first on; what is missing at the end has its reason in `failure`.
    """
    model = settings.OPENAI_EMBEDDING_MODEL
    server = server_of(budget.settings_of(brand))
    if isinstance(server, Outcome):
        return Embedded(model, [], NotAnswered(server))
    vectors: list[list[float]] = []
    for batch in _batches(texts):
        length = len(vectors[0]) if vectors else None
        rows = _embed_batch(brand, server, model, batch, actor, deadline, length)
        if isinstance(rows, NotAnswered):
            return Embedded(model, vectors, rows)
        vectors += rows
    return Embedded(model, vectors, None)


def _embed_batch(
    brand: Brand,
    server: Server,
    model: str,
    batch: list[str],
    actor: "User | None",
    deadline: float,
    length: int | None,
) -> list[list[float]] | NotAnswered:
    clock = Deadline(deadline)
    tries = Tries(price_of(model, timezone.localdate()), sum(len(text.encode()) for text in batch), 0)
    run = budget.reserve(
        brand=brand,
        worst=tries.worst * budget.MOST_TRIES,
        seconds=deadline,
        facts=facts_of(
            purpose=EMBEDDING, model=model, actor=actor, subject=None, request={"texts": len(batch)}
        ),
    )
    if isinstance(run, budget.Denied):
        return NotAnswered(run.outcome, wait=run.wait)

    def attempt() -> list[list[float]]:
        rows, tokens = embed_texts(server, model, batch, clock, length)
        tries.paid(tokens, 0)
        return rows

    return tries.run(
        run,
        clock,
        attempt,
        shown=lambda rows: {"vectors": len(rows), "dimensions": len(rows[0])},
        route=lambda: EMBEDDINGS,
    )


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        cut = text[:MOST_CHARACTERS]
        weight = len(cut.encode())
        if batch and (len(batch) == _BATCH or size + weight > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(cut)
        size += weight
    if batch:
        yield batch

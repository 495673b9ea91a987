"""What the worker does for meaning; all work is rows, a message only wakes (Rule S1)."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models.functions import Now

from storesync.core.periodic import periodic
from storesync.core.queue import task
from storesync.core.scoping import all_brands
from storesync.meaning.embedders import EmbeddingFailed
from storesync.meaning.embedding import BATCH, embed_batch
from storesync.meaning.indexes import tend_indexes
from storesync.meaning.models import EmbeddedDocument

logger = logging.getLogger(__name__)

BATCHES: Final = 20
"""Batches of one run: a stopping worker waits for the task it is in."""


@task(priority=10)
def embed_due(brand_id: UUID) -> None:
    """Embed what is due of a brand; what a failing model leaves is due again after its lease."""
    for _batch in range(BATCHES):
        try:
            if embed_batch(brand_id=brand_id) < BATCH:
                return
        except EmbeddingFailed as error:
            logger.warning("texts of brand %s cannot be embedded now: %s", brand_id, error)
            return
    embed_due.wake(brand_id)


def sweep_embeddings() -> None:
    """Wake what a lost message or a dead worker left behind."""
    with all_brands("texts of every brand wait for their vectors"):
        waiting = EmbeddedDocument.objects.filter(due_at__lte=Now())
        brands = list(waiting.order_by().values_list("brand_id", flat=True).distinct())
    for brand_id in brands:
        embed_due.wake(brand_id)


@periodic("meaning.indexes", every=timedelta(hours=1), offset=timedelta(minutes=20), lease=timedelta(hours=1))
def tend() -> None:
    """Give large brands their index, and take it from those that are large no more."""
    tend_indexes()

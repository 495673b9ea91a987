"""Moves of batches that the engine makes itself: ending, pausing above a limit, expiring.

Conditional updates: whoever comes second finds the new state and does nothing (Rule L4).
"""

from typing import Any, Final
from uuid import UUID

from django.db import connection

from storesync.core.audit import audited
from storesync.core.events import publish
from storesync.mailing.events import BatchEnded, BatchPaused

_END: Final = """
UPDATE mailing_batch b
SET ended_at = now(), updated_at = now(),
    state = CASE b.state WHEN 'running' THEN 'completed' ELSE b.state END
WHERE b.ended_at IS NULL AND b.intended IS NOT NULL AND b.state IN ('running', 'cancelled') AND {brand}
  AND NOT EXISTS (
    SELECT FROM mailing_delivery d
    WHERE d.batch_id = b.id AND d.state IN ('queued', 'leased', 'sending'))
RETURNING b.id, b.brand_id, b.source_kind, b.source_id
"""

_REOPENED: Final = """
UPDATE mailing_batch b SET state = 'completed', updated_at = now()
WHERE b.state = 'running' AND b.ended_at IS NOT NULL AND {brand}
  AND NOT EXISTS (
    SELECT FROM mailing_delivery d
    WHERE d.batch_id = b.id AND d.state IN ('queued', 'leased', 'sending'))
"""

_PAUSE: Final = """
UPDATE mailing_batch SET state = 'paused', state_reason = %(reason)s, updated_at = now()
WHERE id = ANY(%(ids)s) AND state = 'running'
RETURNING id, brand_id, source_kind, source_id
"""

_EXPIRE: Final = """
UPDATE mailing_delivery d
SET state = 'expired', reason = 'too_late', lease = NULL, lease_until = NULL, updated_at = now()
FROM mailing_batch b
WHERE b.ended_at IS NULL AND b.expires_at <= now() AND {brand}
  AND d.batch_id = b.id AND d.state = 'queued'
"""


def of_brand(brand_id: UUID | None, alias: str = "b") -> str:
    """The condition on a table's brand; company mail has none, and `= NULL` would find nothing."""
    return f"{alias}.brand_id IS NULL" if brand_id is None else f"{alias}.brand_id = %(brand)s"


def run(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement; its rows where it returns any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def end_batches(brand_id: UUID | None) -> int:
    """End every batch of the brand that has nothing left to send, and tell it, once; how many ended."""
    with audited("batch.ended", actor=None):
        ended = run(_END.format(brand=of_brand(brand_id)), {"brand": brand_id})
        run(_REOPENED.format(brand=of_brand(brand_id)), {"brand": brand_id})
        if ended:
            ids = [row[0] for row in ended]
            run("DELETE FROM mailing_letter WHERE batch_id = ANY(%(ids)s)", {"ids": ids})
        for batch_id, brand, kind, source in ended:
            if brand is not None:
                publish(BatchEnded(batch_id, brand, kind, source))
    return len(ended)


def pause_for(batch_ids: list[UUID], reason: str) -> None:
    """Pause running batches because of what the engine found, and tell it."""
    with audited("batch.paused", actor=None, reason=reason):
        for batch_id, brand, kind, source in run(_PAUSE, {"ids": batch_ids, "reason": reason}):
            if brand is not None:
                publish(BatchPaused(batch_id, brand, kind, source, reason))


def expire_deliveries(brand_id: UUID | None) -> None:
    """Give up what may no longer leave because its time has passed (Rule S6)."""
    with audited("batch.expired", actor=None):
        run(_EXPIRE.format(brand=of_brand(brand_id)), {"brand": brand_id})

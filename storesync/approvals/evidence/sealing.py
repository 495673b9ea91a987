"""The daily seal of a brand: what its chains had come to, so that a lost end of one is found."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from storesync.approvals.models import EvidenceSeal
from storesync.brands.models import Brand
from storesync.core.audit import audited
from storesync.core.models import new_id
from storesync.core.periodic import periodic
from storesync.core.scoping import brand_scope, require_scope

logger = logging.getLogger(__name__)

_SINCE: Final = timedelta(days=1)
"""So much before the end of the day that was sealed last may a step be that was committed after its seal."""

# Chains are found by what was written since, and counted by how far they were sealed: whatever the order of
# commits, no step is left out and none is counted twice.
_SEAL: Final = """
WITH recent AS (
    SELECT owner_kind, owner_id, max(number) AS number FROM approvals_approvalstep
    WHERE brand_id = %(brand)s AND created_at >= %(since)s AND created_at < %(until)s
    GROUP BY owner_kind, owner_id
), grown AS MATERIALIZED (
    SELECT recent.*, step.hash, recent.number - COALESCE(sealed.number, 0) AS growth
    FROM recent
    JOIN approvals_approvalstep step ON step.brand_id = %(brand)s AND step.owner_kind = recent.owner_kind
        AND step.owner_id = recent.owner_id AND step.number = recent.number
    LEFT JOIN LATERAL (
        SELECT head.number FROM approvals_sealedhead head WHERE head.brand_id = %(brand)s
        AND head.owner_kind = recent.owner_kind AND head.owner_id = recent.owner_id
        ORDER BY head.number DESC LIMIT 1
    ) sealed ON true
    WHERE recent.number > COALESCE(sealed.number, 0)
), made AS (
    INSERT INTO approvals_evidenceseal
        (id, created_at, updated_at, brand_id, day, steps, chains, heads_hash)
    SELECT %(id)s, now(), now(), %(brand)s, %(day)s, %(steps)s + COALESCE(sum(growth), 0), count(*),
        encode(sha256(convert_to(COALESCE(string_agg(
            owner_kind || ':' || owner_id || ':' || number || ':' || hash || chr(10), ''
            ORDER BY owner_kind COLLATE "C", owner_id), ''), 'UTF8')), 'hex')
    FROM grown
    RETURNING id
)
INSERT INTO approvals_sealedhead (brand_id, seal_id, owner_kind, owner_id, number, head)
SELECT %(brand)s, made.id, grown.owner_kind, grown.owner_id, grown.number, grown.hash
FROM grown CROSS JOIN made ORDER BY grown.owner_kind COLLATE "C", grown.owner_id
"""


def seal(*, brand: Brand, day: date) -> EvidenceSeal | None:
    """Seal what the chains of a brand had come to at the end of a day, once.

    Args:
        day: the brand's day that has ended. What was decided since belongs to the seal of its own day.

    Returns:
        The seal; None when the day is sealed already, or nothing was ever decided until then.
    """
    require_scope(brand.pk)
    with audited("evidence.sealed", actor=None):
        Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand.pk)
        last = EvidenceSeal.objects.filter(brand=brand).order_by("-number").first()
        if last is not None and last.day >= day:
            return None
        values: dict[str, Any] = {
            "id": new_id(),
            "brand": brand.pk,
            "day": day,
            "steps": last.steps if last else 0,
            "since": _end_of(last.day, brand) - _SINCE if last else date(1970, 1, 1),
            "until": _end_of(day, brand),
        }
        with connection.cursor() as cursor:
            cursor.execute(_SEAL, values)
            if last is None and not cursor.rowcount:
                connection.set_rollback(True)
                return None
    made: EvidenceSeal = EvidenceSeal.objects.get(pk=values["id"])
    # In the log too, which is kept elsewhere: a seal cannot be replaced without being contradicted there.
    logger.info("seal %s of brand %s, %s: %s", made.number, brand.slug, made.day, made.hash)
    return made


def _end_of(day: date, brand: Brand) -> datetime:
    """The midnight after a day of the brand."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(brand.time_zone))


@periodic("approvals.seal", every=timedelta(hours=1))
def seal_days() -> None:
    """Seal the day of each brand that has ended in its zone."""
    for brand in Brand.objects.order_by("pk"):
        yesterday = timezone.localdate(timezone=ZoneInfo(brand.time_zone)) - timedelta(days=1)
        try:
            with brand_scope([brand.pk]):
                seal(brand=brand, day=yesterday)
        except Exception:
            # One brand that cannot be sealed must not keep the others waiting.
            logger.exception("the chains of brand %s could not be sealed", brand.pk)

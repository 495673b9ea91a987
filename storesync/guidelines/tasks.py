"""What the worker does for guidelines; each task loads and calls an action."""

import logging
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone

from storesync.core.models import JobState
from storesync.core.queue import task
from storesync.core.scoping import all_brands, brand_scope
from storesync.guidelines.models import TryOut
from storesync.guidelines.tryout import LOST, STALE, fail_try_out, run_try_out

logger = logging.getLogger(__name__)


@task()
def try_out(brand_id: UUID, try_out_id: UUID) -> None:
    """Hold the tried rules against the past; an error ends its Job instead of being met at every sweep."""
    found = TryOut.objects.select_related("job", "asked_by").filter(pk=try_out_id).first()
    if found is None:
        return
    try:
        run_try_out(try_out=found)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("the try-out %s failed", try_out_id)
        fail_try_out(try_out=found)


def sweep_try_outs() -> None:
    """Wake what a lost message or a dead worker left behind (Rule S1)."""
    now = timezone.now()
    with all_brands("try-outs of every brand wait for a worker"):
        lost = Q(job__state=JobState.QUEUED, job__updated_at__lt=now - LOST)
        stale = Q(job__state=JobState.RUNNING, job__updated_at__lt=now - STALE)
        rows = list(TryOut.objects.filter(lost | stale).order_by().values_list("brand_id", "pk"))
    for brand_id, try_out_id in rows:
        with brand_scope([brand_id]):
            try_out.wake(brand_id, try_out_id)

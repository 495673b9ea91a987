"""What the worker does for approvals; each task loads and calls an action."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.approvals.actions import continue_bulk_decision, give_up_bulk
from storesync.approvals.actions.evidence import STALE, forget_evidence, run_evidence
from storesync.approvals.models import BulkDecision, EvidenceTask
from storesync.core.jobs import fail
from storesync.core.models import JobState
from storesync.core.periodic import periodic
from storesync.core.queue import task
from storesync.core.scoping import all_brands, brand_scope

logger = logging.getLogger(__name__)

_LOST: Final = timedelta(seconds=30)
"""A Job that nobody has begun by then has lost its message."""
_STALE: Final = timedelta(minutes=5)
"""A Job that tells nothing for so long has lost its worker; a large submission takes its time."""


@task()
def decide_bulk(brand_id: UUID, bulk_id: UUID) -> None:
    """Decide about what was chosen; an error ends its Job, where its person sees it and can go on."""
    try:
        continue_bulk_decision(bulk_id=bulk_id)
    except (OperationalError, InterfaceError):
        raise
    except PermissionDenied:
        give_up_bulk(bulk_id=bulk_id, message=_("You may no longer decide in this brand."))
    except Exception:
        logger.exception("the bulk decision %s failed", bulk_id)
        give_up_bulk(bulk_id=bulk_id, message=_("The task met an error. Go on with what is left."))


def sweep_bulk() -> None:
    """Wake what a lost message or a dead worker left behind (Rule S1)."""
    now = timezone.now()
    with all_brands("bulk decisions of every brand are looked after together"):
        lost = Q(job__state=JobState.QUEUED, job__updated_at__lt=now - _LOST)
        stale = Q(job__state=JobState.RUNNING, job__updated_at__lt=now - _STALE)
        found = BulkDecision.objects.filter(lost | stale, confirmed_at__isnull=False, done_at__isnull=True)
        rows = list(found.order_by().values_list("brand_id", "pk"))
    for brand_id, bulk_id in rows:
        with brand_scope([brand_id]):
            decide_bulk.wake(brand_id, bulk_id)


@task()
def do_evidence(brand_id: UUID, task_id: UUID) -> None:
    """Verify a brand, or make a large pack; an error ends its Job, where its person sees it."""
    try:
        run_evidence(task_id=task_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("the evidence task %s failed", task_id)
        found = EvidenceTask.objects.filter(pk=task_id).first()
        if found is not None and found.job_id:
            fail(found.job_id, message=_("The task met an error. Ask for it again."))


def sweep_evidence() -> None:
    """Wake what a lost message or a dead worker left behind (Rule S1)."""
    now = timezone.now()
    with all_brands("evidence tasks of every brand wait for a worker"):
        lost = Q(job__state=JobState.QUEUED, job__updated_at__lt=now - _LOST)
        stale = Q(job__state=JobState.RUNNING, job__updated_at__lt=now - STALE)
        rows = list(EvidenceTask.objects.filter(lost | stale).order_by().values_list("brand_id", "pk"))
    for brand_id, task_id in rows:
        with brand_scope([brand_id]):
            do_evidence.wake(brand_id, task_id)


@periodic("approvals.forget_evidence", every=timedelta(hours=1))
def forget_expired_evidence() -> None:
    """Delete packs that nobody may fetch any more, and old results."""
    with all_brands("expired packs of every brand are cleared away together"):
        forget_evidence()

"""Periodic jobs: work that is due once in every period, whichever and however many workers run.

A period is claimed by its row (job, period), with a lease: a worker that dies in the middle loses the lease
and another takes over. What fell due while no worker ran is done as soon as one runs again, for the latest
period only, so a digest of 09:00 still goes out after an outage (Rule A11).
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from storesync.core.models import PeriodicClaim
from storesync.core.queue import task

logger = logging.getLogger(__name__)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT: Final = timedelta(days=30)
_CLAIM: Final = """
INSERT INTO core_periodicclaim AS claim (job, period, claimed_at, lease_until)
VALUES (%(job)s, %(period)s, now(), now() + make_interval(secs => %(seconds)s))
ON CONFLICT (job, period) DO UPDATE SET claimed_at = now(), lease_until = excluded.lease_until
WHERE claim.finished_at IS NULL AND claim.lease_until < now()
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A registered job: `work` is due once in each stretch of `every`, from 1970 plus `offset` on (UTC)."""

    name: str
    work: Callable[[], None]
    every: timedelta
    offset: timedelta
    lease: timedelta

    def period(self, now: datetime) -> str:
        """The period that `now` lies in, named by its beginning."""
        begun = now - _EPOCH - self.offset
        return (_EPOCH + self.offset + (begun // self.every) * self.every).isoformat()


_jobs: dict[str, Periodic] = {}
_finished: dict[str, str] = {}


def periodic(
    name: str,
    *,
    every: timedelta,
    offset: timedelta = timedelta(),
    lease: timedelta = timedelta(minutes=10),
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function to be done once in every period.

    Args:
        every: length of the period. 1970-01-01 was a Thursday, so a week begins on Sunday 02:00 UTC with
            `offset=timedelta(days=3, hours=2)`.
        offset: how much later than midnight UTC (of that Thursday) periods begin.
        lease: how long a run may take before another worker may begin it again.

    The function opens the scope it needs, and bears being run twice.
    """

    def decorate(work: Callable[[], None]) -> Callable[[], None]:
        if name in _jobs:
            raise ValueError(f"a periodic job named {name} is registered already")
        _jobs[name] = Periodic(name, work, every, offset, lease)
        return work

    return decorate


def claim(job: str, period: str, lease: timedelta) -> bool:
    """Take the run of `job` in `period`; False when it is done, or another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"job": job, "period": period, "seconds": lease.total_seconds()})
        return cursor.fetchone() is not None


def sweep_periodic() -> None:
    """Wake the jobs whose present period nobody has done or is doing. Registered with the sweeper."""
    now = timezone.now()
    due = {
        job.name: period for job in _jobs.values() if _finished.get(job.name) != (period := job.period(now))
    }
    for name in set(due) - _taken(due.items(), now):
        run_periodic.wake(name, due[name])


def _taken(periods: Iterable[tuple[str, str]], now: datetime) -> set[str]:
    """Names of those which are done, remembered for the rounds to come, or under a lease."""
    wanted = Q(pk__in=[])
    for name, period in periods:
        wanted |= Q(job=name, period=period)
    rows = PeriodicClaim.objects.filter(wanted, Q(finished_at__isnull=False) | Q(lease_until__gte=now))
    taken = set()
    for row in rows:
        taken.add(row.job)
        if row.finished_at is not None:
            _finished[row.job] = row.period
    return taken


@task(name="core.run_periodic", all_brands="periodic jobs open the scopes they need themselves")
def run_periodic(job: str, period: str) -> None:
    """Do one job for one period, if the claim is ours. An error leaves the claim to its lease's end."""
    known = _jobs.get(job)
    if known is None or not claim(job, period, known.lease):
        return
    known.work()
    PeriodicClaim.objects.filter(job=job, period=period).update(finished_at=timezone.now())


@periodic("core.forget_periods", every=timedelta(days=1), offset=timedelta(hours=3))
def forget_periods() -> None:
    """Delete claims of periods long over."""
    PeriodicClaim.objects.filter(claimed_at__lt=timezone.now() - _KEPT).delete()

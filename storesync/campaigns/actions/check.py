"""The check of a large roll-out, in the background: what preflight finds at each location (Rule T4)."""

from typing import Final

from django.utils.translation import gettext as _

from storesync.campaigns.models import Rollout
from storesync.campaigns.preflight import AT_ONCE, Preflight, fingerprint, preflight
from storesync.core.jobs import advance, begin, finish
from storesync.core.models import JobState

PRINT: Final = "fingerprint"
"""Where a Job's result says what was checked."""


def run_check(*, rollout: Rollout) -> None:
    """Do what `check_rollout` asked for. It only reads: a check whose worker died is simply done again."""
    job = rollout.check_job
    if job is None or job.is_over:
        return
    begin(job.pk)
    printed, _count = fingerprint(rollout)
    found = preflight(rollout, tell=lambda done: advance(job.pk, done=done))
    if advance(job.pk, done=found.locations):
        finish(job.pk, result={PRINT: printed, **found.as_result()}, message=_("Every location was checked."))
    else:
        # Without its fingerprint it counts for nothing, and asking again begins anew.
        finish(job.pk, result={}, message=_("Stopped before every location was checked."))


def last_check(rollout: Rollout) -> Preflight | None:
    """What is known of this very draft: found now where it is small, else by its Job; None before that."""
    printed, count = fingerprint(rollout)
    if count <= AT_ONCE:
        return preflight(rollout)
    job = rollout.check_job
    if job is None or job.state != JobState.DONE or job.result.get(PRINT) != printed:
        return None
    return Preflight.from_result(job.result)

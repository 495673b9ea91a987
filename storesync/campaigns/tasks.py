"""What the worker does for roll-outs; each task loads and calls an action."""

import logging
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from storesync.campaigns.actions.check import run_check
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.wave_work import continue_wave_upgrade, give_up
from storesync.campaigns.models import Rollout
from storesync.core.errors import ActionRefused
from storesync.core.jobs import fail
from storesync.core.queue import task

logger = logging.getLogger(__name__)


@task()
def check(brand_id: UUID, rollout_id: UUID) -> None:
    """Run the check of a draft that is too large for its page."""
    rollout = Rollout.objects.select_related("brand", "template_version", "check_job").get(pk=rollout_id)
    try:
        run_check(rollout=rollout)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("the check of roll-out %s failed", rollout_id)
        if rollout.check_job_id:
            fail(rollout.check_job_id, message=_("The check met an error. Ask for it again."))


@task()
def launch(brand_id: UUID, rollout_id: UUID) -> None:
    """Make the campaigns of a launching roll-out that are not there yet.

    An error ends its Job, where people see it, instead of being met again at every sweep; launching again
    goes on from there. A database that is away is tried again.
    """
    rollout = Rollout.objects.get(pk=rollout_id)
    try:
        continue_launch(rollout=rollout)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("the launch of roll-out %s failed", rollout_id)
        if rollout.job_id:
            fail(rollout.job_id, message=_("The launch met an error. Launch again to go on from here."))


@task()
def upgrade_wave(brand_id: UUID, upgrade_id: UUID) -> None:
    """Move the drafts of a roll-out to another version; an error ends its Job, and what has moved stays."""
    try:
        continue_wave_upgrade(upgrade_id=upgrade_id)
    except (OperationalError, InterfaceError):
        raise
    except ActionRefused as refusal:
        give_up(upgrade_id=upgrade_id, message=refusal.message)
    except Exception:
        logger.exception("the upgrade %s failed", upgrade_id)
        give_up(upgrade_id=upgrade_id, message=_("The upgrade met an error. Start it again to go on."))

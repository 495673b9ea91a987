"""The work behind the upgrade of a whole roll-out: chunk by chunk, each a transaction of its own.

A row says how far it has come: an upgrade that was killed goes on from there, one that runs twice moves no
campaign twice.
"""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_ROLLOUT
from storesync.campaigns.actions.upgrade import upgrade_campaigns
from storesync.campaigns.models import WaveUpgrade
from storesync.campaigns.upgrades import movable
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import advance, fail, finish
from storesync.core.models import Job, JobState

if TYPE_CHECKING:
    from storesync.campaigns.models import LocationCampaign

CHUNK: Final = 200
"""Campaigns a transaction: a second or two of work, and what a killed worker does again."""


def continue_wave_upgrade(*, upgrade_id: UUID, chunk: int = CHUNK) -> WaveUpgrade:
    """Move the drafts of a roll-out that are not done yet, and end the Job; harmless to run twice.

    Drafts in conflict, and those that need a value, stay with the offer; their stores decide.
    """
    while True:
        with audited("campaign.upgraded", actor=None, upgrade=str(upgrade_id)):
            upgrade = WaveUpgrade.objects.select_for_update(of=("self",)).get(pk=upgrade_id)
            # One that is over already may have died before it could end its Job.
            over = upgrade.done_at is not None or _step(upgrade, chunk)
        if upgrade.job_id:
            Job.objects.filter(pk=upgrade.job_id, state=JobState.QUEUED).update(state=JobState.RUNNING)
            if not over and not advance(upgrade.job_id, done=upgrade.upgraded + upgrade.left):
                over = True
                WaveUpgrade.objects.filter(pk=upgrade.pk).update(done_at=timezone.now())
        if over:
            _tell(upgrade)
            return upgrade


def _step(upgrade: WaveUpgrade, chunk: int) -> bool:
    """One chunk; whether it was the last."""
    actor = upgrade.started_by
    if actor is None or not can(actor, MANAGE_ROLLOUT, upgrade.rollout.brand):
        raise ActionRefused(_("Who started it no longer rolls out for the brand."))
    left = Q(pk__gt=upgrade.last_id) if upgrade.last_id else Q()
    waiting: list[LocationCampaign] = list(
        movable(upgrade.rollout, upgrade.version).filter(left).only("pk").order_by("pk")[:chunk]
    )
    if waiting:
        found = upgrade_campaigns(
            campaigns=waiting, version=upgrade.version, actor=actor, values=upgrade.values
        )
        upgrade.upgraded += len(found.moved)
        upgrade.left += len(found.left)
        upgrade.last_id = waiting[-1].pk
    if len(waiting) < chunk:
        upgrade.done_at = timezone.now()
    upgrade.save(update_fields=["upgraded", "left", "last_id", "done_at"])
    return upgrade.done_at is not None


def outcome_of(upgrade: WaveUpgrade) -> str:
    """What became of it, in words."""
    moved = ngettext(
        "%(count)d draft moved to version %(number)d.",
        "%(count)d drafts moved to version %(number)d.",
        upgrade.upgraded,
    ) % {"count": upgrade.upgraded, "number": upgrade.version.number}
    if not upgrade.left:
        return moved
    left = ngettext(
        "%(count)d was left as it is, for its store to decide.",
        "%(count)d were left as they are, for their stores to decide.",
        upgrade.left,
    ) % {"count": upgrade.left}
    return f"{moved} {left}"


def _tell(upgrade: WaveUpgrade) -> None:
    if upgrade.job_id:
        Job.objects.filter(pk=upgrade.job_id, stop_requested=False).update(done=F("total"))
        result = {"upgraded": upgrade.upgraded, "left": upgrade.left}
        finish(upgrade.job_id, result=result, message=outcome_of(upgrade))


def give_up(*, upgrade_id: UUID, message: str) -> None:
    """End an upgrade that cannot go on, and its Job with the reason; what has moved stays moved."""
    with audited("campaign.upgraded", actor=None, upgrade=str(upgrade_id)):
        upgrade = WaveUpgrade.objects.select_for_update(of=("self",)).get(pk=upgrade_id)
        if upgrade.done_at is not None:
            return
        upgrade.done_at = timezone.now()
        upgrade.save(update_fields=["done_at"])
        if upgrade.job_id:
            fail(upgrade.job_id, message=message)

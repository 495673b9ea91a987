"""The drafts of a whole roll-out move to another version of their template (Rule T1)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_ROLLOUT
from storesync.campaigns.actions.wave_work import continue_wave_upgrade
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import Rollout, RolloutState, TemplateVersion, WaveUpgrade
from storesync.campaigns.standing import offered
from storesync.campaigns.tasks import upgrade_wave
from storesync.campaigns.upgrades import Upgrades, movable
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import start_job
from storesync.core.models import JobState
from storesync.core.scoping import all_brands, brand_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

AT_ONCE: Final = 50
"""Drafts that are moved while the page is waited for; more are a Job."""
_STALE: Final = timedelta(seconds=60)


def start_wave_upgrade(
    *,
    rollout: Rollout,
    version: TemplateVersion,
    actor: "User",
    values: Mapping[str, str] | None = None,
) -> WaveUpgrade:
    """Move the drafts of a launched roll-out that nobody has to decide about; above AT_ONCE as a Job.

    The roll-out itself keeps the version it was launched with; its campaigns carry theirs.

    Args:
        values: for variables that the roll-out has no fitting value for.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ValuesInvalid: a value is missing or does not fit.
        ActionRefused: it is not launched, the version is not offered, an upgrade runs already, or no draft is
            left to move.
    """
    with audited("rollout.upgraded", actor=actor, to_version=version.number):
        rollout = (
            Rollout.objects.select_for_update(of=("self",))
            .select_related("brand", "template_version")
            .get(pk=rollout.pk)
        )
        if not can(actor, MANAGE_ROLLOUT, rollout.brand):
            raise PermissionDenied
        if rollout.state != RolloutState.LAUNCHED:
            raise ActionRefused(_("Only a launched roll-out can be moved."))
        if not offered().filter(pk=version.pk, template=rollout.template_version.template_id).exists():
            raise ActionRefused(
                _("Version %(number)d is not offered to drafts.") % {"number": version.number}
            )
        if WaveUpgrade.objects.filter(rollout=rollout, done_at__isnull=True).exists():
            raise ActionRefused(_("Its drafts are being moved already."))
        total = movable(rollout, version).count()
        if not total:
            raise ActionRefused(_("No draft is left to move."))
        given = dict(values or {})
        problems = Upgrades(version, given).check_values(rollout.values)[1]
        if problems:
            raise ValuesInvalid(problems)
        upgrade = WaveUpgrade.objects.create(
            brand=rollout.brand, rollout=rollout, version=version, values=given, started_by=actor
        )
        if total <= AT_ONCE:
            return continue_wave_upgrade(upgrade_id=upgrade.pk)
        upgrade.job = start_job(
            brand_id=rollout.brand_id,
            kind="rollout.upgrade",
            title=_("Move “%(name)s” to version %(number)d")
            % {"name": rollout.name[:150], "number": version.number},
            actor=actor,
            unit=_("drafts"),
            total=total,
            back_url=reverse("campaigns:rollout", args=[rollout.brand.slug, rollout.pk]),
        )
        upgrade.save(update_fields=["job"])
        upgrade_wave.wake(rollout.brand_id, upgrade.pk)
    return upgrade


def wake_wave_upgrades() -> None:
    """Wake upgrades whose message was lost or whose worker died (Rule S1), be it before it ended the Job."""
    running = [JobState.QUEUED, JobState.RUNNING]
    stale = timezone.now() - _STALE
    with all_brands("the clock of roll-outs serves every brand"):
        rows = list(
            WaveUpgrade.objects.filter(job__state__in=running, job__updated_at__lt=stale).values_list(
                "brand_id", "pk"
            )
        )
    for brand_id, upgrade_id in rows:
        with brand_scope([brand_id]):
            upgrade_wave.wake(brand_id, upgrade_id)

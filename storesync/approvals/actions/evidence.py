"""Verifying a whole brand, and making large packs, as Jobs."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from storesync.approvals.evidence.pack import make_pack, write_pack
from storesync.approvals.evidence.pdf import pdf_of
from storesync.approvals.evidence.pictures import library_picture
from storesync.approvals.evidence.verifying import Verified, size_of, verify
from storesync.approvals.models import EvidenceTask, EvidenceWork
from storesync.brands.models import Brand
from storesync.brands.rights import MANAGE_BRAND, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign
from storesync.core.audit import audited
from storesync.core.jobs import advance, begin, fail, finish, start_job
from storesync.core.models import JobState
from storesync.core.permissions import can
from storesync.core.scoping import require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

KEPT: Final = timedelta(days=30)
"""How long the result of a verification is shown."""
OFFERED: Final = timedelta(days=1)
"""How long a pack can be fetched; it is made anew in a minute."""
STALE: Final = timedelta(minutes=10)
"""A task that tells nothing for so long has lost its worker."""


class _Stopped(Exception):
    """Its person asked it to stop."""


def start_evidence(
    *, brand: Brand, work: EvidenceWork, actor: "User", campaign: LocationCampaign | None = None
) -> EvidenceTask:
    """Ask for a verification of a brand, or for a pack of a campaign; what is asked for already is given.

    The caller wakes the task (tasks.do_evidence) on commit.

    Args:
        campaign: of a pack.

    Raises:
        PermissionDenied: the actor does not manage the brand, or may not see the campaign.
    """
    require_scope(brand.pk)
    with audited("evidence.asked_for", actor=actor):
        right = (MANAGE_BRAND, brand) if campaign is None else (VIEW_CAMPAIGN, campaign)
        if not can(actor, *right):
            raise PermissionDenied
        # The brand is the lock: a double click gets one task.
        Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand.pk)
        owner_id = campaign.pk if campaign else None
        running = EvidenceTask.objects.filter(
            work=work, owner_id=owner_id, job__state__in=[JobState.QUEUED, JobState.RUNNING]
        )
        mine = running if campaign is None else running.filter(asked_by=actor)
        if found := mine.first():
            return found
        made = EvidenceTask(
            brand=brand,
            work=work,
            asked_by=actor,
            owner_id=owner_id,
            expires_at=timezone.now() + (KEPT if campaign is None else OFFERED),
        )
        made.job = start_job(
            brand_id=brand.pk,
            kind=f"evidence.{work}",
            title=f"{made.get_work_display()}: {campaign}" if campaign else str(made.get_work_display()),
            actor=actor,
            unit=_("rows"),
            total=size_of(brand) if campaign is None else 1,
            back_url=made.get_absolute_url(),
        )
        made.save()
    return made


def run_evidence(*, task_id: UUID) -> None:
    """Do what was asked for; harmless to run twice. Rights are read again now (Rule A10)."""
    task = EvidenceTask.objects.select_related("job", "brand", "asked_by").get(pk=task_id)
    job = task.job
    if job is None or job.is_over or (not begin(job.pk) and job.updated_at > timezone.now() - STALE):
        return
    with translation.override(task.asked_by.language), timezone.override(task.asked_by.time_zone or None):
        if task.work == EvidenceWork.VERIFY:
            _verify(task, job.pk)
        else:
            _pack(task, job.pk)


def _verify(task: EvidenceTask, job_id: UUID) -> None:
    if not can(task.asked_by, MANAGE_BRAND, task.brand):
        fail(job_id, message=_("You may no longer do this."))
        return
    result = Verified()

    def tell(_part: str, _done: int) -> None:
        if not advance(job_id, done=result.steps + result.revisions):
            raise _Stopped

    words = ""
    try:
        verify(task.brand, progress=tell, result=result)
    except _Stopped:
        words = _("Stopped; what follows tells of what was looked at until then.")
    task.counts = {"steps": result.steps, "seals": result.seals, "revisions": result.revisions}
    task.breaks = [
        {"words": str(one), "owner_kind": one.owner_kind, "owner_id": one.owner_id, "number": one.number}
        for one in result.breaks
    ]
    task.save(update_fields=["counts", "breaks"])
    if not words:
        words = _("The evidence holds.") if result.holds else _("The evidence does not hold.")
    finish(job_id, result={}, message=words)


def _pack(task: EvidenceTask, job_id: UUID) -> None:
    found = LocationCampaign.objects.visible_to(task.asked_by, VIEW_CAMPAIGN).filter(pk__in=[task.owner_id])
    campaign = found.select_related("brand", "location", "template_version__template").first()
    if campaign is None:
        fail(job_id, message=_("You may no longer do this."))
        return
    pack = make_pack(campaign)
    as_pdf = task.work == EvidenceWork.PACK_PDF
    task.data = pdf_of(pack, pictures=library_picture) if as_pdf else write_pack(pack)
    task.expires_at = timezone.now() + OFFERED
    task.save(update_fields=["data", "expires_at"])
    advance(job_id, done=1)
    finish(job_id, result={}, message=_("The pack is ready."))


def forget_evidence() -> None:
    """Delete what has expired; the caller opens the scope."""
    EvidenceTask.objects.filter(expires_at__lt=timezone.now()).delete()

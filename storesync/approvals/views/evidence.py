"""The evidence of one campaign and of a brand: verified on a page, and as a file."""

from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from storesync.approvals.actions.evidence import start_evidence
from storesync.approvals.evidence.archiving import restore
from storesync.approvals.evidence.checking import check_against_database, check_pack
from storesync.approvals.evidence.pack import KIND, chain_of, make_pack, write_pack
from storesync.approvals.evidence.pdf import pdf_of
from storesync.approvals.evidence.pictures import library_picture
from storesync.approvals.history.sources import key_as_text
from storesync.approvals.models import (
    ApprovalStep,
    ApprovalStepArchive,
    EvidenceSeal,
    EvidenceTask,
    EvidenceWork,
    SealedHead,
)
from storesync.approvals.tasks import do_evidence
from storesync.brands.rights import MANAGE_BRAND, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.querysets import CampaignQuerySet
from storesync.comments.models import Comment
from storesync.core.job_views import poll_of
from storesync.core.permissions import SIGNED_IN, can
from storesync.core.views import ActionView, DetailView, GuardedView, ObjectMixin


class CampaignMixin:
    """A campaign of a location whose campaigns the person may see."""

    request: Any

    def get_queryset(self) -> CampaignQuerySet:
        seen: CampaignQuerySet = LocationCampaign.objects.visible_to(self.request.user, VIEW_CAMPAIGN)
        return seen.select_related("brand", "location", "template_version__template")


class Evidence(CampaignMixin, DetailView[LocationCampaign]):
    """Every step of a campaign with its hash, whether the chain holds, and the pack to take away."""

    permission = VIEW_CAMPAIGN
    template_name = "approvals/evidence.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, slug = self.object, self.request.brand.slug
        steps = chain_of(KIND, campaign.pk)
        pack, rows = make_pack(campaign), rows_of_pack(campaign)
        head = SealedHead.objects.filter(owner_kind=KIND, owner_id=campaign.pk).select_related("seal")
        return super().get_context_data(**kwargs) | {
            "page_title": _("Evidence: %(name)s") % {"name": campaign.name},
            "campaign": campaign,
            "campaign_url": reverse("campaigns:campaign", args=[slug, campaign.pk]),
            "history_url": reverse("approvals:campaign_history", args=[slug, campaign.pk]),
            "steps": len(steps),
            "newest": steps[-1] if steps else None,
            "broken": check_pack(write_pack(pack)) + check_against_database(pack),
            "seal": head.order_by("-number").first(),
            "is_archived": any(isinstance(step, ApprovalStepArchive) for step in steps),
            "may_restore": can(self.request.user, MANAGE_BRAND, self.request.brand),
            "deliveries": pack["deliveries"],
            "json_as_task": rows > AT_ONCE[EvidenceWork.PACK_JSON],
            "pdf_as_task": rows > AT_ONCE[EvidenceWork.PACK_PDF],
        }


class RestoreSteps(CampaignMixin, ActionView[LocationCampaign]):
    """Bring the steps of a campaign back from the archive (Rule A12)."""

    permission = MANAGE_BRAND
    whole_brand = True

    def perform(self) -> HttpResponse:
        count = restore(campaign=self.object, actor=self.request.user)
        words = ngettext("%(n)d step is back.", "%(n)d steps are back.", count) % {"n": count}
        messages.success(self.request, words)
        return self.back(reverse("approvals:evidence", args=[self.request.brand.slug, self.object.pk]))


AT_ONCE: Final = {EvidenceWork.PACK_JSON: 3_000, EvidenceWork.PACK_PDF: 60}
"""Steps and comments of a pack that is made while one waits: within two seconds on a small server."""


class EvidencePack(CampaignMixin, ObjectMixin[LocationCampaign], GuardedView):
    """The pack as JSON, for verify_evidence and for outsiders, or as a PDF for people.

    A small one is the answer; a POST has a large one made, and a GET leads to the page that asks for it.
    """

    permission = VIEW_CAMPAIGN
    work = EvidenceWork.PACK_JSON
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if rows_of_pack(self.object) > AT_ONCE[self.work]:
            return redirect("approvals:evidence", self.request.brand.slug, self.object.pk)
        pack = make_pack(self.object)
        as_pdf = self.work == EvidenceWork.PACK_PDF
        data = pdf_of(pack, pictures=library_picture) if as_pdf else write_pack(pack)
        return file_response(data, self.object, self.work)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        brand = self.request.brand
        task = start_evidence(brand=brand, work=self.work, actor=self.request.user, campaign=self.object)
        do_evidence.wake(brand.pk, task.pk)
        return redirect(task)


def rows_of_pack(campaign: LocationCampaign) -> int:
    """How much a pack holds that grows with time."""
    steps = [model.objects.of_owner(KIND, campaign.pk) for model in (ApprovalStep, ApprovalStepArchive)]
    comments = Comment.objects.filter(thread__owner_kind=KIND, thread__owner_id=campaign.pk)
    return sum(rows.order_by().count() for rows in (*steps, comments))


def file_response(data: bytes, campaign: LocationCampaign, work: str) -> HttpResponse:
    """A pack as a file."""
    as_pdf = work == EvidenceWork.PACK_PDF
    response = HttpResponse(data, content_type="application/pdf" if as_pdf else "application/json")
    name = slugify(f"evidence {campaign.location.store_number} {campaign.name}")
    file_name = f"{name}-{timezone.localdate().isoformat()}.{'pdf' if as_pdf else 'json'}"
    response["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return response


class VerifyBrand(GuardedView, TemplateView):
    """Verify all that a brand can show: what was found the last times, and a button."""

    permission = MANAGE_BRAND
    whole_brand = True
    template_name = "approvals/verify_brand.html"
    http_method_names = ["get", "head", "post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        brand = self.request.brand
        task = start_evidence(brand=brand, work=EvidenceWork.VERIFY, actor=self.request.user)
        do_evidence.wake(brand.pk, task.pk)
        return redirect(task)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = EvidenceTask.objects.filter(work=EvidenceWork.VERIFY).select_related(
            "job", "asked_by", "brand"
        )
        seal = EvidenceSeal.objects.order_by("-number").first()
        return super().get_context_data(**kwargs) | {
            "page_title": _("Evidence of the brand"),
            "tasks": list(done.order_by("-created_at")[:10]),
            "seal": seal,
        }


class EvidenceTaskMixin(ObjectMixin[EvidenceTask]):
    """What the person asked for; verifications of the brand for all who manage it (Rule A10)."""

    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[EvidenceTask]:
        tasks: QuerySet[EvidenceTask] = EvidenceTask.objects.select_related("job__brand", "brand", "asked_by")
        if can(self.request.user, MANAGE_BRAND, self.request.brand):
            return tasks.filter(Q(asked_by=self.request.user) | Q(work=EvidenceWork.VERIFY))
        return tasks.filter(asked_by=self.request.user).exclude(work=EvidenceWork.VERIFY)


class EvidenceTaskPage(EvidenceTaskMixin, DetailView[EvidenceTask]):
    """How far it is; at its end what does not hold, or the file."""

    template_name = "approvals/evidence_task.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        task, slug = self.object, self.request.brand.slug
        return super().get_context_data(**kwargs) | {
            "page_title": str(task),
            "task": task,
            "job": task.job,
            "breaks": [one | {"url": place_of_break(slug, one)} for one in task.breaks],
            "back_url": reverse("approvals:verify_brand", args=[slug])
            if task.work == EvidenceWork.VERIFY
            else reverse("approvals:evidence", args=[slug, task.owner_id]),
            **(poll_of(task.job) if task.job else {}),
        }


class EvidenceTaskFile(EvidenceTaskMixin, GuardedView):
    """The pack that was made, as long as it is kept and its person may see the campaign (Rule A10)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        task = self.object
        seen = LocationCampaign.objects.visible_to(self.request.user, VIEW_CAMPAIGN)
        campaign = seen.select_related("location").filter(pk__in=[task.owner_id]).first()
        if campaign is None or task.data is None or task.expires_at < timezone.now():
            raise Http404
        return file_response(bytes(task.data), campaign, task.work)


def place_of_break(slug: str, one: dict[str, Any]) -> str:
    """Where a break is seen: the entry of the step in the history of its campaign."""
    if one["owner_kind"] != KIND:
        return ""
    page = reverse("approvals:campaign_history", args=[slug, one["owner_id"]])
    if one["number"] is None:
        return page
    anchor = f"step-{key_as_text(one['number'])}"
    return f"{page}?entry={anchor}#{anchor}"

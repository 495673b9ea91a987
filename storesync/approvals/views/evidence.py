"""The evidence of one campaign: its chain on a page, and the pack as a file."""

import re
from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.evidence.archiving import restore
from storesync.approvals.evidence.checking import check_against_database, check_pack
from storesync.approvals.evidence.pack import KIND, chain_of, make_pack, write_pack
from storesync.approvals.evidence.pdf import pdf_of
from storesync.approvals.models import ApprovalStepArchive, SealedHead
from storesync.brands.rights import MANAGE_BRAND, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.querysets import CampaignQuerySet
from storesync.content.media import NAME, media_root
from storesync.core.permissions import can
from storesync.core.views import ActionView, DetailView, GuardedView, ObjectMixin
from storesync.media import files


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
        pack = make_pack(campaign)
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


class EvidencePack(CampaignMixin, ObjectMixin[LocationCampaign], GuardedView):
    """The pack as JSON, for verify_evidence and for outsiders, or as a PDF for people."""

    permission = VIEW_CAMPAIGN
    as_pdf = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pack = make_pack(self.object)
        if self.as_pdf:
            response = HttpResponse(pdf_of(pack, pictures=picture), content_type="application/pdf")
        else:
            response = HttpResponse(write_pack(pack), content_type="application/json")
        day = timezone.localdate().isoformat()
        name = slugify(f"evidence {self.object.location.store_number} {self.object.name}")
        ending = "pdf" if self.as_pdf else "json"
        response["Content-Disposition"] = (
            content_disposition_header(True, f"{name}-{day}.{ending}") or "attachment"
        )
        return response


def picture(address: str) -> bytes | None:
    """The picture of the media library at this address; None for every other address."""
    name = unquote(address.removeprefix(media_root()))
    stem, dash, rest = name.partition("-")
    plain = f"{stem}.{rest.rpartition('.')[2]}" if dash else name
    return files.read(name) if re.fullmatch(NAME, plain) else None

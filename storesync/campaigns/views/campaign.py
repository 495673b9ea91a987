"""The list of campaigns, and what the tabs of one share."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.navigation import rights_here
from storesync.brands.permissions import can, holds
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN, VIEW_CONTACT, VIEW_LOCATION
from storesync.campaigns import lifecycle
from storesync.campaigns.actions.recipients import why_recipients_fixed
from storesync.campaigns.actions.test_mail import may_test
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import (
    findings_of,
    inbox_line,
    is_happening,
    ledger_figures,
    ledger_parts,
)
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import APPROVED_STATES, ENDED, CandidateStatus, Status
from storesync.campaigns.tables import CampaignFilter, CampaignTable, RecipientFilter, RecipientTable
from storesync.campaigns.views.previews import version_url
from storesync.campaigns.views.upgrade_offer import upgrade_offer
from storesync.comments.queries import count_threads
from storesync.content.reviews import SentBack, sent_back
from storesync.core.navigation import address
from storesync.core.views import DetailView, ListView, ObjectMixin
from storesync.mailing.models import Delivery
from storesync.mailing.queries import ledgers


class CampaignListView(ListView):
    """All campaigns of the locations that a person may see."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/campaign_list.html"
    fragment_template_name = "components/results.html"
    table_class = CampaignTable
    filterset_class = CampaignFilter
    saved_views = "campaigns:campaigns"
    export_name = "campaigns"

    def get_queryset(self) -> QuerySet[LocationCampaign]:
        found: QuerySet[LocationCampaign] = LocationCampaign.objects.visible_to(
            self.request.user
        ).select_related("location", "rollout")
        return found

    def get_table_kwargs(self) -> dict[str, Any]:
        return {} if bulk_url(self.request) else {"exclude": ("select",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Campaigns"),
            "bulk_url": bulk_url(self.request),
            "may_create": holds(self.request.user, EDIT_CAMPAIGN, self.request.brand),
            "empty_template": "campaigns/_campaign_empty.html",
        }


def bulk_url(request: Any) -> str:
    """Where picked campaigns are dealt with; "" for who can do nothing with them, and picks none."""
    if EDIT_CAMPAIGN not in rights_here(request):
        return ""
    return reverse("campaigns:campaign_bulk", args=[request.brand.slug])


def may_submit(campaign: LocationCampaign) -> bool:
    """Whether there is something to hand in: a draft, or a candidate of an approved campaign."""
    if campaign.status in APPROVED_STATES:
        return campaign.candidate_status in (CandidateStatus.DRAFT, CandidateStatus.REJECTED)
    return campaign.status == Status.DRAFT


def sent_back_of(campaign: LocationCampaign) -> SentBack | None:
    """Why a review sent a campaign, or its candidate, back, while that has to be mended."""
    open_ = campaign.status in (Status.DRAFT, Status.REJECTED) or campaign.candidate_status in (
        CandidateStatus.DRAFT,
        CandidateStatus.REJECTED,
    )
    return sent_back(KIND, campaign.pk) if open_ else None


class CampaignMixin(ObjectMixin[LocationCampaign]):
    """A campaign by its address, if the person may see its location."""

    def get_queryset(self) -> QuerySet[LocationCampaign]:
        found: QuerySet[LocationCampaign] = LocationCampaign.objects.visible_to(
            self.request.user
        ).select_related(
            "brand",
            "location",
            "rollout",
            "template_version__template",
            "current_revision",
            "approved_revision",
        )
        return found

    def url(self, name: str = "campaign", *more: Any) -> str:
        """An address of this campaign."""
        return reverse(f"campaigns:{name}", args=[self.request.brand.slug, self.object.pk, *more])


class CampaignPage(CampaignMixin, DetailView[LocationCampaign]):
    """What the tabs of a campaign share: the header with one primary action by state."""

    permission = VIEW_CAMPAIGN
    tab: ClassVar[str] = "campaign"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        may_edit = can(self.request.user, EDIT_CAMPAIGN, campaign)
        words = {
            "campaign": _("Overview"),
            "campaign_content": _("Content"),
            "campaign_recipients": _("Recipients"),
            "campaign_comments": _("Comments"),
            "campaign_history": _("History"),
        }
        counts = {"campaign_comments": count_threads(KIND, [campaign.pk]).open or None}
        return super().get_context_data(**kwargs) | {
            "page_title": campaign.name,
            "campaign": campaign,
            "tabs": [
                {
                    "label": label,
                    "url": self._tab_url(name),
                    "current": name == self.tab,
                    "count": counts.get(name),
                }
                for name, label in words.items()
            ],
            "may_edit": may_edit,
            "primary": self.primary() if may_edit else "",
            "more": self.more() if may_edit else [],
            "submit_url": address("approvals:submit", self.request.brand.slug),
            "review_url": self.review_url(),
            "sent_back": sent_back_of(campaign),
            "edit_url": self.url("campaign_edit"),
            **upgrade_offer(campaign, may_edit=may_edit),
            "test_url": self.url("campaign_test") if may_test(self.request.user, campaign) else "",
        }

    def _tab_url(self, name: str) -> str:
        """The history is told by the floor above, which has the steps."""
        if name == "campaign_history":
            return address(f"approvals:{name}", self.request.brand.slug, str(self.object.pk))
        return self.url(name)

    def review_url(self) -> str:
        """Where its review stands: its row among all that wait."""
        waiting = address("approvals:waiting", self.request.brand.slug)
        number = urlencode({"q": self.object.location.store_number})
        return f"{waiting}?{number}" if waiting else ""

    def primary(self) -> str:
        """The next sensible step: its name in the template."""
        campaign = self.object
        if may_submit(campaign):
            return "submit"
        return {
            Status.REJECTED: "edit",
            Status.APPROVED: "schedule",
            Status.ACTIVE: "pause",
            Status.SCHEDULED: "pause",
            Status.PAUSED: "resume",
            Status.MISSED: "reopen",
        }.get(Status(campaign.status), "")

    def more(self) -> list[dict[str, Any]]:
        """The further actions, behind "…"."""
        campaign = self.object
        rows = [("duplicate", _("Duplicate…"), "copy", False, False)]
        if campaign.status in (Status.REJECTED,) or campaign.candidate_status == CandidateStatus.REJECTED:
            rows.append(("take-back", _("Take back"), "undo", True, False))
        if lifecycle.can_move(campaign, "cancel"):
            rows.append(("cancel", _("Cancel for good"), "cancel", False, True))
        if campaign.status in ENDED:
            undo = campaign.archived_at is not None
            verb, label = ("restore", _("Bring back")) if undo else ("archive", _("Archive"))
            rows.append((verb, label, "archive", True, False))
        pages = {"cancel": "campaign_cancel", "duplicate": "campaign_duplicate"}
        return [
            {
                "label": label,
                "url": self.url(pages[verb]) if verb in pages else self.url("campaign_move", verb),
                "icon": icon,
                "post": post,
                "danger": danger,
            }
            for verb, label, icon, post, danger in rows
        ]


class CampaignDetailView(CampaignPage):
    """Overview: where it stands, how far it is, what stands in the way."""

    template_name = "campaigns/campaign_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        ledger = ledgers(KIND, [campaign.pk])[campaign.pk]
        return super().get_context_data(**kwargs) | {
            "ledger": ledger,
            "figures": ledger_figures(ledger),
            "parts": ledger_parts(ledger),
            "happening": is_happening(campaign),
            "checked": campaign.status not in ENDED,
            "findings": findings_of(campaign) if campaign.status not in ENDED else [],
            "location_url": self.location_url(),
            "template_url": version_url(self.request, campaign.template_version),
            "progress_url": self.url("campaign_progress"),
            "frame_url": self.url("campaign_frame"),
            "inbox": inbox_line(campaign.current_revision),
            "audience": campaign.current_revision.audience,
            "schedule": campaign.current_revision.schedule,
        }

    def location_url(self) -> str:
        """The page of its store, for whom it opens."""
        location = self.object.location
        if not can(self.request.user, VIEW_LOCATION, location):
            return ""
        return reverse("brands:location_detail", args=[self.request.brand.slug, location.pk])


class CampaignProgressView(CampaignMixin, DetailView[LocationCampaign]):
    """The counts alone, refreshed while it is sent."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/_campaign_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ledger = ledgers(KIND, [self.object.pk])[self.object.pk]
        return super().get_context_data(**kwargs) | {
            "campaign": self.object,
            "ledger": ledger,
            "figures": ledger_figures(ledger),
            "parts": ledger_parts(ledger),
            "happening": is_happening(self.object),
            "progress_url": self.url("campaign_progress"),
        }


class CampaignRecipientsView(CampaignMixin, ListView):
    """Recipients: the ledger, one row each; addresses only for who may see personal data."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/campaign_recipients.html"
    fragment_template_name = "components/results.html"
    table_class = RecipientTable
    filterset_class = RecipientFilter
    default_order = ("-updated_at",)

    def get_queryset(self) -> Any:
        # The mixin asks for the campaign first, the list for its deliveries then.
        if not hasattr(self, "object"):
            return super().get_queryset()
        return Delivery.objects.of(KIND, [self.object.pk]).select_related("contact")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = CampaignPage()
        page.setup(self.request, **self.kwargs)
        page.object = self.object
        page.tab = "campaign_recipients"  # type: ignore[misc]
        context = page.get_context_data() | super().get_context_data(**kwargs)
        clear = can(self.request.user, VIEW_CONTACT, self.object)
        for row in context["page"].rows:
            address_, name = row.contact.address, f"{row.contact.first_name} {row.contact.last_name}".strip()
            row.shown_address = address_ if clear else masked(address_)
            row.shown_name = name if clear else ""
        ledger = ledgers(KIND, [self.object.pk])[self.object.pk]
        return context | {
            "ledger": ledger,
            "parts": ledger_parts(ledger),
            "page_title": self.object.name,
            "empty_template": "campaigns/_recipients_empty.html",
            "chosen": self.object.current_revision.audience.get("count", 0),
            "audience_url": page.url("campaign_audience")
            if context["may_edit"] and not why_recipients_fixed(self.object)
            else "",
        }


def masked(address_: str) -> str:
    """An address for who may not see it: enough to tell two apart, not enough to write to."""
    local, _at, domain = address_.partition("@")
    return f"{local[:1]}…@{domain[:1]}…" if domain else "…"

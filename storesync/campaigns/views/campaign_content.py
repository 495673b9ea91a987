"""The content tab of a campaign, and the mail in it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import (
    changes_of,
    differences_from_template,
    inbox_line,
    shown,
)
from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign import CampaignMixin, CampaignPage
from storesync.content.differences import content_of, differences
from storesync.content.models import Revision
from storesync.core.frames import MailFrameResponse
from storesync.core.views import DetailView


class CampaignContentView(CampaignPage):
    """Content: the mail on desktop and phone, as plain text, and what the store changed."""

    template_name = "campaigns/campaign_content.html"
    tab = "campaign_content"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        revision = chosen_revision(campaign, self.request.GET.get("revision", ""))
        approved = campaign.approved_revision
        compared = approved if approved and approved.pk != revision.pk else None
        return super().get_context_data(**kwargs) | {
            "revision": revision,
            "revisions": Revision.objects.of_owner(KIND, campaign.pk)
            .without_bodies()
            .select_related("author"),
            "frame_url": f"{self.url('campaign_frame')}?revision={revision.number}",
            "inbox": inbox_line(revision),
            "plain_text": shown(revision.text),
            "changes": differences_from_template(campaign),
            "since_approved": changes_of(differences(content_of(compared), content_of(revision)))
            if compared
            else [],
            "view": self.request.GET.get("view", "mail"),
        }


class CampaignFrameView(CampaignMixin, DetailView[LocationCampaign]):
    """The mail of a revision, as its readers see it: a frame's content."""

    permission = VIEW_CAMPAIGN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revision = chosen_revision(self.object, request.GET.get("revision", ""))
        return MailFrameResponse(shown(revision.html), pictures=True)


def chosen_revision(campaign: LocationCampaign, number: str) -> Revision:
    """The revision of a number, or the current one."""
    if not number:
        return campaign.current_revision
    found: Revision | None = (
        Revision.objects.of_owner(KIND, campaign.pk).filter(number=number).first()
        if number.isascii() and number.isdigit() and len(number) < 7
        else None
    )
    if found is None:
        raise Http404
    return found

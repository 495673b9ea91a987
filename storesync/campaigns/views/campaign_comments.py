"""The tab on which a campaign is talked about."""

from typing import Any

from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign import CampaignPage
from storesync.comments.panel import panel_of


class CampaignCommentsView(CampaignPage):
    """Comments: every thread about this campaign, and the form for another."""

    template_name = "campaigns/campaign_comments.html"
    tab = "campaign_comments"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panel = panel_of(self.request, owner_kind=KIND, owner_id=self.object.pk)
        return super().get_context_data(**kwargs) | {"comments": panel}

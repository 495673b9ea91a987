"""Who else has an edit page open: the page asks every few seconds, and says by that that it is open."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_TEMPLATE
from storesync.campaigns.actions.presence import EVERY, be_here
from storesync.campaigns.models import CampaignTemplate, LocationCampaign
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.template import TemplateMixin
from storesync.core.views import ActionView


class _PresenceView(ActionView[Any]):
    """Answers with the others."""

    def perform(self) -> HttpResponse:
        here = be_here(owner=self.object, actor=self.request.user)
        context = {
            "here": here,
            "names": ", ".join(person.display_name for person in here),
            "every": int(EVERY.total_seconds()),
            "presence_url": self.request.path,
        }
        return render(self.request, "campaigns/_presence.html", context)


class TemplatePresenceView(TemplateMixin, _PresenceView, ActionView[CampaignTemplate]):
    """Who else writes a template."""

    permission = MANAGE_TEMPLATE
    whole_brand = True


class CampaignPresenceView(CampaignMixin, _PresenceView, ActionView[LocationCampaign]):
    """Who else edits a campaign."""

    permission = EDIT_CAMPAIGN

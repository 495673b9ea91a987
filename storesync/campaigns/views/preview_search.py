"""Whom and where a preview can be shown as: the searches of its panel, as options for its lists."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views import generic

from storesync.brands.rights import VIEW_CONTACT, VIEW_LOCATION
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.selection import location_label
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.campaign_create import own_locations
from storesync.campaigns.views.preview_choice import (
    FOUND,
    persona_of,
    personas,
    recipients_of,
    visible_locations,
)
from storesync.core.views import GuardedView


class PreviewStoresView(GuardedView, generic.TemplateView):
    """Stores that match what is typed (`store`), by name: options of a list of suggestions.

    With `right=edit` those where the person may begin a campaign, else those they may see.
    """

    permission = VIEW_LOCATION
    template_name = "campaigns/_preview_stores.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.request.GET.get("store", "").replace("\0", "")[:200]
        found = visible_locations(self.request)
        if self.request.GET.get("right") == "edit":
            found = own_locations(self.request)
        if typed.strip():
            found = found.matching(typed)  # type: ignore[attr-defined]
        rows = found.only("pk", "name", "store_number", "city").order_by("name", "pk")[:FOUND]
        return super().get_context_data(**kwargs) | {
            "stores": [{"label": location_label(one), "city": one.city} for one in rows]
        }


class PreviewRecipientsView(CampaignMixin, generic.TemplateView):
    """Real recipients of a campaign that match what is typed (`q`), for who may see personal data.

    By POST, so that no name and no address comes to stand in an address or a log (Rule C3).
    """

    permission = VIEW_CONTACT
    http_method_names = ["post", "options"]
    template_name = "campaigns/_preview_recipients.html"
    object: LocationCampaign

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.POST.get("q", "").strip().replace("\0", "")[:200]
        found = recipients_of(self.object)
        for word in typed.split()[:5]:
            found = found.filter(
                Q(address__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
            )
        rows = found.order_by("last_name", "first_name", "pk")[:FOUND] if typed else []
        context = self.get_context_data(personas=personas(), found=[persona_of(one) for one in rows])
        return self.render_to_response(context | {"typed": typed})

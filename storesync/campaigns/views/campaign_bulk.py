"""Bulk actions on campaigns: the check before, then exactly those."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import generic

from storesync.brands.permissions import can_all
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import (
    archive_campaigns,
    arm_campaigns,
    cancel_campaigns,
    pause_campaigns,
    resume_campaigns,
)
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.selection import chosen_ids
from storesync.campaigns.statuses import ENDED
from storesync.campaigns.tables import CampaignFilter
from storesync.campaigns.views.campaign import may_submit
from storesync.core.errors import ActionRefused
from storesync.core.filters import all_matching
from storesync.core.navigation import address
from storesync.core.toasts import success_with_undo
from storesync.core.views import GuardedView

BULK: "dict[str, tuple[str, Callable[..., Any]]]" = {
    "schedule": ("arm", arm_campaigns),
    "pause": ("pause", pause_campaigns),
    "resume": ("resume", resume_campaigns),
    "cancel": ("cancel", cancel_campaigns),
    "archive": ("", archive_campaigns),
    "restore": ("", partial(archive_campaigns, undo=True)),
}


MOST: Final = 10_000
"""Campaigns that are dealt with in one go; of more the page says that it takes the newest."""


class CampaignBulkView(GuardedView, generic.TemplateView):
    """The check before a bulk action: how many can, which cannot and why; then it is done on exactly those.

    "All that match" is the filter's whole result, not the page (Rule L1). Submitting is the approvals' own
    page: its ids are handed there.
    """

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]
    template_name = "campaigns/campaign_bulk.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "archived_at" in request.GET:
            return self.restore(request.GET["archived_at"])
        action = request.POST.get("action", "")
        if action not in BULK and action != "submit":
            raise Http404
        rows = self.chosen(request.POST).select_related("location", "rollout").order_by("-created_at", "-pk")
        chosen = list(rows[: MOST + 1])
        more, chosen = len(chosen) > MOST, chosen[:MOST]
        able, unable = self.split(chosen, action)
        back = reverse("campaigns:campaigns", args=[self.request.brand.slug])
        if request.POST.get("confirmed") and able and action in BULK:
            try:
                done = BULK[action][1](campaigns=able, actor=self.request.user)
            except ActionRefused as refusal:
                messages.error(request, refusal.message)
                return redirect(back)
            words = ngettext("%(count)d campaign changed.", "%(count)d campaigns changed.", len(done))
            if action == "archive":
                success_with_undo(request, words % {"count": len(done)}, self.undo_url(done))
            else:
                messages.success(request, words % {"count": len(done)})
            return redirect(back)
        context = self.get_context_data(
            page_title=self.words(action),
            action=action,
            able=able,
            unable=unable,
            able_shown=able[:25],
            unable_shown=unable[:25],
            ids=",".join(str(one.pk) for one in able),
            action_url=address("approvals:submit", self.request.brand.slug)
            if action == "submit"
            else self.request.path,
            cancel_url=back,
            danger=action == "cancel",
            most=MOST if more else 0,
        )
        return self.render_to_response(context)

    def undo_url(self, done: list[LocationCampaign]) -> str:
        """Where exactly these are brought back: they share the moment at which they were archived."""
        moment = LocationCampaign.objects.get(pk=done[0].pk).archived_at
        return f"{self.request.path}?{urlencode({'archived_at': moment.isoformat() if moment else ''})}"

    def restore(self, moment: str) -> HttpResponse:
        """Bring back what was archived in one go, as far as the person may change it."""
        back = redirect(reverse("campaigns:campaigns", args=[self.request.brand.slug]))
        try:
            at = parse_datetime(moment)
        except ValueError:
            at = None
        rows = LocationCampaign.objects.visible_to(self.request.user, EDIT_CAMPAIGN)
        found = list(rows.filter(archived_at=at)) if at is not None and is_aware(at) else []
        if found:
            archive_campaigns(campaigns=found, actor=self.request.user, undo=True)
        words = ngettext("%(count)d campaign brought back.", "%(count)d campaigns brought back.", len(found))
        messages.success(self.request, words % {"count": len(found)})
        return back

    def chosen(self, data: QueryDict) -> QuerySet[LocationCampaign]:
        """The campaigns that the form means, of those the person may see."""
        visible: QuerySet[LocationCampaign] = LocationCampaign.objects.visible_to(self.request.user)
        if data.get("select_all"):
            given = QueryDict(data.get("query", ""))
            found: QuerySet[LocationCampaign] = all_matching(
                CampaignFilter(given, queryset=visible, request=self.request)
            )
            of_rollout = chosen_ids([data.get("rollout", "")])
            return found.filter(rollout__in=of_rollout) if of_rollout else found
        return visible.filter(pk__in=chosen_ids([*data.getlist("select"), *data.get("ids", "").split(",")]))

    def split(
        self, campaigns: list[LocationCampaign], action: str
    ) -> tuple[list[LocationCampaign], list[tuple[LocationCampaign, str]]]:
        """Those the action can be done on, and the others with the reason."""
        able, unable = [], []
        places = {one.location_id for one in campaigns}
        mine = (
            places
            if can_all(self.request.user, EDIT_CAMPAIGN, places)
            else {place for place in places if can_all(self.request.user, EDIT_CAMPAIGN, [place])}
        )
        for campaign in campaigns:
            if campaign.location_id not in mine:
                unable.append((campaign, _("You may not change campaigns of this location.")))
            elif can_do(campaign, action):
                able.append(campaign)
            else:
                unable.append(
                    (campaign, _("It is %(status)s.") % {"status": campaign.get_status_display().lower()})
                )
        return able, unable

    @staticmethod
    def words(action: str) -> str:
        """The heading of the check."""
        return {
            "submit": _("Submit for approval"),
            "schedule": _("Schedule"),
            "pause": _("Pause"),
            "resume": _("Resume"),
            "cancel": _("Cancel for good"),
            "archive": _("Archive"),
            "restore": _("Bring back"),
        }[action]


def can_do(campaign: LocationCampaign, action: str) -> bool:
    """Whether a bulk action is a legal move of this campaign now."""
    if action in ("archive", "restore"):
        return campaign.status in ENDED and (campaign.archived_at is None) == (action == "archive")
    return may_submit(campaign) if action == "submit" else lifecycle.can_move(campaign, BULK[action][0])

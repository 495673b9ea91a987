"""The verbs in the life of one campaign."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import generic

from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.campaign import (
    archive_campaigns,
    arm_campaigns,
    cancel_campaigns,
    pause_campaigns,
    reopen_campaign,
    resume_campaigns,
    take_back,
)
from storesync.campaigns.forms.campaign import ReasonForm
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.core.errors import ActionRefused
from storesync.core.toasts import success_with_undo
from storesync.core.views import ObjectFormView
from storesync.mailing.queries import ledgers


class CampaignMoveView(CampaignMixin, generic.View):
    """One verb of the life of a campaign, by POST only."""

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign, actor = self.object, self.request.user
        verbs: dict[str, Callable[[], Any]] = {
            "schedule": lambda: arm_campaigns(campaigns=[campaign], actor=actor),
            "pause": lambda: pause_campaigns(campaigns=[campaign], actor=actor),
            "resume": lambda: resume_campaigns(campaigns=[campaign], actor=actor),
            "take-back": lambda: take_back(campaign=campaign, actor=actor),
            "reopen": lambda: reopen_campaign(campaign=campaign, actor=actor),
            "archive": lambda: archive_campaigns(campaigns=[campaign], actor=actor),
            "restore": lambda: archive_campaigns(campaigns=[campaign], actor=actor, undo=True),
        }
        if kwargs["verb"] not in verbs:
            raise Http404
        try:
            verbs[kwargs["verb"]]()
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            return redirect(self.url())
        if kwargs["verb"] == "archive":
            success_with_undo(
                request,
                _("“%(name)s” is archived.") % {"name": campaign.name},
                self.url("campaign_move", "restore"),
            )
        else:
            messages.success(request, _("Brought back.") if kwargs["verb"] == "restore" else _("Done."))
        return redirect(self.url("campaign_edit") if kwargs["verb"] == "reopen" else self.url())


class CampaignCancelView(CampaignMixin, ObjectFormView[LocationCampaign]):
    """The question before a campaign is ended for good."""

    permission = EDIT_CAMPAIGN
    template_name = "campaigns/campaign_cancel.html"
    form_class = ReasonForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Cancel “%(name)s”") % {"name": self.object.name},
            "question": _("Cancel this campaign for good?"),
            "verb": _("Cancel the campaign"),
            "tone": "danger",
            "cancel_url": self.url(),
            "waiting": ledgers(KIND, [self.object.pk])[self.object.pk].waiting,
        }

    def perform(self, form: ReasonForm) -> HttpResponse:
        cancel_campaigns(campaigns=[self.object], actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("Cancelled."))
        return redirect(self.url())

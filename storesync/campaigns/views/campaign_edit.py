"""A store's edit page and its live preview."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.edit import EditConflict, edit_campaign, require_editable
from storesync.campaigns.forms.campaign import CampaignForm
from storesync.campaigns.messages import compile_version
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import (
    changes_of,
    findings_of,
)
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.campaign_content import chosen_revision, revision_panel, sender_at
from storesync.campaigns.views.previews import answer, answer_errors, choice_of
from storesync.campaigns.views.upgrade_offer import upgrade_offer
from storesync.content.checks import has_errors
from storesync.content.differences import content_of, differences
from storesync.content.facts import location_facts
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.navigation import address
from storesync.core.views import DetailView, ObjectFormView


class CampaignEditView(CampaignMixin, ObjectFormView[LocationCampaign]):
    """A store's edit page: unlocked parts to change, locked ones to read, checks and preview beside."""

    permission = EDIT_CAMPAIGN
    template_name = "campaigns/campaign_edit.html"
    form_class = CampaignForm
    conflict: list[dict[str, str]] | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What cannot be edited now says so before anybody writes; its page has the way on."""
        try:
            require_editable(self.object)
        except ActionRefused as refusal:
            messages.info(request, refusal.message)
            return redirect(self.url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        campaign, revision = self.object, self.object.current_revision
        return super().get_form_kwargs() | {
            "blocks": revision.blocks,
            "template": campaign.template_version,
            "subject": revision.subject,
            "preheader": revision.preheader,
            "schedule": revision.schedule,
            "version": campaign.version,
            "everything": can(self.request.user, EDIT_CAMPAIGN, campaign.brand),
        }

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form(self, form_class: Any = None) -> CampaignForm:
        kwargs = self.get_form_kwargs()
        kwargs.pop("initial", None)
        return CampaignForm(**kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        findings = findings_of(campaign)
        return super().get_context_data(**kwargs) | {
            "page_title": campaign.name,
            "campaign": campaign,
            "findings": findings,
            "blocked": has_errors(findings),
            "conflict": self.conflict,
            "seen": self.request.POST.get("seen") or campaign.current_revision.number,
            "preview": revision_panel(
                self,
                campaign.current_revision,
                post_url=self.url("campaign_preview"),
                form="main-form",
                opens="phone",
            ),
            "facts_changed": location_facts(campaign.location, campaign.brand)
            != campaign.current_revision.facts,
            "submit_url": address("approvals:submit", self.request.brand.slug),
            "cancel_url": self.url(),
            **upgrade_offer(campaign, may_edit=True),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            saved = edit_campaign(
                campaign=self.object,
                actor=self.request.user,
                version=form.cleaned_data["version"],
                edits=form.edits(),
                subject=form.cleaned_data.get("subject"),
                preheader=form.cleaned_data.get("preheader"),
                schedule=form.schedule(),
                refresh=bool(self.request.POST.get("refresh")),
            )
        except ContentInvalid as invalid:
            form.take_errors(invalid.errors)
            return self.form_invalid(form)
        except EditConflict as conflict:
            self.conflict = changes_of(
                differences(
                    content_of(chosen_revision(self.object, self.request.POST.get("seen", ""))),
                    content_of(conflict.campaign.current_revision),
                )
            )
            form.add_error(None, conflict.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        if self.request.POST.get("then") == "submit":
            # 307 keeps the method and the body, which names the campaign: one click saves and hands in.
            return HttpResponse(
                status=307,
                headers={"Location": address("approvals:submit", self.request.brand.slug) or self.url()},
            )
        if saved.current_revision_id == self.object.current_revision_id:
            messages.info(self.request, _("Nothing has changed."))
        else:
            messages.success(self.request, _("Saved."))
        return redirect(self.url("campaign_edit"))


class CampaignPreviewView(CampaignMixin, DetailView[LocationCampaign]):
    """The mail with what is being typed, not saved: the live preview posts here into its frame."""

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign, revision = self.object, self.object.current_revision
        choice = choice_of(request, own=campaign.location, campaign=campaign, view="phone")
        form = CampaignForm(
            request.POST,
            blocks=revision.blocks,
            template=campaign.template_version,
            subject=revision.subject,
            preheader=revision.preheader,
            schedule=revision.schedule,
            version=campaign.version,
            everything=can(self.request.user, EDIT_CAMPAIGN, campaign.brand),
        )
        form.is_valid()
        edits = form.edits()
        blocks = [block | edits.get(block["id"], {}) for block in revision.blocks]
        try:
            message = compile_version(
                campaign.template_version,
                subject=form.cleaned_data.get("subject") or revision.subject,
                preheader=form.cleaned_data.get("preheader") or revision.preheader,
                blocks=blocks,
            )
        except ContentInvalid as invalid:
            return answer_errors(request, invalid, choice)
        location = choice.location or campaign.location
        rendered = message.render(location_facts(location, campaign.brand), revision.values)
        return answer(request, rendered, choice, sender_at(revision, location))

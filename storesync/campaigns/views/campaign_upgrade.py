"""A draft and the newer version of its template: what would change, decided and done (Rule T1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.upgrade import decline_upgrade, upgrade_campaign
from storesync.campaigns.forms.upgrade import UpgradeForm
from storesync.campaigns.messages import ValuesInvalid, compile_version
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.standing import newest_offered
from storesync.campaigns.upgrades import Upgrade, Upgrades, missing_variables, why_it_stays
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.campaign_content import sender_at
from storesync.campaigns.views.preview_choice import choice_of
from storesync.campaigns.views.previews import (
    answer,
    answer_errors,
    number_of,
    panel,
    shown_of,
    shown_of_errors,
)
from storesync.content.facts import location_facts
from storesync.content.merge.words import change_of
from storesync.content.rendering import CompiledMessage, ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import ActionView, DetailView, ObjectFormView


class UpgradeMixin(CampaignMixin):
    """A campaign and the version it could move to, whether its people have said that they stay or not."""

    permission = EDIT_CAMPAIGN
    version: TemplateVersion

    def find_version(self) -> str:
        """Set the version; why there is none, in words, else ""."""
        template_id = self.object.template_version.template_id
        found = newest_offered([template_id]).get(template_id)
        if found is None:
            return _("No newer version of the template is offered.")
        self.version = found
        return why_it_stays(self.object, found)

    def plan(self) -> Upgrade:
        """What would become of the campaign, without any choice."""
        return Upgrades(self.version).plan(self.object)

    def make_form(self, plan: Upgrade, data: Any = None) -> UpgradeForm:
        """The form for a plan."""
        return UpgradeForm(
            data,
            conflicts=plan.merge.conflicts,
            missing=missing_variables(self.version, plan.problems),
            values=self.object.current_revision.values,
            initial={"seen": self.object.version, "number": self.version.number},
        )

    def message(self, plan: Upgrade) -> CompiledMessage:
        """The mail that would come of it."""
        merged = plan.merge
        return compile_version(
            self.version, subject=merged.subject, preheader=merged.preheader, blocks=merged.blocks
        )


class CampaignUpgradeView(UpgradeMixin, ObjectFormView[LocationCampaign]):
    """What would be kept, what would change, what is in conflict; one button moves the draft."""

    template_name = "campaigns/campaign_upgrade.html"
    form_class = UpgradeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.check_permission()
        self.object = self.get_object()
        if reason := self.find_version():
            messages.info(request, reason)
            return redirect(self.url())
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> UpgradeForm:
        self.planned = self.plan()
        return self.make_form(self.planned, self.request.POST if self.request.method == "POST" else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        campaign, plan = self.object, self.planned
        choice = choice_of(self.request, own=campaign.location, campaign=campaign, view="phone")
        location = choice.location or campaign.location
        try:
            message = self.message(plan)
            facts = location_facts(location, campaign.brand, message.declared_facts)
            rendered = message.render(facts, plan.values)
            shown = shown_of(rendered, choice.persona, sender_at(campaign.current_revision, location))
        except ContentInvalid as invalid:
            shown = shown_of_errors(invalid)
        return context | {
            "page_title": _("Move to version %(number)d") % {"number": self.version.number},
            "campaign": campaign,
            "version": self.version,
            "present": campaign.template_version,
            "kept": [change_of(one) for one in plan.merge.kept],
            "changed": [change_of(one) for one in plan.merge.changed],
            "dropped": plan.dropped,
            "declined": campaign.declined_version >= self.version.number,
            "stay_url": self.url("campaign_stay"),
            "cancel_url": self.url(),
            "preview": panel(
                self.request,
                choice,
                shown,
                frame_url=self.url("campaign_upgrade_preview"),
                post_url=self.url("campaign_upgrade_preview"),
                form="main-form",
                own=campaign.location,
            ),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        if form.cleaned_data["number"] != self.version.number:
            return self.refuse(form, _("Another version is offered meanwhile. Look at what it would change."))
        try:
            upgrade_campaign(
                campaign=self.object,
                version=self.version,
                actor=self.request.user,
                seen=form.cleaned_data["seen"],
                choices=form.choices(),
                values=form.values(),
            )
        except ContentInvalid as invalid:
            form.take_errors(invalid.errors)
            return self.form_invalid(form)
        except ValuesInvalid as invalid:
            form.take_problems(invalid.problems)
            return self.form_invalid(form)
        except ActionRefused as refusal:
            return self.refuse(form, refusal.message)
        messages.success(self.request, _("Moved to version %(number)d.") % {"number": self.version.number})
        return redirect(self.url("campaign_edit"))

    def refuse(self, form: UpgradeForm, message: str) -> HttpResponse:
        """The page as things are now, with what was decided still there where it still fits (409)."""
        self.object = self.get_object()
        if self.find_version():
            messages.info(self.request, message)
            return redirect(self.url())
        self.planned = self.plan()
        now = {"seen": str(self.object.version), "number": str(self.version.number)}
        data = {**{name: form.data.get(name) for name in form.data}, **now}
        form = self.make_form(self.planned, data)
        form.is_valid()
        form.add_error(None, message)
        return self.render_to_response(self.get_context_data(form=form), status=409)


class CampaignUpgradePreviewView(UpgradeMixin, DetailView[LocationCampaign]):
    """The mail that would come of it: by GET with the defaults, by POST with what is being decided."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(request.POST)

    def show(self, data: Any) -> HttpResponse:
        """The frame, or why there is no mail to show."""
        campaign = self.object
        if reason := self.find_version():
            return HttpResponse(reason, content_type="text/plain; charset=utf-8", status=409)
        choice = choice_of(self.request, own=campaign.location, campaign=campaign, view="phone")
        plan = self.plan()
        if data is not None:
            form = self.make_form(plan, data)
            form.is_valid()
            plan = Upgrades(self.version, form.values()).plan(campaign, form.choices())
        try:
            if plan.merge.errors:
                raise ContentInvalid(plan.merge.errors)
            message = self.message(plan)
        except ContentInvalid as invalid:
            return answer_errors(self.request, invalid, choice)
        location = choice.location or campaign.location
        facts = location_facts(location, campaign.brand, message.declared_facts)
        rendered = message.render(facts, plan.values)
        return answer(self.request, rendered, choice, sender_at(campaign.current_revision, location))


class CampaignStayView(UpgradeMixin, ActionView[LocationCampaign]):
    """Stay on the present version: the offer is not shown again until the next one."""

    def perform(self) -> HttpResponse:
        undo = bool(self.request.POST.get("undo"))
        number = number_of(self.request.POST.get("number", ""))
        reason = self.find_version()
        if not reason and self.version.number != number:
            reason = _("Another version is offered meanwhile. Look at what it would change.")
        try:
            if reason:
                raise ActionRefused(reason)
            decline_upgrade(campaign=self.object, version=self.version, actor=self.request.user, undo=undo)
        except ActionRefused as refusal:
            messages.error(self.request, refusal.message)
            return self.back(self.url())
        if undo:
            return self.back(self.url("campaign_upgrade"))
        messages.success(
            self.request,
            _("It stays on version %(number)d.") % {"number": self.object.template_version.number},
        )
        return self.back(self.url())

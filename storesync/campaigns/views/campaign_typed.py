"""What is being typed into a campaign: its preview and its checks, and the place where it is kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.unsaved import EditedElsewhere, keep_edit
from storesync.campaigns.draft import joined
from storesync.campaigns.forms.campaign import CampaignForm
from storesync.campaigns.messages import compile_version
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import findings_of, findings_of_typed
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.campaign_content import sender_at
from storesync.campaigns.views.preview_choice import choice_of
from storesync.campaigns.views.previews import answer, answer_errors, number_of
from storesync.content.blocks import LONGEST_TEXT
from storesync.content.checks import Finding, findings_of_errors
from storesync.content.facts import location_facts
from storesync.content.rendering import CompiledMessage, ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import DetailView

if TYPE_CHECKING:
    from storesync.accounts.models import User


def form_kwargs(campaign: LocationCampaign, user: "User") -> dict[str, Any]:
    """What the form of a campaign is made of."""
    revision = campaign.current_revision
    return {
        "blocks": revision.blocks,
        "template": campaign.template_version,
        "subject": revision.subject,
        "preheader": revision.preheader,
        "schedule": revision.schedule,
        "version": campaign.version,
        "everything": can(user, EDIT_CAMPAIGN, campaign.brand),
    }


def typed_message(campaign: LocationCampaign, form: CampaignForm) -> CompiledMessage:
    """The message with what is typed in it.

    Raises:
        ContentInvalid: with every error and its place.
    """
    revision = campaign.current_revision
    return compile_version(
        campaign.template_version,
        subject=form.typed_line("subject", revision.subject),
        preheader=form.typed_line("preheader", revision.preheader),
        blocks=form.typed_blocks(),
    )


@dataclass(frozen=True, slots=True)
class Check:
    """A finding on the edit page.

    Attributes:
        target: the id of what it is about; "" where it is about the whole.
        insert: the rule whose words a button puts in; "" where the store has no place for them.
    """

    finding: Finding
    target: str
    insert: str = ""

    @property
    def error(self) -> bool:
        """Whether it blocks submission."""
        return self.finding.level == "error"


def checks_of(campaign: LocationCampaign, form: CampaignForm) -> list[Check]:
    """The checks of what is typed, or of the current revision where nothing is; errors first."""
    if not form.is_bound:
        found = findings_of(campaign)
    else:
        try:
            message = typed_message(campaign, form)
        except ContentInvalid as invalid:
            found = findings_of_errors(invalid.errors)
        else:
            facts = location_facts(campaign.location, campaign.brand, message.declared_facts)
            found = findings_of_typed(campaign, message, facts)
    return [
        Check(one, _target(one, form), one.rule if one.insert and legal_field(form, one.insert) else "")
        for one in found
    ]


def legal_field(form: CampaignForm, wording: str) -> str:
    """The last legal text that the store may write in and that has room for these words; "" without one."""
    legal = {block["id"] for block in form.blocks if block["type"] == "legal"}
    for key, (block_id, name) in reversed(form.names.items()):
        if block_id in legal and name == "text" and isinstance(form.fields[key], forms.CharField):
            text = joined(str(form[key].value() or ""), wording)
            limits = (one.limit_value for one in form.fields[key].validators if hasattr(one, "limit_value"))
            return key if len(text) <= min(limits, default=LONGEST_TEXT) else ""
    return ""


def _target(finding: Finding, form: CampaignForm) -> str:
    name = finding.field.partition(".")[0]
    if finding.block_id:
        key = f"block-{finding.block_id}-{name}"
        return f"id_{key}" if key in form.fields else f"part-{finding.block_id}"
    if name in form.fields:
        return f"id_{name}"
    return f"part-{name}" if name in ("subject", "preheader") else ""


def kept_fields(given: QueryDict, form: CampaignForm) -> dict[str, list[str]]:
    """Of a posted form what belongs to the campaign, as it was typed."""
    own = {*form.fields, "refresh"}
    return {
        name: given.getlist(name)
        for name in given
        if name in own or any(name.startswith(f"{key}-") for key in form.names)
    }


class CampaignPreviewView(CampaignMixin, DetailView[LocationCampaign]):
    """The mail with what is being typed, not saved: the live preview posts here into its frame."""

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign, revision = self.object, self.object.current_revision
        choice = choice_of(request, own=campaign.location, campaign=campaign, view="phone")
        form = CampaignForm(request.POST, **form_kwargs(campaign, self.request.user))
        location = choice.location or campaign.location
        try:
            message = typed_message(campaign, form)
        except ContentInvalid as invalid:
            return answer_errors(request, invalid, choice)
        facts = location_facts(location, campaign.brand, message.declared_facts)
        rendered = message.render(facts, revision.values)
        return answer(request, rendered, choice, sender_at(revision, location))


class CampaignDraftView(CampaignMixin, DetailView[LocationCampaign]):
    """Keeps what is typed, for the person alone, and answers with its state and its checks."""

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]
    template_name = "campaigns/_edit_state.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = self.object
        form = CampaignForm(request.POST, **form_kwargs(campaign, self.request.user))
        given = {name: number_of(request.POST.get(name, "")) for name in ("version", "seen", "kept")}
        try:
            kept = keep_edit(
                campaign=campaign,
                actor=self.request.user,
                data=kept_fields(request.POST, form),
                version=max(given["version"], 0),
                seen=max(given["seen"], 0),
                number=max(given["kept"], 0),
            )
        except ActionRefused as refusal:
            context = {"refused": refusal.message, "elsewhere": isinstance(refusal, EditedElsewhere)}
            return self.render_to_response(self.get_context_data(**context), status=409)
        checks = checks_of(campaign, form)
        context = self.get_context_data(
            kept=kept,
            kept_number=kept.number,
            kept_at=timezone.now(),
            form_errors=sum(len(errors) for errors in form.errors.values()),
            checks=checks,
            errors=sum(one.error for one in checks),
            with_checks=True,
        )
        return self.render_to_response(context)

"""Pages of campaigns: the list with its bulk actions, one campaign's tabs, the edit page."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import generic

from storesync.brands.permissions import can, can_all
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN, VIEW_CONTACT, VIEW_LOCATION
from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import (
    EditConflict,
    archive_campaigns,
    arm_campaigns,
    cancel_campaigns,
    edit_campaign,
    pause_campaigns,
    reopen_campaign,
    require_editable,
    resume_campaigns,
    take_back,
)
from storesync.campaigns.forms import CampaignForm, ReasonForm
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import compile_version
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import (
    changes_of,
    differences_from_template,
    findings_of,
    inbox_line,
    is_happening,
    ledger_figures,
    ledger_parts,
    shown,
)
from storesync.campaigns.selection import chosen_ids
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import APPROVED_STATES, ENDED, CandidateStatus, Status
from storesync.campaigns.tables import CampaignFilter, CampaignTable, RecipientFilter, RecipientTable
from storesync.campaigns.views.template import version_url
from storesync.content.checks import has_errors
from storesync.content.differences import content_of, differences
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.rendering import ContentInvalid
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from storesync.core.filters import all_matching
from storesync.core.frames import MailFrameResponse
from storesync.core.navigation import address
from storesync.core.views import DetailView, GuardedView, ListView, ObjectFormView, ObjectMixin
from storesync.mailing.models import Delivery
from storesync.mailing.queries import ledgers


class CampaignListView(ListView):
    """All campaigns of the locations that a person may see."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/campaign_list.html"
    fragment_template_name = "components/results.html"
    table_class = CampaignTable
    filterset_class = CampaignFilter

    def get_queryset(self) -> QuerySet[LocationCampaign]:
        found: QuerySet[LocationCampaign] = LocationCampaign.objects.visible_to(
            self.request.user
        ).select_related("location", "rollout")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        slug = self.request.brand.slug
        return super().get_context_data(**kwargs) | {
            "page_title": _("Campaigns"),
            "bulk_url": reverse("campaigns:campaign_bulk", args=[slug]),
            "empty_template": "campaigns/_campaign_empty.html",
        }


BULK: "dict[str, tuple[str, Callable[..., Any]]]" = {
    "schedule": ("arm", arm_campaigns),
    "pause": ("pause", pause_campaigns),
    "resume": ("resume", resume_campaigns),
    "cancel": ("cancel", cancel_campaigns),
}


class CampaignBulkView(GuardedView, generic.TemplateView):
    """The check before a bulk action: how many can, which cannot and why; then it is done on exactly those.

    "All that match" is the filter's whole result, not the page (Rule L1). Submitting is the approvals' own
    page: its ids are handed there.
    """

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]
    template_name = "campaigns/campaign_bulk.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in BULK and action != "submit":
            raise Http404
        chosen = list(self.chosen(request.POST).select_related("location", "rollout")[:10_000])
        able, unable = self.split(chosen, action)
        back = reverse("campaigns:campaigns", args=[self.request.brand.slug])
        if request.POST.get("confirmed") and able and action in BULK:
            try:
                done = BULK[action][1](campaigns=able, actor=self.request.user)
            except ActionRefused as refusal:
                messages.error(request, refusal.message)
                return redirect(back)
            messages.success(
                request,
                ngettext("%(count)d campaign changed.", "%(count)d campaigns changed.", len(done))
                % {"count": len(done)},
            )
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
        )
        return self.render_to_response(context)

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
        }[action]


def can_do(campaign: LocationCampaign, action: str) -> bool:
    """Whether a bulk action is a legal move of this campaign now."""
    return may_submit(campaign) if action == "submit" else lifecycle.can_move(campaign, BULK[action][0])


def may_submit(campaign: LocationCampaign) -> bool:
    """Whether there is something to hand in: a draft, or a candidate of an approved campaign."""
    if campaign.status in APPROVED_STATES:
        return campaign.candidate_status in (CandidateStatus.DRAFT, CandidateStatus.REJECTED)
    return campaign.status == Status.DRAFT


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
            "campaign_history": _("History"),
        }
        return super().get_context_data(**kwargs) | {
            "page_title": campaign.name,
            "campaign": campaign,
            "tabs": [
                {"label": label, "url": self.url(name), "current": name == self.tab, "count": None}
                for name, label in words.items()
            ],
            "may_edit": may_edit,
            "primary": self.primary() if may_edit else "",
            "more": self.more() if may_edit else [],
            "submit_url": address("approvals:submit", self.request.brand.slug),
            "review_url": self.review_url(),
            "edit_url": self.url("campaign_edit"),
        }

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
        rows = []
        if campaign.status in (Status.REJECTED,) or campaign.candidate_status == CandidateStatus.REJECTED:
            rows.append(("take-back", _("Take back"), "undo", True, False))
        if lifecycle.can_move(campaign, "cancel"):
            rows.append(("cancel", _("Cancel for good"), "cancel", False, True))
        if campaign.status in ENDED:
            undo = campaign.archived_at is not None
            verb, label = ("restore", _("Bring back")) if undo else ("archive", _("Archive"))
            rows.append((verb, label, "archive", True, False))
        return [
            {
                "label": label,
                "url": self.url("campaign_cancel") if verb == "cancel" else self.url("campaign_move", verb),
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
        }


def masked(address_: str) -> str:
    """An address for who may not see it: enough to tell two apart, not enough to write to."""
    local, _at, domain = address_.partition("@")
    return f"{local[:1]}…@{domain[:1]}…" if domain else "…"


class CampaignHistoryView(CampaignPage):
    """History: every move with who, when, from, to, why."""

    template_name = "campaigns/campaign_history.html"
    tab = "campaign_history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hidden = {"version", "status_changed_at", "paused_from", "armed_zone", "current_revision"}
        return super().get_context_data(**kwargs) | {
            "events": [
                {
                    "icon": "history",
                    "title": change.verb,
                    "who": change.actor.display_name if change.actor else "",
                    "at": change.when,
                    "changes": [
                        {"label": one.label, "before": one.before, "after": one.after}
                        for one in change.fields
                        if one.name not in hidden and change.kind == "update"
                    ],
                }
                for change in history_of(self.object)
            ]
        }


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
            "inbox": inbox_line(campaign.current_revision),
            "facts_changed": location_facts(campaign.location, campaign.brand)
            != campaign.current_revision.facts,
            "frame_url": self.url("campaign_frame"),
            "preview_url": self.url("campaign_preview"),
            "submit_url": address("approvals:submit", self.request.brand.slug),
            "cancel_url": self.url(),
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
            return errors_frame(invalid)
        rendered = message.render(location_facts(campaign.location, campaign.brand), revision.values)
        return MailFrameResponse(shown(rendered.html), pictures=True)


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
        messages.success(request, _("Done."))
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

"""A store's edit page: unlocked parts as fields, the others to read; preview, checks and comments beside."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.edit import EditConflict, edit_campaign, require_editable
from storesync.campaigns.actions.test_mail import may_test
from storesync.campaigns.actions.unsaved import drop_edit, keep_edit
from storesync.campaigns.clashes import Clash, clashes
from storesync.campaigns.draft import joined
from storesync.campaigns.forms.campaign import CampaignForm
from storesync.campaigns.messages import compile_revision
from storesync.campaigns.models import CampaignEdit, LocationCampaign
from storesync.campaigns.parts import parts_of
from storesync.campaigns.queries import journey_of
from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign import CampaignMixin, sent_back_of
from storesync.campaigns.views.campaign_content import chosen_revision, revision_panel
from storesync.campaigns.views.campaign_typed import checks_of, form_kwargs, kept_fields, legal_field
from storesync.campaigns.views.previews import number_of
from storesync.campaigns.views.upgrade_offer import upgrade_offer
from storesync.comments.panel import panel_of
from storesync.comments.queries import place_marks
from storesync.content.differences import Content, differences
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.navigation import address
from storesync.core.views import ObjectFormView
from storesync.guidelines.checking.words import has_wording
from storesync.guidelines.queries import wording_of
from storesync.media.choosing import CHOOSE, picked, picked_alt, way_to_choose

PLACE_OF_FIELD: Final = "div_id_"


class CampaignEditView(CampaignMixin, ObjectFormView[LocationCampaign]):
    """Edit a campaign: what is typed is kept while it is typed, and becomes a revision by Save or Submit."""

    permission = EDIT_CAMPAIGN
    template_name = "campaigns/campaign_edit.html"
    form_class = CampaignForm
    kept: CampaignEdit | None = None
    conflict: list[Clash] | None = None
    theirs: Revision | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What cannot be edited now says so before anybody writes; its page has the way on."""
        try:
            require_editable(self.object)
        except ActionRefused as refusal:
            messages.info(request, refusal.message)
            return redirect(self.url())
        self.kept = self.object.edits.filter(user=self.request.user).first()
        form = self.get_form()
        if self.kept is not None and self._says_nothing_new(form) and Undo.of(self.kept, form) is None:
            # The last autosave of a page may arrive after its Save.
            drop_edit(campaign=self.object, actor=self.request.user, number=self.kept.number)
            self.kept, form = None, CampaignForm(**form_kwargs(self.object, self.request.user))
        elif self.kept is not None and self.kept.version != self.object.version:
            self._compare(form, self.object, str(self.kept.seen))
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, submit, keep mine, take a field back to the template, put wording in, drop what was typed."""
        if request.POST.get("op") == "discard":
            if drop_edit(campaign=self.object, actor=self.request.user):
                messages.success(request, _("What was not saved is dropped."))
            return redirect(self.url("campaign_edit"))
        if request.POST.get("op") == "undo":
            return self._undo()
        if request.POST.get("reset"):
            return self._reset(request.POST["reset"])
        if request.POST.get("insert"):
            return self._insert(request.POST["insert"])
        if request.POST.get(CHOOSE):
            return self._choose(request.POST[CHOOSE])
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> CampaignForm:
        data = self.request.POST if self.request.method == "POST" else _typed(self.kept)
        form = CampaignForm(data, **form_kwargs(self.object, self.request.user))
        # The address still names the choice when the page that it led to is sent.
        for name, src in picked(self.request).items() if self.request.method == "GET" else ():
            form.take_picture(name, src, picked_alt(self.request))
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, revision, request = self.object, self.object.current_revision, self.request
        form: CampaignForm = kwargs["form"]
        message = compile_revision(campaign.template_version, revision)
        facts = location_facts(campaign.location, campaign.brand, message.declared_facts)
        findings = checks_of(campaign, form)
        slug = request.brand.slug
        return super().get_context_data(**kwargs) | {
            "page_title": campaign.name,
            "campaign": campaign,
            "parts": parts_of(campaign, form, facts),
            "checks": findings,
            "errors": sum(one.error for one in findings),
            "conflict": self.conflict,
            "theirs": self.theirs,
            "kept": self.kept,
            "kept_number": self._kept_number(),
            "undo": Undo.of(self.kept, form),
            "seen": request.POST.get("seen") or (self.kept.seen if self.kept else revision.number),
            "revision": revision,
            "preview": revision_panel(
                self, revision, post_url=self.url("campaign_preview"), form="main-form", opens="phone"
            ),
            "facts_changed": facts != revision.facts,
            "draft_url": self.url("campaign_draft"),
            "presence_url": self.url("campaign_presence"),
            "audience_url": self.url("campaign_audience") if campaign.activated_at is None else "",
            "test_url": self.url("campaign_test") if may_test(request.user, campaign) else "",
            "submit_url": address("approvals:submit", slug),
            "cancel_url": self.url(),
            "journey": journey_of(campaign),
            "sent_back": sent_back_of(campaign),
            "places": place_marks(slug, KIND, campaign.pk),
            "panel": panel_of(request, owner_kind=KIND, owner_id=campaign.pk),
            **upgrade_offer(campaign, may_edit=True),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.POST.get("then") == "submit" and self._blocked(form):
            return self.form_invalid(form)
        keep = number_of(self.request.POST.get("keep", ""))
        seen = number_of(self.request.POST.get("seen", ""))
        try:
            saved = edit_campaign(
                campaign=self.object,
                actor=self.request.user,
                version=keep if keep > 0 else form.cleaned_data["version"],
                edits=form.edits(),
                subject=form.cleaned_data.get("subject"),
                preheader=form.cleaned_data.get("preheader"),
                schedule=form.schedule(),
                refresh=bool(self.request.POST.get("refresh")),
                based_on=seen if keep > 0 else None,
            )
        except ContentInvalid as invalid:
            form.take_errors(invalid.errors)
            return self.form_invalid(form)
        except EditConflict as conflict:
            self._compare(form, conflict.campaign, self.request.POST.get("seen", ""))
            form.add_error(None, conflict.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        drop_edit(campaign=self.object, actor=self.request.user, number=self._kept_number())
        if self.request.POST.get("then") == "submit":
            # 307 keeps the method and the body, which names the campaign: one click saves and hands in.
            return HttpResponse(
                status=307,
                headers={"Location": address("approvals:submit", self.request.brand.slug) or self.url()},
            )
        if saved.current_revision_id == self.object.current_revision_id:
            messages.info(self.request, _("Nothing has changed."))
        elif keep > 0:
            messages.success(
                self.request, _("Your version is saved; what the other wrote is in the history.")
            )
        else:
            messages.success(self.request, _("Saved."))
        return redirect(self.url("campaign_edit") + _chosen_view(self.request.POST))

    def _blocked(self, form: CampaignForm) -> bool:
        """Put the checks that block submission at their fields, to be mended here and not found later."""
        # What cannot be compiled says so when it is saved, with line and column.
        blocking = [
            one for one in checks_of(self.object, form) if one.error and one.finding.code != "content"
        ]
        for one in blocking:
            key, message = one.target.removeprefix("id_"), one.finding.message
            if key in form.fields:
                message = message.removeprefix(f"{form.fields[key].label}: ")
            form.add_error(key if key in form.fields else None, f"{message} {one.finding.mend}".strip())
        return bool(blocking)

    def _kept_number(self) -> int:
        """Of the savings of what is typed that this page knows."""
        if self.kept is not None:
            return self.kept.number
        return max(number_of(self.request.POST.get("kept", "0")), 0)

    def _compare(self, form: CampaignForm, now: LocationCampaign, seen: str) -> None:
        """What the other saved and what I typed, held against what I started from."""
        base, theirs = chosen_revision(now, seen), now.current_revision
        form.is_valid()
        self.conflict = clashes(_compared(base), _compared(theirs), _mine(form, base))
        self.theirs = theirs
        self.object.version = now.version

    def _says_nothing_new(self, form: CampaignForm) -> bool:
        """Whether what was kept is what is saved."""
        if not form.is_valid():
            return False
        now = self.object.current_revision
        return not differences(_compared(now), _mine(form, now))

    def _reset(self, key: str) -> HttpResponse:
        """One field as the template has it; all else that was typed is kept."""
        form, data = self._posted()
        original = form.original_of(key)
        if original is None:
            return self._keep(form, data, key)
        return self._put(form, data, key, original, by="reset")

    def _insert(self, rule: str) -> HttpResponse:
        """The words that a rule of the guidelines misses, put into the store's legal text."""
        form, data = self._posted()
        try:
            wording = wording_of(self.object.brand_id, rule)
        except ActionRefused as refusal:
            return self._refused(form, refusal)
        key = legal_field(form, wording)
        typed = str(form[key].value() or "") if key else ""
        if not key or has_wording(typed, wording):
            return self._keep(form, data, key)
        return self._put(form, data, key, {key: [joined(typed, wording)]}, by="insert")

    def _undo(self) -> HttpResponse:
        """Take back what a button has put into a field, where nobody has typed there since."""
        form, data = self._posted()
        kept = self.object.edits.filter(user=self.request.user).first()
        undo = Undo.of(kept, form)
        if undo is None:
            return self._refused(form, ActionRefused(_("It has changed since; nothing was taken back.")))
        rest = {name: data[name] for name in data if name not in form.own_names(undo.field, data)}
        return self._keep(form, rest | undo.before, undo.field, undo={})

    def _choose(self, name: str) -> HttpResponse:
        """Keep what is typed and lead to the chooser of pictures, for browsers without script."""
        form, data = self._posted()
        back = f"{self.url('campaign_edit')}{_chosen_view(self.request.POST)}#id_{name}"
        return self._keep(form, data, "", to=way_to_choose(self.request.brand.slug, field=name, back=back))

    def _posted(self) -> tuple[CampaignForm, dict[str, list[str]]]:
        """The form with what is typed, and that as it is kept."""
        form = CampaignForm(self.request.POST, **form_kwargs(self.object, self.request.user))
        return form, kept_fields(self.request.POST, form)

    def _put(
        self,
        form: CampaignForm,
        data: dict[str, list[str]],
        key: str,
        after: dict[str, list[str]],
        *,
        by: str,
    ) -> HttpResponse:
        """Put something into one field, and keep what stood there to be brought back."""
        before = {name: data.pop(name) for name in form.own_names(key, list(data))}
        undo = {"by": by, "field": key, "before": before, "after": after}
        return self._keep(form, data | after, key, undo=undo)

    def _keep(
        self,
        form: CampaignForm,
        data: dict[str, list[str]],
        key: str,
        *,
        undo: dict[str, Any] | None = None,
        to: str = "",
    ) -> HttpResponse:
        """Keep what is typed, and show the page at one of its fields, or lead elsewhere."""
        campaign = self.object
        try:
            keep_edit(
                campaign=campaign,
                actor=self.request.user,
                data=data,
                version=max(number_of(self.request.POST.get("version", "")), 0),
                seen=max(number_of(self.request.POST.get("seen", "")), 0),
                number=self._kept_number(),
                undo=undo,
            )
        except ActionRefused as refusal:
            return self._refused(form, refusal)
        return redirect(to or f"{self.url('campaign_edit')}#{PLACE_OF_FIELD}{key}")

    def _refused(self, form: CampaignForm, refusal: ActionRefused) -> HttpResponse:
        form.add_error(None, refusal.message)
        return self.render_to_response(self.get_context_data(form=form), status=409)


@dataclass(frozen=True, slots=True)
class Undo:
    """What a button has put into a field and can be taken back.

    Attributes:
        field: its name. before: what stood there, as it was posted.
    """

    by: str
    field: str
    before: dict[str, list[str]]

    @classmethod
    def of(cls, kept: CampaignEdit | None, form: CampaignForm) -> "Undo | None":
        """None where there is nothing, or where somebody has typed there since."""
        undo = kept.undo if kept is not None else {}
        field = undo.get("field")
        if field not in form.fields or form.read(field, undo["after"]) != form.read(field, _lists(form)):
            return None
        return cls(undo["by"], field, undo["before"])

    @property
    def words(self) -> str:
        """What was done."""
        return _("The text is put in.") if self.by == "insert" else _("As the template has it again.")


def _lists(form: CampaignForm) -> dict[str, list[str]]:
    return {name: form.data.getlist(name) for name in form.data} if isinstance(form.data, QueryDict) else {}


def _typed(kept: CampaignEdit | None) -> QueryDict | None:
    """What was kept, as if it were posted again."""
    if kept is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in kept.data.items():
        data.setlist(name, values)
    return data


def _mine(form: CampaignForm, base: Revision) -> Content:
    """A revision with what I typed in it."""
    touched = {block for block, _name in form.names.values()}
    return Content(
        subject=form.typed_line("subject", base.subject),
        preheader=form.typed_line("preheader", base.preheader),
        blocks=_over(base.blocks, form.typed_blocks(), touched),
        schedule=form.schedule() or base.schedule,
    )


def _compared(revision: Revision) -> Content:
    """Of a revision what this page can change."""
    return Content(
        subject=revision.subject,
        preheader=revision.preheader,
        blocks=revision.blocks,
        schedule=revision.schedule,
    )


def _over(base: list[Any], typed: list[dict[str, Any]], mine: set[str]) -> list[Any]:
    """The blocks I started from with mine in their place; what I could not touch is no change of mine."""
    by_id = {block["id"]: block for block in typed if block["id"] in mine}
    return [by_id.get(block["id"], block) for block in base]


def _chosen_view(given: QueryDict) -> str:
    """The preview goes on as it was chosen."""
    chosen = {name: given[name] for name in ("view", "recipient") if given.get(name)}
    return f"?{urlencode(chosen)}" if chosen else ""

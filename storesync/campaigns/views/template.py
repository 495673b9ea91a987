"""Pages of templates: list, detail with versions, editor with live preview."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.models import Location
from storesync.brands.permissions import can, holds
from storesync.brands.rights import MANAGE_ROLLOUT, MANAGE_TEMPLATE, VIEW_LOCATION, VIEW_TEMPLATE
from storesync.campaigns.actions.template import (
    archive_template,
    create_template,
    publish_version,
    save_draft,
)
from storesync.campaigns.forms import (
    BlockForm,
    LinesForm,
    PublishForm,
    TemplateForm,
    VariableForm,
    place_of,
)
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import compile_draft, compile_version, read_variables
from storesync.campaigns.models import CampaignTemplate, TemplateVersion
from storesync.campaigns.queries import changes_of, shown, template_content, used_by
from storesync.campaigns.tables import TemplateFilter, TemplateTable
from storesync.content.blocks import BLOCK_TYPES, block_type_name
from storesync.content.differences import differences
from storesync.content.facts import location_facts
from storesync.content.rendering import CompiledMessage, ContentInvalid, RenderedMessage
from storesync.content.variables import Variable
from storesync.core.errors import ActionRefused
from storesync.core.frames import MailFrameResponse
from storesync.core.models import new_id
from storesync.core.views import ActionView, DetailView, FormView, ListView, ObjectFormView, ObjectMixin

ADDABLE = ("heading", "text", "offer", "button", "image", "product_list", "store_details", "divider", "legal")
"""Types of blocks that the editor offers, in the order of its menu."""


class TemplateListView(ListView):
    """All templates of the brand."""

    permission = VIEW_TEMPLATE
    template_name = "campaigns/template_list.html"
    fragment_template_name = "components/results.html"
    table_class = TemplateTable
    filterset_class = TemplateFilter
    default_order = ("name",)

    def get_queryset(self) -> QuerySet[CampaignTemplate]:
        newest = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
        found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.annotate(
            version_number=Subquery(newest.values("number")[:1]),
            published_at=Max("versions__created_at"),
            rollouts=Count("versions__rollouts", distinct=True),
        )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Templates"),
            "may_write": can(self.request.user, MANAGE_TEMPLATE, self.request.brand),
            "empty_template": "campaigns/_template_empty.html",
        }


class TemplateCreateView(FormView):
    """Begin a template; the editor comes next."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_form.html"
    form_class = TemplateForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New template"),
            "cancel_url": reverse("campaigns:templates", args=[self.request.brand.slug]),
            "submit_label": _("Create and write"),
        }

    def perform(self, form: TemplateForm) -> HttpResponse:
        template = create_template(brand=self.request.brand, actor=self.request.user, **form.cleaned_data)
        return redirect("campaigns:template_edit", self.request.brand.slug, template.slug)


class TemplateMixin(ObjectMixin[CampaignTemplate]):
    """A template by its address."""

    slug_field = "slug"
    url_kwarg = "slug"

    def get_queryset(self) -> QuerySet[CampaignTemplate]:
        found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.select_related("brand")
        return found

    def url(self, name: str = "template", *more: Any) -> str:
        """An address of this template."""
        return reverse(f"campaigns:{name}", args=[self.request.brand.slug, self.object.slug, *more])


class TemplateDetailView(TemplateMixin, DetailView[CampaignTemplate]):
    """A template: its versions, what changed between them, who uses it, how it looks in a store."""

    permission = VIEW_TEMPLATE
    template_name = "campaigns/template_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.object.versions.select_related("author", "template"))
        chosen = _chosen(versions, self.request.GET.get("version", ""))
        before = next((one for one in versions if chosen and one.number < chosen.number), None)
        user, brand = self.request.user, self.request.brand
        location = preview_location(self.request)
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "versions": versions,
            "chosen": chosen,
            "inbox": inbox_of(self.request, chosen) if chosen else {},
            "before": before,
            "changes": changes_of(differences(template_content(before), template_content(chosen)))
            if before and chosen
            else [],
            "used_by": used_by(self.object.pk),
            "locations": preview_locations(self.request),
            "location": location,
            "frame_url": self.url("template_frame") + _query(version=chosen, location=location),
            "may_write": can(user, MANAGE_TEMPLATE, brand),
            "may_roll_out": can(user, MANAGE_ROLLOUT, brand),
            "unpublished": not versions or draft_differs(self.object, versions[0]),
        }


class TemplateFrameView(TemplateMixin, DetailView[CampaignTemplate]):
    """The message of a version, or of the draft, as a store's customers would see it: a frame's content."""

    permission = VIEW_TEMPLATE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.GET.get("version", "")
        version = self.object.versions.filter(number=_number(number)).first() if number else None
        if number and version is None:
            raise Http404
        if version is None and not can(self.request.user, MANAGE_TEMPLATE, self.request.brand):
            raise PermissionDenied
        try:
            if version is not None:
                message = compile_version(version)
            else:
                message = compile_draft(self.object, self.object.draft, self.request.brand)
        except ContentInvalid as invalid:
            return errors_frame(invalid)
        declared = version.variables if version else self.object.draft.get("variables", [])
        return store_frame(self.request, message, read_variables(declared))


class TemplateEditorView(TemplateMixin, DetailView[CampaignTemplate]):
    """The editor: blocks, the fields of the chosen one, and the preview; every button is a plain form."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_editor.html"
    status = 200
    lines_form: LinesForm | None = None
    block_form: BlockForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = self.object.draft
        blocks = draft["blocks"]
        wanted = self.request.GET.get("block", "")
        chosen = next((one for one in blocks if one["id"] == wanted), None)
        location = preview_location(self.request)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Write “%(name)s”") % {"name": self.object.name},
            "blocks": [
                {"block": one, "name": block_type_name(one["type"]), "summary": _summary(one)}
                for one in blocks
            ],
            "chosen": chosen,
            "block_form": self.block_form or (BlockForm(block=chosen) if chosen else None),
            "lines_form": self.lines_form or LinesForm(initial=draft, prefix="lines"),
            "addable": [(kind, block_type_name(kind)) for kind in ADDABLE],
            "variables": _variable_rows(draft),
            "locations": preview_locations(self.request),
            "location": location,
            "frame_url": self.url("template_frame") + _query(location=location),
            "preview_url": self.url("template_preview") + _query(location=location),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One edit of the draft: `op` says which, `block` on what; the page comes back where it was."""
        op, block_id = request.POST.get("op", ""), request.POST.get("block", "")
        draft = dict(self.object.draft)
        focus = block_id
        try:
            if op == "lines":
                draft |= self._lines(request)
            elif op == "save":
                draft["blocks"] = self._saved(request, draft["blocks"], block_id)
            elif op == "add":
                focus = f"{request.POST.get('type', '')}-{str(new_id())[-6:]}".replace("_", "-")
                draft["blocks"] = [*draft["blocks"], new_block(request.POST.get("type", ""), focus)]
            else:
                draft["blocks"], focus = moved(draft["blocks"], op, block_id)
            save_draft(
                template=self.object,
                draft=draft,
                draft_number=_number(request.POST.get("draft_number", "")),
                actor=self.request.user,
            )
        except _Invalid:
            return self._again(422)
        except ContentInvalid as invalid:
            self._take(invalid, block_id)
            return self._again(422)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            return self._again(409)
        return redirect(self.url("template_edit") + (f"?block={focus}#block" if focus else ""))

    def _lines(self, request: HttpRequest) -> dict[str, Any]:
        self.lines_form = LinesForm(request.POST, prefix="lines")
        if not self.lines_form.is_valid():
            raise _Invalid
        return dict(self.lines_form.cleaned_data)

    def _saved(self, request: HttpRequest, blocks: list[Any], block_id: str) -> list[Any]:
        block = next((one for one in blocks if one["id"] == block_id), None)
        if block is None:
            raise ActionRefused(_("This block is no longer there."))
        self.block_form = BlockForm(request.POST, block=block)
        if not self.block_form.is_valid():
            raise _Invalid
        return [self.block_form.changed_block() if one["id"] == block_id else one for one in blocks]

    def _take(self, invalid: ContentInvalid, block_id: str) -> None:
        """Put each error at its field; what stands elsewhere is said on top."""
        for error in invalid.errors:
            form: LinesForm | BlockForm | None = self.block_form if error.block_id == block_id else None
            if not error.block_id:
                form = self.lines_form
            field = error.field.partition(".")[0]
            if form is not None:
                form.add_error(field if field in form.fields else None, place_of(error))
            else:
                messages.error(self.request, place_of(error))

    def _again(self, status: int) -> HttpResponse:
        if self.block_form is not None:
            self.request.GET = self.request.GET.copy()
            self.request.GET["block"] = self.block_form.block["id"]
        return self.render_to_response(self.get_context_data(), status=status)


class _Invalid(Exception):
    """A form of the editor is not valid; its errors stand at its fields."""


class TemplatePreviewView(TemplateMixin, DetailView[CampaignTemplate]):
    """The message with what is being typed, not saved: the live preview posts here into its frame."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = dict(self.object.draft)
        block_id = request.POST.get("block", "")
        block = next((one for one in draft["blocks"] if one["id"] == block_id), None)
        if block is not None:
            form = BlockForm(request.POST, block=block)
            if form.is_valid():
                changed = form.changed_block()
                draft["blocks"] = [changed if one["id"] == block_id else one for one in draft["blocks"]]
        elif "lines-subject" in request.POST:
            draft |= {name: request.POST.get(f"lines-{name}", "") for name in ("subject", "preheader")}
        try:
            message = compile_draft(self.object, draft, self.request.brand)
        except ContentInvalid as invalid:
            return errors_frame(invalid)
        return store_frame(self.request, message, read_variables(draft.get("variables", [])))


class TemplateVariablesView(TemplateMixin, ObjectFormView[CampaignTemplate]):
    """The variables that a template declares."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_variables.html"

    def get_form(self, form_class: Any = None) -> "BaseFormSet[VariableForm]":
        make = formset_factory(VariableForm, extra=1, can_delete=True, max_num=40)
        if self.request.method == "POST":
            return make(self.request.POST, prefix="v")
        declared = self.object.draft.get("variables", [])
        return make(initial=[VariableForm.initial_of(one) for one in declared], prefix="v")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Variables of “%(name)s”") % {"name": self.object.name},
            "standard": [one for one in _variable_rows(self.object.draft) if not one["own"]],
            "cancel_url": self.url("template_edit"),
            "problems": getattr(self, "problems", []),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        filled = (one for one in form.forms if one.cleaned_data.get("name"))
        rows = [one.declared() for one in filled if not one.cleaned_data.get("DELETE")]
        try:
            save_draft(
                template=self.object,
                draft=self.object.draft | {"variables": rows},
                draft_number=_number(self.request.POST.get("draft_number", "")),
                actor=self.request.user,
            )
        except ContentInvalid as invalid:
            self.problems = [place_of(error) for error in invalid.errors]
            return self.render_to_response(self.get_context_data(form=form), status=422)
        except ActionRefused as refusal:
            self.problems = [refusal.message]
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, _("Variables saved."))
        return redirect(self.url("template_edit"))


class TemplatePublishView(TemplateMixin, ObjectFormView[CampaignTemplate]):
    """Make the draft a version."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_publish.html"
    form_class = PublishForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = self.object.versions.first()
        draft = self.object.draft
        return super().get_context_data(**kwargs) | {
            "page_title": _("Publish “%(name)s”") % {"name": self.object.name},
            "newest": newest,
            "changes": changes_of(differences(template_content(newest), draft_content(draft)))
            if newest
            else [],
            "used_by": used_by(self.object.pk),
            "cancel_url": self.url("template_edit"),
            "submit_label": _("Publish"),
        }

    def perform(self, form: PublishForm) -> HttpResponse:
        try:
            version = publish_version(
                template=self.object, actor=self.request.user, notes=form.cleaned_data["notes"]
            )
        except ContentInvalid as invalid:
            raise ActionRefused(" ".join(place_of(error) for error in invalid.errors)) from invalid
        messages.success(self.request, _("Version %(number)d is published.") % {"number": version.number})
        return redirect(self.url())


class TemplateArchiveView(TemplateMixin, ActionView[CampaignTemplate]):
    """Archive a template, or bring it back."""

    permission = MANAGE_TEMPLATE
    whole_brand = True

    def perform(self) -> HttpResponse:
        undo = bool(self.request.POST.get("undo"))
        archive_template(template=self.object, actor=self.request.user, undo=undo)
        messages.success(self.request, _("Brought back.") if undo else _("Archived."))
        return self.back(self.url())


# -- what the pages share


def preview_locations(request: Any) -> list[Location]:
    """Stores that a preview offers: the worst first (longest name), then some by name."""
    visible = Location.objects.visible_to(request.user, VIEW_LOCATION)
    return list(visible.only("pk", "name", "store_number").order_by("name")[:200])


def preview_location(request: Any) -> Location | None:
    """The store of the preview: the one asked for, else the first the person may see."""
    visible = Location.objects.visible_to(request.user, VIEW_LOCATION).select_related("brand")
    try:
        wanted = UUID(request.GET.get("location", ""))
    except ValueError:
        return visible.order_by("name").first()
    found: Location | None = visible.filter(pk=wanted).first()
    if found is None:
        raise Http404
    return found


def store_frame(request: Any, message: CompiledMessage, variables: Any) -> HttpResponse:
    """A compiled message for the store of the preview, as the content of a frame."""
    return MailFrameResponse(shown(_for_store(request, message, variables).html), pictures=True)


def version_url(request: Any, version: TemplateVersion | None) -> str:
    """The page of a version for whom it opens, else ""."""
    if version is None or not holds(request.user, VIEW_TEMPLATE, request.brand):
        return ""
    page = reverse("campaigns:template", args=[request.brand.slug, version.template.slug])
    return f"{page}?version={version.number}"


def inbox_of(request: Any, version: TemplateVersion) -> dict[str, str]:
    """Subject and preheader of a version as an inbox shows them for the store of the preview."""
    message = _for_store(request, compile_version(version), read_variables(version.variables))
    return {"subject": shown(message.subject), "preheader": shown(message.preheader)}


def _for_store(request: Any, message: CompiledMessage, variables: Any) -> RenderedMessage:
    """With the facts of the store, and samples for the values of a roll-out."""
    location = preview_location(request)
    facts = location_facts(location, request.brand) if location else {"brand_name": request.brand.name}
    values = {
        name: sample_value(one)
        for name, one in variables.items()
        if one.source == "rollout" and not one.fallback
    }
    return message.render(facts, values)


def sample_value(variable: Variable) -> str:
    """Something that could stand there, for the preview of a template."""
    if variable.choices:
        return variable.choices[0]
    numeric = variable.minimum or "20"
    samples = {"number": numeric, "percent": numeric, "money": numeric, "date": "2026-12-24"}
    return samples.get(variable.type) or (
        "https://example.com/" if variable.type == "url" else _(variable.label)
    )


def draft_content(draft: Any) -> Any:
    """A draft as it is compared with a version."""
    return template_content(
        TemplateVersion(subject=draft["subject"], preheader=draft["preheader"], blocks=draft["blocks"])
    )


def draft_differs(template: CampaignTemplate, newest: TemplateVersion) -> bool:
    """Whether the draft holds something that is not published yet."""
    return any(
        template.draft.get(name) != getattr(newest, name)
        for name in ("subject", "preheader", "blocks", "variables", "open_fields")
    )


def moved(blocks: list[Any], op: str, block_id: str) -> tuple[list[Any], str]:
    """Blocks after one of the buttons up, down, duplicate and remove; and which block has the focus then."""
    place = next((n for n, one in enumerate(blocks) if one["id"] == block_id), None)
    if place is None:
        raise ActionRefused(_("This block is no longer there."))
    rows = list(blocks)
    if op == "remove":
        del rows[place]
        return rows, ""
    if op == "duplicate":
        fresh = f"{block_id[:30]}-{str(new_id())[-6:]}"
        rows.insert(place + 1, {**rows[place], "id": fresh})
        return rows, fresh
    if op not in {"up", "down"}:
        raise Http404
    target = place - 1 if op == "up" else place + 1
    if 0 <= target < len(rows):
        rows[place], rows[target] = rows[target], rows[place]
    return rows, block_id


def new_block(kind: str, block_id: str) -> dict[str, Any]:
    """A valid block to begin with."""
    if kind not in BLOCK_TYPES:
        raise Http404
    words: dict[str, dict[str, Any]] = {
        "heading": {"text": _("Heading")},
        "text": {"text": _("Text")},
        "image": {"src": "https://example.com/picture.jpg", "alt": _("What the picture shows")},
        "button": {"label": _("Learn more"), "url": "https://example.com/"},
        "offer": {"value": _("2 for 1"), "unit": "text"},
        "product_list": {"products": [{"name": _("Product")}]},
        "legal": {"text": _("While stocks last."), "locked": True},
    }
    return {"id": block_id, "type": kind, **words.get(kind, {})}


def _summary(block: Any) -> str:
    kind = BLOCK_TYPES[block["type"]]
    for name in (*kind.texts, *kind.marked_up):
        if block.get(name):
            return str(block[name])[:80]
    return ""


def _variable_rows(draft: Any) -> list[dict[str, Any]]:
    declared = {one.get("name") for one in draft.get("variables", [])}
    try:
        known = read_variables(draft.get("variables", []))
    except ContentInvalid:
        known = read_variables([])
    return [
        {"name": name, "label": _(one.label), "type": one.type, "own": name in declared}
        for name, one in known.items()
    ]


def _chosen(versions: list[TemplateVersion], number: str) -> TemplateVersion | None:
    if not number:
        return versions[0] if versions else None
    found = next((one for one in versions if str(one.number) == number), None)
    if found is None:
        raise Http404
    return found


def _query(*, version: TemplateVersion | None = None, location: Location | None = None) -> str:
    parts = [f"version={version.number}"] if version else []
    if location:
        parts.append(f"location={location.pk}")
    return f"?{'&'.join(parts)}" if parts else ""


def _number(text: str) -> int:
    """The number in the address or the form; -1, which nothing has, for whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

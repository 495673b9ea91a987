"""The editor of a template: its blocks, its variables, the live preview."""

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import (
    save_draft,
)
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.template import BlockForm, LinesForm, VariableForm
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import compile_draft, read_variables
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.previews import (
    number_of,
    preview_location,
    preview_locations,
    preview_query,
    store_frame,
)
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.blocks import BLOCK_TYPES, block_type_name
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.views import DetailView, ObjectFormView

ADDABLE = ("heading", "text", "offer", "button", "image", "product_list", "store_details", "divider", "legal")
"""Types of blocks that the editor offers, in the order of its menu."""


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
            "frame_url": self.url("template_frame") + preview_query(location=location),
            "preview_url": self.url("template_preview") + preview_query(location=location),
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
                draft_number=number_of(request.POST.get("draft_number", "")),
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
                draft_number=number_of(self.request.POST.get("draft_number", "")),
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

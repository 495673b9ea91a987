"""The editor of a template: its blocks, the fields of the chosen one, the live preview.

Every button is a plain form and every state an address; static/js/editor.js only shortens the way, by asking
for the parts of the page (`data-part`) instead of the whole.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import DraftMoved, draft_at, save_draft
from storesync.campaigns.actions.version import restore_draft, restore_version
from storesync.campaigns.draft import (
    added,
    duplicated,
    moved,
    place_of_block,
    put_back,
    removed,
    with_wording,
)
from storesync.campaigns.forms.block_form import BlockForm
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.products import with_picture
from storesync.campaigns.forms.template import LinesForm
from storesync.campaigns.messages import compile_draft, read_variables
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.editor_parts import (
    Conflict,
    Undo,
    block_rows,
    kinds_to_add,
    known_variables,
    variable_groups,
)
from storesync.campaigns.views.preview_choice import PARAMETERS, Choice, choice_of
from storesync.campaigns.views.previews import (
    Panel,
    answer_errors,
    as_store,
    number_of,
    panel,
    shown_of,
    shown_of_errors,
    store_frame,
)
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.facts import location_facts
from storesync.content.rendering import ContentInvalid
from storesync.content.variables import looked_up
from storesync.core.errors import ActionRefused
from storesync.core.views import DetailView
from storesync.guidelines.queries import wording_of
from storesync.media.choosing import CHOOSE, picked, picked_alt, way_to_choose


class TemplateEditorView(TemplateMixin, DetailView[CampaignTemplate]):
    """The editor. The address says what is open: `block=` a block, `add=` the picker, else the inbox line."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_editor.html"
    fragment_template_name = "campaigns/_editor.html"
    form: LinesForm | BlockForm | None = None
    conflict: Conflict | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft, get = self.object.draft, self.request.GET
        chosen = self._chosen(draft["blocks"])
        adding = get.get("add") if "add" in get and self.form is None else None
        if self.form is None and adding is None:
            self.form = BlockForm(block=self._with_picked(chosen)) if chosen else LinesForm(draft=draft)
        choice = choice_of(self.request)
        location = choice.location
        kept = {name: get[name] for name in PARAMETERS if name in get}
        declared = looked_up(known_variables(draft.get("variables", [])).values())
        facts = location_facts(location, self.request.brand, declared) if location else {}
        block = self.form.block if isinstance(self.form, BlockForm) else None
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "rows": block_rows(
                draft["blocks"], chosen=block["id"] if block else "", form=self.form, kept=kept
            ),
            "form": self.form,
            "chosen": block,
            "adding": adding,
            "step": "fields" if "block" in get or "part" in get or adding is not None else "list",
            "kinds": kinds_to_add() if adding is not None else [],
            "lines_url": f"?{urlencode({'part': 'lines', **kept})}",
            "add_url": f"?{urlencode({'add': draft['blocks'][-1]['id'] if draft['blocks'] else '', **kept})}",
            "kept": kept,
            "undo": Undo.of(self.object, get),
            "conflict": self.conflict,
            "presence_url": self.url("template_presence"),
            "form_number": self._seen
            if self.form is not None and self.form.is_bound
            else self.object.draft_number,
            "variables": variable_groups(draft.get("variables", []), facts),
            "preview": self._preview(choice) if not self.wants_fragment else None,
        }

    def _preview(self, choice: Choice) -> Panel:
        """The panel beside the fields; what is typed is posted into it."""
        draft, brand = self.object.draft, self.request.brand
        try:
            message = compile_draft(self.object, draft, brand)
            variables = read_variables(draft.get("variables", []))
            sender = choice.location.name if choice.location else brand.name
            shown = shown_of(as_store(self.request, message, variables, choice), choice.persona, sender)
        except ContentInvalid as invalid:
            shown = shown_of_errors(invalid)
        return panel(
            self.request,
            choice,
            shown,
            frame_url=self.url("template_frame"),
            post_url=self.url("template_preview"),
            form="fields-form" if self.form is not None else "",
        )

    def _chosen(self, blocks: list[Any]) -> dict[str, Any] | None:
        wanted = self.request.GET.get("block", "")
        return next((one for one in blocks if one["id"] == wanted), None)

    def _with_picked(self, block: dict[str, Any]) -> dict[str, Any]:
        """A block with the picture that was chosen on a page of its own, without script; not saved yet."""
        for name, src in picked(self.request).items():
            place = name.removeprefix("block-")
            if place == "src" and block["type"] == "image":
                return block | {"src": src, "alt": block.get("alt") or picked_alt(self.request)}
            if place.startswith("products-") and block["type"] == "product_list":
                rows = with_picture(block["products"], place.removeprefix("products-"), src)
                return block | {"products": rows} if rows is not None else block
        return block

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One edit of the draft: `op` says which; the page comes back where it was."""
        edits: dict[str, Callable[[], dict[str, str]]] = {
            "lines": self._save_lines,
            "save": self._save_block,
            "add": self._add,
            "duplicate": self._duplicate,
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "move": lambda: self._move(None),
            "remove": self._remove,
            "restore": self._restore,
            "insert": self._insert,
            "discard": self._discard,
            "undiscard": self._undiscard,
        }
        edit = edits.get(request.POST.get("op", ""))
        if edit is None:
            raise Http404
        try:
            shown = edit()
        except _Invalid:
            return self._again(422)
        except ContentInvalid as invalid:
            self._take(invalid)
            return self._again(422)
        except DraftMoved as conflict:
            self.conflict = Conflict.of(conflict.template, self._number, request.POST)
            self.object = conflict.template
            return self._again(409)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            return self._again(409)
        return self._done(shown)

    # -- the edits: each returns what the address says afterwards

    def _save_lines(self) -> dict[str, str]:
        self.form = LinesForm(self.request.POST, draft=self.object.draft)
        if not self.form.is_valid():
            raise _Invalid
        self._save(self.form.changed())
        return {"part": "lines"}

    def _save_block(self) -> dict[str, str]:
        block_id = self.request.POST.get("block", "")
        blocks = self.object.draft["blocks"]
        block = next((one for one in blocks if one["id"] == block_id), None)
        if block is None:
            # Somebody has removed it: what was typed is shown on the block as the person saw it.
            seen = draft_at(self.object, self._seen) or {"blocks": []}
            block = seen["blocks"][place_of_block(seen["blocks"], block_id)]
            blocks = put_back(blocks, seen["blocks"], block_id)
        self.form = BlockForm(self.request.POST, block=block)
        if not self.form.is_valid():
            raise _Invalid
        changed = self.form.changed_block()
        self._save({"blocks": [changed if one["id"] == block_id else one for one in blocks]})
        return {"block": block_id}

    def _add(self) -> dict[str, str]:
        after = self.request.POST.get("after")
        blocks, fresh = added(self.object.draft["blocks"], self.request.POST.get("type", ""), after)
        self._save({"blocks": blocks})
        return {"block": fresh}

    def _duplicate(self) -> dict[str, str]:
        blocks, fresh = duplicated(self.object.draft["blocks"], self.request.POST.get("block", ""))
        self._save({"blocks": blocks})
        return {"block": fresh}

    def _move(self, by: int | None) -> dict[str, str]:
        blocks, block_id = self.object.draft["blocks"], self.request.POST.get("block", "")
        place = place_of_block(blocks, block_id)
        to = number_of(self.request.POST.get("to", "")) if by is None else place + by
        self._save({"blocks": moved(blocks, block_id, to)})
        return self._open()

    def _remove(self) -> dict[str, str]:
        block_id = self.request.POST.get("block", "")
        seen = self.object.draft_number
        self._save({"blocks": removed(self.object.draft["blocks"], block_id)})
        opened = self._open()
        if opened.get("block") == block_id:
            opened = {}
        return {**opened, "removed": block_id, "from": str(seen)}

    def _restore(self) -> dict[str, str]:
        block_id = self.request.POST.get("block", "")
        seen = draft_at(self.object, number_of(self.request.POST.get("from", "")))
        if seen is None:
            raise ActionRefused(_("That version of the draft is not kept."))
        self._save({"blocks": put_back(self.object.draft["blocks"], seen["blocks"], block_id)})
        return {"block": block_id}

    def _insert(self) -> dict[str, str]:
        """Put in the words that a rule of the guidelines misses."""
        seen, wording = (
            self.object.draft_number,
            wording_of(self.object.brand_id, self.request.POST.get("rule", "")),
        )
        blocks, block_id = with_wording(self.object.draft["blocks"], wording)
        self._save({"blocks": blocks})
        return {"block": block_id} | ({"inserted": str(seen)} if self.object.draft_number != seen else {})

    def _discard(self) -> dict[str, str]:
        seen, newest = self.object.draft_number, self.object.versions.select_related("template").first()
        if newest is None:
            raise ActionRefused(_("Nothing is published yet, so there is nothing to go back to."))
        self.object = restore_version(version=newest, draft_number=self._number, actor=self.request.user)
        return {"discarded": str(seen)} if self.object.draft_number != seen else {}

    def _undiscard(self) -> dict[str, str]:
        self.object = restore_draft(
            template=self.object,
            number=number_of(self.request.POST.get("from", "")),
            draft_number=self._number,
            actor=self.request.user,
        )
        return {}

    # -- shared

    @property
    def _seen(self) -> int:
        """The draft that the page was made from."""
        return number_of(self.request.POST.get("draft_number", ""))

    @property
    def _number(self) -> int:
        """The draft to save over: what the person saw, or what "keep mine" names after a conflict."""
        newer = self.request.POST.get("newer")
        return number_of(newer) if newer else self._seen

    def _save(self, changes: Mapping[str, Any]) -> None:
        self.object = save_draft(
            template=self.object,
            draft=self.object.draft | changes,
            draft_number=self._number,
            actor=self.request.user,
        )

    def _open(self) -> dict[str, str]:
        """What is open now, for edits that leave it open."""
        return {name: self.request.GET[name] for name in ("block", "part") if name in self.request.GET}

    def _done(self, shown: Mapping[str, str]) -> HttpResponse:
        kept = {name: self.request.GET[name] for name in PARAMETERS if name in self.request.GET}
        query = urlencode({**shown, **kept})
        url = self.url("template_edit") + (f"?{query}" if query else "")
        if not self.wants_fragment:
            field = self.request.POST.get(CHOOSE, "")
            back = f"{url}#id_{field}"
            return redirect(way_to_choose(self.request.brand.slug, field=field, back=back) if field else url)
        self.request.GET, self.form = QueryDict(query), None
        response = self.render_to_response(self.get_context_data())
        response["HX-Push-Url"] = url
        return response

    def _take(self, invalid: ContentInvalid) -> None:
        """Put each error at its field; what stands elsewhere is said on top."""
        for error in invalid.errors:
            if isinstance(self.form, BlockForm) and error.block_id == self.form.block["id"]:
                self.form.take_error(error)
            elif isinstance(self.form, LinesForm) and not error.block_id:
                self.form.add_error(error.field if error.field in self.form.fields else None, place_of(error))
            else:
                messages.error(self.request, place_of(error))

    def _again(self, status: int) -> HttpResponse:
        if isinstance(self.form, BlockForm):
            get = self.request.GET.copy()
            get["block"] = self.form.block["id"]
            self.request.GET = get
        return self.render_to_response(self.get_context_data(), status=status)


class _Invalid(Exception):
    """The form of the editor is not valid; its errors stand at its fields."""


class TemplatePreviewView(TemplateMixin, DetailView[CampaignTemplate]):
    """The message with what is being typed, not saved: the live preview posts here into its frame."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    http_method_names = ["post", "options"]

    def get_queryset(self) -> QuerySet[CampaignTemplate]:
        # Without its brand, which the request has already.
        found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.all()
        return found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = dict(self.object.draft)
        block_id = request.POST.get("block", "")
        block = next((one for one in draft["blocks"] if one["id"] == block_id), None)
        if block is not None:
            form = BlockForm(request.POST, block=block, ruled=False)
            form.is_valid()
            changed = form.shown_block()
            draft["blocks"] = [changed if one["id"] == block_id else one for one in draft["blocks"]]
        elif "lines-subject" in request.POST:
            draft |= {name: request.POST.get(f"lines-{name}", "") for name in ("subject", "preheader")}
        try:
            message = compile_draft(self.object, draft, self.request.brand)
        except ContentInvalid as invalid:
            return answer_errors(request, invalid, choice_of(request, held=self.permission))
        return store_frame(self.request, message, message.vocabulary, self.permission)

"""The form of a campaign's content, and of what is asked before a move."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from storesync.campaigns.actions.template import OPEN_FIELDS
from storesync.campaigns.forms.blocks import PictureField, error_at, plain_value, store_fields
from storesync.campaigns.forms.dates import chosen_dates, date_fields, dates_initial, require_start
from storesync.campaigns.forms.products import ProductsField, posted_products, with_picture
from storesync.campaigns.models import TemplateVersion
from storesync.content.blocks import BLOCK_TYPES, BlockError, field_name
from storesync.content.checks import PREHEADER_SHOWN, SUBJECT_SHOWN

LINE_LENGTHS: Final = {"subject": SUBJECT_SHOWN, "preheader": PREHEADER_SHOWN}
LINE_HINTS: Final = {
    "subject": gettext_lazy("Shown in the inbox, which cuts it after about 60 characters."),
    "preheader": gettext_lazy("The grey line after the subject, cut after about 90 characters."),
}


class CampaignForm(forms.Form):
    """What a store may change of its campaign: unlocked fields of blocks, and what the template opens."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        blocks: Sequence[Mapping[str, Any]],
        template: TemplateVersion,
        subject: str,
        preheader: str,
        schedule: Mapping[str, str],
        version: int,
        everything: bool,
        **kwargs: Any,
    ) -> None:
        self.blocks, self.template = blocks, template
        initial: dict[str, Any] = {"version": version}
        self.open = [name for name in OPEN_FIELDS if everything or name in template.open_fields]
        # Subject and preheader stay the template's even for managers; dates are theirs to move.
        if everything:
            self.open = [name for name in self.open if name in (*template.open_fields, "schedule")]
        lines = {"subject": (subject, True), "preheader": (preheader, False)}
        fields: dict[str, forms.Field] = {}
        for name, (value, needed) in lines.items():
            if name in self.open:
                fields[name] = forms.CharField(
                    label=field_name(name),
                    max_length=200,
                    required=needed,
                    help_text=LINE_HINTS[name],
                    widget=forms.TextInput(attrs={"dir": "auto", "data-count": LINE_LENGTHS[name]}),
                )
                initial[name] = value
        self.names: dict[str, tuple[str, str]] = {}
        for block in blocks:
            for name, field in store_fields(block):
                key = f"block-{block['id']}-{name}"
                fields[key] = field
                self.names[key] = (block["id"], name)
                initial[key] = block.get(name, BLOCK_TYPES[block["type"]].model_fields[name].get_default())
        if "schedule" in self.open:
            fields |= date_fields()
            initial |= dates_initial(schedule)
        super().__init__(*args, **(kwargs | {"initial": initial}))
        self.fields.update(fields)

    def clean(self) -> dict[str, Any] | None:
        require_start(self)
        return super().clean()

    def fields_of(self, block_id: str) -> list[tuple[str, BoundField]]:
        """The fields of one block that may be changed, by the block's own names."""
        return [(name, self[key]) for key, (owner, name) in self.names.items() if owner == block_id]

    def line(self, name: str) -> BoundField | None:
        """The field of the subject or the preheader, where stores may change it."""
        return self[name] if name in self.fields else None

    def dates(self) -> list[BoundField]:
        """The fields of the dates, where stores may change them."""
        return [self[name] for name in ("start_kind", "start", "end") if name in self.fields]

    def typed_blocks(self) -> list[dict[str, Any]]:
        """The blocks with what was typed, as far as its fields could be read."""
        if not self.is_bound:
            return [dict(block) for block in self.blocks]
        self.is_valid()
        edits = self.edits()
        bad = {self.names[key] for key in self.errors if key in self.names}
        return [
            {
                **block,
                **{n: v for n, v in edits.get(block["id"], {}).items() if (block["id"], n) not in bad},
            }
            for block in self.blocks
        ]

    def typed_line(self, name: str, kept: str) -> str:
        """The subject or preheader as it was typed, or as it is kept."""
        if not self.is_bound or name not in self.fields:
            return kept
        self.is_valid()
        return str(self.cleaned_data.get(name) or "") if name not in self.errors else kept

    def original_of(self, key: str) -> dict[str, list[str]] | None:
        """What the template has in a field, as a browser would post it; None for what is no such field."""
        if key in ("subject", "preheader") and key in self.fields:
            return {key: [getattr(self.template, key)]}
        if key not in self.names:
            return None
        block_id, name = self.names[key]
        originals = {block["id"]: block for block in self.template.blocks}
        value = originals.get(block_id, {}).get(name)
        if isinstance(self.fields[key], ProductsField):
            return posted_products(key, value or [])
        prepared = self.fields[key].prepare_value(value)
        if isinstance(value, bool):
            return {key: ["on"]} if value else {}
        return {key: ["" if prepared is None else str(prepared)]}

    def key_of(self, name: str) -> str:
        """The field of a block to which a control belongs: itself, or the rows of which it is a cell."""
        return next((key for key in self.names if self.own_names(key, [name])), "")

    def own_names(self, key: str, names: Iterable[str]) -> list[str]:
        """Of the names of controls those that make up one field."""
        has_cells = isinstance(self.fields[key], ProductsField)
        return [name for name in names if name == key or (has_cells and name.startswith(f"{key}-"))]

    def read(self, key: str, posted: Mapping[str, Sequence[str]]) -> Any:
        """What one field says in fields as posted, whichever way a browser breaks lines."""
        data = QueryDict(mutable=True)
        for name in self.own_names(key, posted):
            data.setlist(name, list(posted[name]))
        value = self.fields[key].widget.value_from_datadict(data, MultiValueDict(), key)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def take_picture(self, name: str, src: str, alt: str) -> None:
        """Show a picture that was chosen on a page of its own, without script; it is not saved by that.

        Args:
            name: of the control that asked: a field, or a cell of a product's row.
            alt: what stands in the block's alternative text where that is empty.
        """
        key = self.key_of(name)
        field = self.fields.get(key)
        if isinstance(field, PictureField) and name == key:
            self._put(key, src)
            words = f"block-{self.names[key][0]}-alt"
            if words in self.names and not self[words].value():
                self._put(words, alt)
        elif isinstance(field, ProductsField):
            rows = with_picture(self[key].value() or [], name.removeprefix(f"{key}-"), src)
            if rows is not None and self.is_bound:
                for cell, values in posted_products(key, rows).items():
                    self._put(cell, values[0])
            elif rows is not None:
                self.initial[key] = rows

    def _put(self, key: str, value: str) -> None:
        if self.is_bound:
            data = cast(QueryDict, self.data).copy()
            data[key] = value
            self.data = data
        else:
            self.initial[key] = value

    def edits(self) -> dict[str, dict[str, Any]]:
        """What was typed, by block and field, as the action takes it."""
        found: dict[str, dict[str, Any]] = {}
        for key, (block_id, name) in self.names.items():
            found.setdefault(block_id, {})[name] = plain_value(name, self.cleaned_data.get(key))
        return found

    def schedule(self) -> dict[str, str] | None:
        """The dates that were chosen; None where they are not the store's."""
        return chosen_dates(self.cleaned_data) if "start_kind" in self.fields else None

    def take_errors(self, errors: Iterable[BlockError]) -> None:
        """Put what content refuses at its field, with line and column (Rule T2)."""
        keys = {place: key for key, place in self.names.items()}
        for error in errors:
            key = keys.get((error.block_id, error.field.partition(".")[0])) or error.field
            self.add_error(key if key in self.fields else None, error_at(self, key, error))


class ReasonForm(forms.Form):
    """Why a campaign is cancelled or paused, for the history."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)

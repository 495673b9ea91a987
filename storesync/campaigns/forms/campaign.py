"""Forms of one campaign."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy

from storesync.campaigns.actions.template import OPEN_FIELDS
from storesync.campaigns.forms.blocks import error_at, plain_value, store_fields
from storesync.campaigns.forms.dates import chosen_dates, date_fields, dates_initial
from storesync.campaigns.models import TemplateVersion
from storesync.content.blocks import BLOCK_TYPES, BlockError, block_type_name, field_name


class Part:
    """One block on the edit page of a store: its fields when it may be changed, else why not."""

    def __init__(self, block: Mapping[str, Any], fields: Sequence[BoundField]) -> None:
        self.block = block
        self.name = block_type_name(block["type"])
        self.fields = fields
        self.locked = bool(block.get("locked"))
        self.reason = str(block.get("lock_reason") or "")

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """What a locked block holds, to read."""
        kind = BLOCK_TYPES[self.block["type"]]
        return [
            (field_name(name), self.block[name])
            for name in (*kind.texts, *kind.marked_up, *kind.addresses)
            if self.block.get(name)
        ]


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
        self.blocks = blocks
        initial: dict[str, Any] = {"version": version}
        self.open = [name for name in OPEN_FIELDS if everything or name in template.open_fields]
        # Subject and preheader stay the template's even for managers; dates are theirs to move.
        if everything:
            self.open = [name for name in self.open if name in (*template.open_fields, "schedule")]
        lines = {"subject": (subject, True), "preheader": (preheader, False)}
        fields: dict[str, forms.Field] = {}
        for name, (value, needed) in lines.items():
            if name in self.open:
                fields[name] = forms.CharField(label=field_name(name), max_length=200, required=needed)
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

    def parts(self) -> list[Part]:
        """The blocks in their order, each with its fields."""
        own: dict[str, list[BoundField]] = {}
        for key, (block_id, _name) in self.names.items():
            own.setdefault(block_id, []).append(self[key])
        return [Part(block, own.get(block["id"], [])) for block in self.blocks]

    def lines(self) -> list[BoundField]:
        """Subject and preheader where stores may change them."""
        return [self[name] for name in ("subject", "preheader") if name in self.fields]

    def dates(self) -> list[BoundField]:
        """The fields of the dates, where stores may change them."""
        return [self[name] for name in ("start_kind", "start", "end") if name in self.fields]

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

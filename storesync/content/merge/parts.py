"""The merge of one part of a message: a block that all sides have, or the lines of the inbox.

The result is always the new version's part with values put over it that its locks, limits and variables
allow: what does not fit is a conflict that says why. Sides come with every field, defaults included.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from storesync.content.blocks import BlockError, field_name, validate_blocks
from storesync.content.edits import edited
from storesync.content.merge.model import ABSENT, Choice, Choices, Place, Take
from storesync.content.merge.products import merge_products
from storesync.content.rendering.message import line_errors
from storesync.content.variables import Variable

LINES: Final = ("subject", "preheader")
_PICKED: Final = frozenset({"starts_on", "ends_on"})
"""Days are picked, not written: nothing can be typed there."""

Fits = Callable[[Mapping[str, Any]], list[BlockError]]


@dataclass(slots=True)
class Part:
    """One part and its three sides.

    `fits` says what is wrong with values put over the new version, `is_writable` where a store may type.
    """

    block_id: str
    name: str
    fields: Sequence[str]
    base: Mapping[str, Any] | None
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    fits: Fits
    is_writable: Callable[[str], bool]
    places: list[Place] = field(default_factory=list)
    errors: list[BlockError] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def merge(self, choices: Choices) -> None:
        """Fill `values` (what is put over the new version), `places` and `errors`."""
        drafts: dict[str, Place] = {}
        nested: dict[str, list[Place]] = {}
        wanted: dict[str, Any] = {}
        for name in self.fields:
            base, mine, theirs = self._sides(name)
            if mine == theirs:
                if mine != base:
                    drafts[name] = self._place(name, "kept", theirs)
            elif mine == base:
                drafts[name] = self._place(name, "changed", theirs)
            else:
                wanted[name] = mine
                merged = self._products(name, {}) if base not in (theirs, ABSENT) else None
                if merged is not None and not self.fits({name: merged[0]}):
                    wanted[name], nested[name] = merged
        held, reasons = self._fitting(wanted)
        for name, reason in reasons.items():
            # What the new version does not allow is not merged in parts either.
            nested.pop(name, None)
            drafts[name] = self._conflict(name, reason, default="theirs")
        for name in held:
            if name not in nested:
                base, mine, theirs = self._sides(name)
                drafts[name] = (
                    self._place(name, "kept", mine)
                    if base == theirs
                    else self._conflict(name, _both(), default="mine")
                )
        self.values = held
        if choices:
            self._choose(choices, drafts, nested, held)
        for name in self.fields:
            self.places += nested.get(name) or ([drafts[name]] if name in drafts else [])

    def _sides(self, name: str) -> tuple[Any, Any, Any]:
        base = ABSENT if self.base is None else self.base.get(name, ABSENT)
        return base, self.mine.get(name, ABSENT), self.theirs.get(name, ABSENT)

    def key(self, name: str) -> str:
        """The key of a field in choices."""
        return f"{self.block_id}.{name}"

    def label(self, name: str) -> str:
        """A field as people call it."""
        if not self.block_id:
            return field_name(name)
        return self.name if name == "text" else f"{self.name}: {field_name(name)}"

    def _place(self, name: str, outcome: Any, result: Any, **more: Any) -> Place:
        base, mine, theirs = self._sides(name)
        return Place(
            key=self.key(name),
            outcome=outcome,
            place=self.label(name),
            block_id=self.block_id,
            field=name,
            base=base,
            mine=mine,
            theirs=theirs,
            result=result,
            **more,
        )

    def _conflict(self, name: str, why: str, *, default: Take) -> Place:
        _base, mine, theirs = self._sides(name)
        typed: tuple[Take, ...] = ("typed",) if self._can_type(name, theirs) else ()
        options: tuple[Take, ...] = ("mine", "theirs") if default == "mine" else ("theirs",)
        return self._place(
            name,
            "conflict",
            mine if default == "mine" else theirs,
            why=why,
            options=options + typed,
            default=default,
            taken=default,
        )

    def _can_type(self, name: str, value: Any) -> bool:
        return isinstance(value, str) and name not in _PICKED and self.is_writable(name)

    def _products(self, name: str, choices: Choices) -> tuple[list[dict[str, Any]], list[Place]] | None:
        if name != "products":
            return None
        base, mine, theirs = self._sides(name)
        return merge_products(
            base, mine, theirs, key=self.key(name), place=self.label(name), choose=choices.get
        )

    def _fitting(self, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """As many of these values as fit together, and why the others do not."""
        if not wanted or not self.fits(wanted):
            return dict(wanted), {}
        held: dict[str, Any] = {}
        waiting, reasons = dict(wanted), dict.fromkeys(wanted, "")
        # Two that belong together (first and last day) fit one after the other: try until none does.
        progress = True
        while progress:
            progress = False
            for name, value in list(waiting.items()):
                problems = self.fits(held | {name: value})
                if problems:
                    reasons[name] = _reason(problems, name)
                    continue
                held[name] = waiting.pop(name)
                del reasons[name]
                progress = True
        return held, reasons

    def _choose(
        self,
        choices: Choices,
        drafts: dict[str, Place],
        nested: dict[str, list[Place]],
        held: Mapping[str, Any],
    ) -> None:
        """Put what a person chose in the place of the defaults, or say why that cannot be."""
        chosen, values = dict(drafts), dict(held)
        parts = dict(nested)
        for name, draft in drafts.items():
            choice = choices.get(draft.key)
            if draft.outcome != "conflict" or choice is None:
                continue
            if choice.take not in draft.options:
                self.errors.append(BlockError(self.block_id, name, draft.why))
                continue
            values.pop(name, None)
            if choice.take != "theirs":
                values[name] = draft.mine if choice.take == "mine" else choice.text.strip()
            result = values.get(name, draft.theirs)
            chosen[name] = _taken(draft, choice, result)
        for name in nested:
            merged = self._products(name, choices)
            if merged is not None:
                values[name], parts[name] = merged
        problems = self.fits(values)
        self.errors += problems
        if self.errors:
            return
        self.values = values
        drafts.update(chosen)
        nested.update(parts)


def _taken(draft: Place, choice: Choice, result: Any) -> Place:
    return Place(
        key=draft.key,
        outcome=draft.outcome,
        place=draft.place,
        block_id=draft.block_id,
        field=draft.field,
        base=draft.base,
        mine=draft.mine,
        theirs=draft.theirs,
        result=result,
        why=draft.why,
        options=draft.options,
        default=draft.default,
        taken=choice.take,
    )


def _both() -> str:
    return _("The store and the new version have both changed this.")


def _reason(problems: Sequence[BlockError], name: str) -> str:
    own = next((one for one in problems if one.field.split(".")[0] == name), problems[0])
    return own.message


def block_fits(theirs: Mapping[str, Any], variables: Mapping[str, Variable]) -> Fits:
    """What is wrong with values put over a block of the new version: shape, text, locks, limits."""

    def fits(values: Mapping[str, Any]) -> list[BlockError]:
        if not values:
            return []
        (original,), problems = _one(theirs, variables)
        if problems:
            return problems
        (block,), problems = _one({**theirs, **values}, variables)
        if problems:
            return problems
        return [
            BlockError(edit.block_id, edit.field, edit.refusal)
            for edit in edited([block], [original])
            if edit.refusal
        ]

    return fits


def _one(
    block: Mapping[str, Any], variables: Mapping[str, Variable]
) -> tuple[tuple[Any, ...], list[BlockError]]:
    blocks, problems = validate_blocks([dict(block)], variables)
    return (blocks or (None,)), problems


def lines_fit(
    theirs: Mapping[str, str], open_fields: Collection[str], variables: Mapping[str, Variable]
) -> Fits:
    """What is wrong with a subject or preheader in the place of the new version's."""

    def fits(values: Mapping[str, Any]) -> list[BlockError]:
        locked = [
            BlockError("", name, _("This field is locked by the template."))
            for name, value in values.items()
            if name not in open_fields and value != theirs[name]
        ]
        if locked or not values:
            return locked
        lines = {**theirs, **values}
        return line_errors(lines["subject"], lines["preheader"], variables)

    return fits

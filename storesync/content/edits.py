"""What a store changed in the blocks of a template, and what it may (product.md "Block")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from storesync.content.blocks import (
    BLOCK,
    BaseBlock,
    BlockError,
    FieldRule,
    block_type_name,
    validate_blocks,
    with_reason,
)
from storesync.content.variables import Variable


@dataclass(frozen=True, slots=True)
class Edit:
    """One field that differs from the template; `refusal` says why a store may not do that, or is ""."""

    block_id: str
    block_type: str
    field: str
    before: Any
    after: Any
    refusal: str


def edited(local: Sequence[BaseBlock], template: Sequence[BaseBlock]) -> list[Edit]:
    """Every difference of a store's blocks from the template's, each with the refusal of its lock or limit.

    The set and the order of blocks are the template's: a block removed, added or moved is an edit of the
    field "" and is refused.
    """
    originals = {block.id: block for block in template}
    found: list[Edit] = []
    present = {block.id for block in local}
    for block in template:
        if block.id not in present:
            found.append(
                Edit(block.id, _kind(block), "", True, False, _("Blocks of the template cannot be removed."))
            )
    for block in local:
        original = originals.get(block.id)
        if original is None or _kind(original) != _kind(block):
            found.append(
                Edit(block.id, _kind(block), "", False, True, _("Blocks cannot be added to the template."))
            )
            continue
        found.extend(_field_edits(block, original))
    kept = [block.id for block in local if block.id in originals]
    if kept != [block.id for block in template if block.id in present]:
        moved = next(
            a for a, b in zip(kept, (b.id for b in template if b.id in present), strict=True) if a != b
        )
        found.append(
            Edit(moved, _kind(originals[moved]), "", "", "", _("The order of the blocks is the template's."))
        )
    return found


def _kind(block: BaseBlock) -> str:
    return str(getattr(block, "type", ""))


def _locks(block: BaseBlock) -> tuple[Any, ...]:
    return block.locked, block.lock_reason, block.rules


def _field_edits(block: BaseBlock, original: BaseBlock) -> Iterable[Edit]:
    kind = _kind(block)
    if _locks(block) != _locks(original):
        yield Edit(
            block.id, kind, "locked", original.locked, block.locked, _("Locks are set by the template.")
        )
    for field in block.content_fields():
        before, after = getattr(original, field), getattr(block, field)
        if before == after:
            continue
        if original.locked:
            refusal = with_reason(_("This block is locked by the template."), original.lock_reason)
        elif field in original.appearance and field not in original.rules:
            refusal = _("The look is set by the template.")
        else:
            refusal = original.rules.get(field, FieldRule()).problem(after)
        yield Edit(block.id, kind, field, before, after, refusal)


def lock_errors(local: Sequence[BaseBlock], template: Sequence[BaseBlock]) -> list[BlockError]:
    """What a store changed although it may not (locks and limits), naming block and field."""
    places = {block.id: index for index, block in enumerate(local)}
    return [
        BlockError(
            edit.block_id,
            edit.field,
            _("%(block)s: %(reason)s") % {"block": block_type_name(edit.block_type), "reason": edit.refusal},
            index=places.get(edit.block_id, -1),
        )
        for edit in edited(local, template)
        if edit.refusal
    ]


def apply_edits(
    template: Sequence[BaseBlock], edits: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Variable]
) -> tuple[tuple[BaseBlock, ...], list[BlockError]]:
    """The template's blocks with a store's fields put in: `{"block id": {"field": value}}`.

    Unknown blocks and fields, locked ones and those beyond their limits are errors, never silently dropped.
    """
    known = {block.id: block for block in template}
    errors = [
        BlockError(block_id, field, _("There is no such field."))
        for block_id, fields in edits.items()
        for field in fields
        if block_id not in known or field not in known[block_id].content_fields()
    ]
    if errors:
        return (), errors
    local, errors = validate_blocks(
        [block.model_dump(mode="json") | dict(edits.get(block.id, {})) for block in template], variables
    )
    errors += lock_errors(local, template) if not errors else []
    return (() if errors else local), errors


def holds_value(block: Mapping[str, Any], field: str, value: Any) -> bool:
    """Whether a stored block has this value in this field already, however it is spelled ("1" is 1)."""
    if block.get(field) == value:
        return True
    try:
        same: dict[str, Any] = BLOCK.validate_python({**block, field: value}).model_dump(mode="json")
    except ValidationError:
        return False
    return bool(same.get(field) == block.get(field))

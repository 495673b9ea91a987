"""Blocks from plain data, or every error with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from storesync.content.blocks.kinds import BLOCK, BLOCK_TYPES, LONE_VARIABLE, BaseBlock, OfferBlock
from storesync.content.language import TemplateTextError
from storesync.content.texts import MessageTexts
from storesync.content.variables import NUMERIC, Variable

MAX_BLOCKS: Final = 60


@dataclass(frozen=True, slots=True)
class BlockError:
    """What is wrong in a message, and where; `block_id` is "" for its subject, preheader and values."""

    block_id: str
    field: str
    message: str
    line: int = 1
    column: int = 1
    index: int = -1


def validate_blocks(
    raw: Sequence[Any], variables: Mapping[str, Variable], texts: MessageTexts | None = None
) -> tuple[tuple[BaseBlock, ...], list[BlockError]]:
    """Blocks from plain data, or every error with its place.

    Shape, limits, template text (rule T2), markup and links are checked. With any error the blocks are ().
    Whoever goes on with the texts hands in `texts` of the same variables, and finds them checked there.
    """
    texts = texts or MessageTexts(variables)
    if len(raw) > MAX_BLOCKS:
        return (), [BlockError("", "", _("At most %(limit)d blocks are allowed.") % {"limit": MAX_BLOCKS})]
    blocks: list[BaseBlock] = []
    errors: list[BlockError] = []
    seen: set[str] = set()
    for index, given in enumerate(raw):
        data = given.model_dump(mode="json") if isinstance(given, BaseModel) else given
        try:
            block: BaseBlock = BLOCK.validate_python(data)
        except ValidationError as error:
            named = str(data.get("id", "")) if isinstance(data, dict) else ""
            errors.extend(_shape_errors(error, named, index))
            continue
        if block.id in seen:
            errors.append(BlockError(block.id, "id", _("Another block has the same id."), index=index))
        seen.add(block.id)
        errors.extend(_text_errors(block, texts, index))
        blocks.append(block)
    return (() if errors else tuple(blocks)), errors


def _shape_errors(error: ValidationError, block_id: str, index: int) -> Iterable[BlockError]:
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        if place and place[0] in BLOCK_TYPES:
            place = place[1:]
        context = problem.get("ctx", {})
        limit = {"limit": context.get("max_length")}
        words = {
            "string_too_long": _("At most %(limit)s characters are allowed.") % limit,
            "string_too_short": _("This must not be empty."),
            "too_long": _("At most %(limit)s characters are allowed.") % limit
            if isinstance(problem["input"], str)
            else _("At most %(limit)s entries are allowed.") % limit,
            "too_short": _("This must not be empty."),
            "missing": _("This is missing."),
            "extra_forbidden": _("There is no such field."),
            "union_tag_invalid": _("There is no such type of block."),
            "union_tag_not_found": _("The type of the block is missing."),
            "value_error": str(context.get("error", "")),
        }.get(problem["type"], problem["msg"])
        yield BlockError(block_id, ".".join(place), words, index=index)


def _text_errors(block: BaseBlock, texts: MessageTexts, index: int) -> Iterable[BlockError]:
    checks = (
        (block.texts, texts.line),
        (block.marked_up, texts.paragraphs),
        (block.addresses, texts.address),
    )
    for fields, check in checks:
        for field in fields:
            text = getattr(block, field)
            if not text:
                continue
            try:
                check(text)
            except TemplateTextError as refusal:
                yield BlockError(block.id, field, refusal.message, refusal.line, refusal.column, index)
    if (
        isinstance(block, OfferBlock)
        and block.unit != "text"
        and (lone := LONE_VARIABLE.fullmatch(block.value))
    ):
        variable = texts.variables.get(lone[1])
        if variable is not None and variable.type not in NUMERIC:
            message = _("%(name)s is no number.") % {"name": variable.name}
            yield BlockError(block.id, "value", message, index=index)


def dump_blocks(blocks: Iterable[BaseBlock]) -> list[dict[str, Any]]:
    """Blocks as plain data, always spelled the same, for the database and the hash."""
    return [block.model_dump(mode="json") for block in blocks]

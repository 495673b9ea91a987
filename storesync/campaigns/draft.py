"""The blocks of a draft, rearranged: plain lists in, new plain lists out; `save_draft` keeps them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, LONGEST_TEXT
from storesync.content.checks import FRESH_LINK
from storesync.content.media import FRESH_PICTURE
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.guidelines.checking.words import has_wording

ADDABLE: Final = (
    "heading",
    "text",
    "image",
    "button",
    "offer",
    "product_list",
    "store_details",
    "divider",
    "legal",
)
"""Types of blocks that the editor offers, in the order of its picker."""

Blocks = list[Mapping[str, Any]]


def place_of_block(blocks: Sequence[Mapping[str, Any]], block_id: str) -> int:
    """Where a block stands, from 0.

    Raises:
        ActionRefused: it is no longer there.
    """
    place = next((n for n, one in enumerate(blocks) if one["id"] == block_id), None)
    if place is None:
        raise ActionRefused(_("This block is no longer there."))
    return place


def added(blocks: Sequence[Mapping[str, Any]], kind: str, after: str | None) -> tuple[Blocks, str]:
    """With a new block of a type, and its id.

    Args:
        after: the block it follows; "" puts it first, None last.
    """
    fresh = f"{kind.replace('_', '-')}-{str(new_id())[-6:]}"
    place = len(blocks) if after is None else place_of_block(blocks, after) + 1 if after else 0
    return [*blocks[:place], new_block(kind, fresh), *blocks[place:]], fresh


def duplicated(blocks: Sequence[Mapping[str, Any]], block_id: str) -> tuple[Blocks, str]:
    """With a copy of a block right after it, and the copy's id."""
    place = place_of_block(blocks, block_id)
    fresh = f"{block_id[:30]}-{str(new_id())[-6:]}"
    return [*blocks[: place + 1], {**blocks[place], "id": fresh}, *blocks[place + 1 :]], fresh


def moved(blocks: Sequence[Mapping[str, Any]], block_id: str, to: int) -> Blocks:
    """With a block at another place, counted from 0; beyond the ends means the end."""
    rows = list(blocks)
    block = rows.pop(place_of_block(blocks, block_id))
    rows.insert(min(max(to, 0), len(rows)), block)
    return rows


def removed(blocks: Sequence[Mapping[str, Any]], block_id: str) -> Blocks:
    """Without a block."""
    place = place_of_block(blocks, block_id)
    return [*blocks[:place], *blocks[place + 1 :]]


def put_back(
    blocks: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], block_id: str
) -> Blocks:
    """With a block as it stood `before`, after the nearest one that stood above it and still does.

    Raises:
        ActionRefused: it never stood there.
    """
    place = place_of_block(before, block_id)
    if any(one["id"] == block_id for one in blocks):
        return list(blocks)
    present = {one["id"]: n for n, one in enumerate(blocks)}
    above = (present[one["id"]] for one in reversed(before[:place]) if one["id"] in present)
    to = next(above, -1) + 1
    return [*blocks[:to], before[place], *blocks[to:]]


def with_wording(blocks: Sequence[Mapping[str, Any]], wording: str) -> tuple[Blocks, str]:
    """With words that have to stand in a legal block, and the id of the block that has them.

    They become a paragraph of the last legal block, or a block of their own at the end where there is none
    or it is full. Words that stand in one already are not put in twice.
    """
    legal = [one for one in blocks if one["type"] == "legal"]
    if there := next((one for one in legal if has_wording(one["text"], wording)), None):
        return list(blocks), there["id"]
    if legal and len(text := joined(legal[-1]["text"], wording)) <= LONGEST_TEXT:
        last = legal[-1]["id"]
        return [{**one, "text": text} if one["id"] == last else one for one in blocks], last
    rows, fresh = added(blocks, "legal", legal[-1]["id"] if legal else None)
    return [{**one, "text": wording} if one["id"] == fresh else one for one in rows], fresh


def joined(text: str, wording: str) -> str:
    """A text and one more paragraph."""
    return f"{text}\n\n{wording}" if text.strip() else wording


def new_block(kind: str, block_id: str) -> dict[str, Any]:
    """A valid block to begin with.

    Raises:
        ActionRefused: there is no such type.
    """
    if kind not in BLOCK_TYPES:
        raise ActionRefused(_("There is no such type of block."))
    words: dict[str, dict[str, Any]] = {
        "heading": {"text": _("Heading")},
        "text": {"text": _("Text")},
        "image": {"src": FRESH_PICTURE},
        "button": {"label": _("Learn more"), "url": FRESH_LINK},
        "offer": {"value": _("2 for 1"), "unit": "text"},
        "product_list": {"products": [{"name": _("Product")}]},
        "legal": {"text": _("While stocks last."), "locked": True},
    }
    return {"id": block_id, "type": kind, **words.get(kind, {})}


def block_summary(block: Mapping[str, Any]) -> str:
    """What tells a block from others of its type: its first words, on one line."""
    kind = BLOCK_TYPES[block["type"]]
    for name in (*kind.texts, *kind.marked_up):
        if block.get(name):
            return " ".join(str(block[name]).split())[:80]
    if block["type"] == "product_list":
        return ", ".join(str(one.get("name", "")) for one in block.get("products", []))[:80]
    return ""

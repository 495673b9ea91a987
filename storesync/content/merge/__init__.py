"""The three-way merge that moves a store's message to another version of its template (Rule T1).

Base is the version it was made from, theirs the new version, mine what the store made of it. Nothing that the
store wrote is lost without being named: it stands on the new version (kept), or it is a conflict with both
sides, the reason and what may be chosen. What stores never decide (which blocks there are, their order, locks
and limits) is always the new version's, so that the result passes `lock_errors` against it.

Pure functions over plain data; the same arguments give the same result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from storesync.content.blocks import BLOCK_TYPES, BlockError, block_type_name, field_name
from storesync.content.differences import Content
from storesync.content.lock_words import lock_changes
from storesync.content.merge.model import ABSENT, Choice, Choices, Merge, Outcome, Place, Take
from storesync.content.merge.parts import LINES, Part, block_fits, lines_fit
from storesync.content.variables import Variable

__all__ = ["ABSENT", "Choice", "Choices", "Merge", "Outcome", "Place", "Take", "merge"]

Block = Mapping[str, Any]
_SHORT: Final = 40


def merge(
    *,
    base: Content,
    theirs: Content,
    mine: Content,
    variables: Mapping[str, Variable],
    open_fields: Collection[str],
    choices: Choices | None = None,
) -> Merge:
    """Merge a store's message into a new version of its template.

    Args:
        base: the version it was made from. theirs: the new one. mine: the store's.
        variables: of the new version. open_fields: of "subject" and "preheader", what it leaves to stores.
        choices: by the keys of conflicts; the default of each stands without one.

    Returns:
        The message and all that is to be said about it. With `errors` a choice could not be taken.
    """
    asked = choices or {}
    olds, news, ours = (_by_id(side.blocks) for side in (base, theirs, mine))
    places: list[Place] = []
    errors: list[BlockError] = []
    lines = _lines(base, theirs, mine, variables, open_fields)
    lines.merge(_of("", asked))
    places += lines.places
    errors += lines.errors
    blocks = []
    for block_id, new in news.items():
        old, own = olds.get(block_id), ours.get(block_id)
        if own is None:
            places += _without(block_id, old, new)
            blocks.append(_dumped(new))
        elif own["type"] != new["type"]:
            places += _replaced(block_id, old, own, new)
            blocks.append(_dumped(new))
        else:
            same = old if old is not None and old["type"] == new["type"] else None
            part = _part(block_id, same, own, new, variables)
            part.merge(_of(block_id, asked))
            places += [*part.places, *_rules(same, new)]
            errors += part.errors
            blocks.append(_dumped({**new, **part.values}))
    places += _gone(olds, ours, news)
    places += _order(list(olds), list(ours), list(news))
    subject, preheader = ({**lines.theirs, **lines.values}[name] for name in LINES)
    return Merge(subject, preheader, tuple(blocks), tuple(places), tuple(errors))


def _by_id(blocks: Sequence[Block]) -> dict[str, dict[str, Any]]:
    return {str(block["id"]): _whole(block) for block in blocks}


def _whole(block: Block) -> dict[str, Any]:
    """A block with every field, those too that plain data leaves out while they have their default."""
    kind = BLOCK_TYPES.get(str(block.get("type", "")))
    defaults = (
        {
            name: info.get_default(call_default_factory=True)
            for name, info in kind.model_fields.items()
            if not info.is_required()
        }
        if kind
        else {}
    )
    return defaults | _dumped(block)


def _dumped(block: Block) -> dict[str, Any]:
    """A block as the database keeps it, in its one spelling; what cannot be read stays as it is."""
    kind = BLOCK_TYPES.get(str(block.get("type", "")))
    try:
        return kind.model_validate(block).model_dump(mode="json") if kind else dict(block)
    except ValidationError:
        return dict(block)


def _of(block_id: str, choices: Choices) -> dict[str, Choice]:
    return {key: choice for key, choice in choices.items() if key.split(".", 1)[0] == block_id}


def _lines(
    base: Content,
    theirs: Content,
    mine: Content,
    variables: Mapping[str, Variable],
    open_fields: Collection[str],
) -> Part:
    old, new, own = ({name: getattr(side, name) for name in LINES} for side in (base, theirs, mine))
    return Part(
        block_id="",
        name="",
        fields=LINES,
        base=old,
        mine=own,
        theirs=new,
        fits=lines_fit(new, open_fields, variables),
        is_writable=lambda name: name in open_fields,
    )


def _part(
    block_id: str, old: Block | None, own: Block, new: Block, variables: Mapping[str, Variable]
) -> Part:
    rules = new.get("rules") or {}
    kind = BLOCK_TYPES[new["type"]]
    return Part(
        block_id=block_id,
        name=block_name(old or new),
        fields=kind.content_fields(),
        base=old,
        mine=own,
        theirs=new,
        fits=block_fits(new, variables),
        is_writable=lambda name: (
            not (new.get("locked") or rules.get(name, {}).get("locked") or kind.choices(name))
        ),
    )


def block_name(block: Block) -> str:
    """The type of a block, and the words that tell it from others of its type."""
    name = block_type_name(str(block.get("type", "")))
    given = (block.get(key) for key in ("label", "title", "alt", "text", "value"))
    words = " ".join(next((text for text in given if isinstance(text, str) and text), "").split())
    if not words:
        return name
    shown = words if len(words) <= _SHORT else words[: _SHORT - 1].rstrip() + "…"
    return _("%(block)s “%(words)s”") % {"block": name, "words": shown}


def _fields(block: Block | None) -> dict[str, Any]:
    if block is None:
        return {}
    kind = BLOCK_TYPES.get(str(block["type"]))
    return {name: block.get(name) for name in kind.content_fields()} if kind else {}


def _without(block_id: str, old: Block | None, new: Block) -> Iterator[Place]:
    """A block of the new version that the store's message does not have."""
    name = block_name(new)
    if old is None:
        words = _("%(block)s is new.") % {"block": name}
        yield Place(f"{block_id}.", "changed", name, block_id, theirs=new, result=new, words=words)
        return
    yield Place(
        f"{block_id}.",
        "conflict",
        name,
        block_id,
        base=old,
        theirs=new,
        result=new,
        why=_("Blocks of the template cannot be removed."),
        options=("theirs",),
    )


def _replaced(block_id: str, old: Block | None, own: Block, new: Block) -> Iterator[Place]:
    """A block that is of another type in the new version."""
    name = block_name(own)
    lost = list(_lost(block_id, old, own, _("The new version has another kind of block here.")))
    yield from lost
    if not lost:
        words = _("%(block)s is replaced by: %(new)s.") % {"block": name, "new": block_name(new)}
        yield Place(
            f"{block_id}.", "changed", name, block_id, base=old, mine=old, theirs=new, result=new, words=words
        )


def _gone(olds: Mapping[str, Block], ours: Mapping[str, Block], news: Mapping[str, Block]) -> Iterator[Place]:
    """Blocks of the store's message that the new version does not have."""
    for block_id, own in ours.items():
        if block_id in news:
            continue
        old = olds.get(block_id)
        why = (
            _("Blocks cannot be added to the template.")
            if old is None
            else _("The new version has no such block.")
        )
        lost = list(_lost(block_id, old, own, why))
        yield from lost
        if not lost:
            name = block_name(own)
            words = _("%(block)s is removed.") % {"block": name}
            yield Place(f"{block_id}.", "changed", name, block_id, base=old, mine=old, words=words)


def _lost(block_id: str, old: Block | None, own: Block, why: str) -> Iterator[Place]:
    """What the store had written into a block that does not go on: field by field, or all it had added."""
    name = block_name(old or own)
    if old is None or old["type"] != own["type"]:
        yield Place(
            f"{block_id}.",
            "conflict",
            name,
            block_id,
            base=old or ABSENT,
            mine=own,
            why=why,
            options=("theirs",),
        )
        return
    before = _fields(old)
    for field, value in _fields(own).items():
        if value != before[field]:
            yield Place(
                f"{block_id}.{field}",
                "conflict",
                name if field == "text" else f"{name}: {field_name(field)}",
                block_id,
                field,
                base=before[field],
                mine=value,
                why=why,
                options=("theirs",),
            )


def _rules(old: Block | None, new: Block) -> Iterator[Place]:
    """What the new version allows that the old one did not, or the other way round."""
    if old is None:
        return
    name = block_name(old)
    words = {"block": name}
    if bool(old.get("locked")) != bool(new.get("locked")):
        sentence = (
            _("%(block)s is locked now.")
            if new.get("locked")
            else _("%(block)s can be edited by stores now.")
        )
    elif changes := list(lock_changes(old, new)):
        sentence = _("%(block)s has other limits now: %(changes)s.")
        words["changes"] = "; ".join(f"{field_name(one)}: {was} → {now}" for one, was, now in changes)
    else:
        return
    yield Place(f"{new['id']}.locked", "changed", name, str(new["id"]), "locked", words=sentence % words)


def _order(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[Place]:
    """The order of blocks is the template's; a store that has another one is told."""

    def among(side: list[str], *others: list[str]) -> list[str]:
        return [one for one in side if all(one in other for other in others)]

    if among(mine, base, theirs) != among(theirs, base, mine) and among(mine, base) != among(base, mine):
        yield Place(
            ".order",
            "conflict",
            _("Order"),
            field="order",
            base=among(base, mine, theirs),
            mine=among(mine, base, theirs),
            theirs=among(theirs, base, mine),
            result=among(theirs, base, mine),
            why=_("The order of the blocks is the template's."),
            options=("theirs",),
        )
    elif among(base, theirs) != among(theirs, base):
        yield Place(
            ".order", "changed", _("Order"), field="order", words=_("The blocks stand in another order.")
        )

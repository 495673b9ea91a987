"""Blocks held against each other: removed, added, moved, and each field that changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from storesync.content.block_words import place_name
from storesync.content.blocks import BLOCK_TYPES, BaseBlock, block_type_name, choice_label, field_name
from storesync.content.differences.content import ORDER, About, Difference, Kind
from storesync.content.differences.texts import shortened, shown, text_difference, word_segments
from storesync.content.lock_words import lock_changes
from storesync.content.markup import link_addresses

_NUMBERS: Final = frozenset({"value", "unit", "code", "starts_on", "ends_on", "conditions"})
"""Fields of an offer that bind the company."""


def block_differences(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """What became of the blocks, in the order of the message; those that are gone come first."""
    old, new = ({str(block["id"]): block for block in blocks} for blocks in (before, after))
    for block_id, block in old.items():
        if block_id not in new:
            name = _name(block)
            words = _("%(block)s removed") % {"block": name}
            yield Difference("removed", name, words, block_id, about=_about(block))
    for block_id, block in new.items():
        name = _name(block)
        if block_id not in old:
            words = _("%(block)s added") % {"block": name}
            yield Difference("added", name, words, block_id, about=_about(block))
        else:
            yield from _block(old[block_id], block, block_id)
    kept = [block_id for block_id in new if block_id in old]
    for block_id in _moved([block_id for block_id in old if block_id in new], kept):
        name = _name(new[block_id])
        words = _("%(block)s moved") % {"block": name}
        yield Difference("moved", name, words, block_id, about="order")


def _about(block: Mapping[str, Any]) -> About:
    """How telling it is that a block came, went or was replaced."""
    return "legal" if block.get("type") == "legal" else "number" if block.get("type") == "offer" else "block"


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The fewest blocks whose moving explains the new order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    stayed: set[str] = set()
    for match in matcher.get_matching_blocks():
        stayed.update(before[match.a : match.a + match.size])
    return [block_id for block_id in after if block_id not in stayed]


def _name(block: Mapping[str, Any]) -> str:
    """The type of a block, and the words that tell it from others of its type."""
    name = block_type_name(str(block.get("type", "")))
    words = next((block[key] for key in ("label", "title", "alt") if isinstance(block.get(key), str)), "")
    return _("%(block)s “%(words)s”") % {"block": name, "words": shortened(words)} if words else name


def _block(before: Mapping[str, Any], after: Mapping[str, Any], block_id: str) -> Iterator[Difference]:
    kind = BLOCK_TYPES.get(str(after.get("type", "")))
    if before.get("type") != after.get("type") or kind is None:
        name = _name(after)
        words = _("%(block)s replaced") % {"block": name}
        about = min(_about(before), _about(after), key=ORDER.index)
        yield Difference("changed", name, words, block_id, about=about)
        return
    block_name = block_type_name(str(after["type"]))
    for key in kind.content_fields():
        # What has its default may be left out of the data.
        default = kind.model_fields[key].get_default()
        old, new = before.get(key, default), after.get(key, default)
        if old == new:
            continue
        place = block_name if key == "text" else f"{block_name}: {field_name(key)}"
        about = _about_field(kind, key)
        if key in ("url", "src"):
            yield _link(block_name, old, new, block_id, key)
        elif key == "products":
            yield from _products(block_name, old or [], new or [], block_id)
        elif kind.choices(key):
            yield _changed(place, choice_label(key, old), choice_label(key, new), block_id, key, about)
        elif isinstance(new, str) and isinstance(old, str) and key not in ("starts_on", "ends_on"):
            yield from text_difference(place, old, new, block_id, key, about=about)
            if key in kind.marked_up:
                yield from _links(block_name, old, new, block_id, key)
        else:
            yield _changed(place, shown(old), shown(new), block_id, key, about)
    yield from _locks(before, after, block_name, block_id)


def _locks(
    before: Mapping[str, Any], after: Mapping[str, Any], block_name: str, block_id: str
) -> Iterator[Difference]:
    """What stores may change of a block, and why not."""
    if bool(before.get("locked")) != bool(after.get("locked")):
        sentence = _("%(block)s locked") if after.get("locked") else _("%(block)s unlocked")
        words = sentence % {"block": block_name}
        yield Difference("changed", block_name, words, block_id, "locked", about="order")
    elif after.get("locked") and before.get("lock_reason", "") != after.get("lock_reason", ""):
        old, new = (shown(side.get("lock_reason")) for side in (before, after))
        place = _("%(block)s, why it is locked") % {"block": block_name}
        yield _changed(place, old, new, block_id, "lock_reason", "order")
    for key, was, now in lock_changes(before, after):
        place = _("%(place)s, open to stores") % {"place": place_name(str(after["type"]), key)}
        yield _changed(place, was, now, block_id, f"rules.{key}", "order")


def _about_field(kind: type[BaseBlock], key: str) -> About:
    """How telling a field of a block is."""
    name = kind.model_fields["type"].default
    if key in ("level", *kind.appearance):
        return "look"
    if name == "legal":
        return "legal"
    return "number" if name == "offer" and key in _NUMBERS else "text"


def _changed(place: str, before: str, after: str, block_id: str, key: str, about: About) -> Difference:
    words = _("%(place)s: %(before)s → %(after)s") % {"place": place, "before": before, "after": after}
    return Difference("changed", place, words, block_id, key, about=about)


def _link(block_name: str, before: Any, after: Any, block_id: str, key: str) -> Difference:
    kind: Kind = "changed" if before and after else "added" if after else "removed"
    sentence = {
        "changed": _("%(block)s: %(field)s changed to %(address)s"),
        "added": _("%(block)s: %(field)s added: %(address)s"),
        "removed": _("%(block)s: %(field)s removed"),
    }[kind]
    words = {"block": block_name, "field": field_name(key), "address": after}
    segments = word_segments(str(before or ""), str(after or ""))
    about: About = "link" if key == "url" else "block"
    return Difference(kind, block_name, sentence % words, block_id, key, segments, about)


def _links(block_name: str, before: str, after: str, block_id: str, key: str) -> Iterator[Difference]:
    """Where the links of a text lead now: words alone hide it."""
    old, new = link_addresses(before), link_addresses(after)
    for address in dict.fromkeys(new):
        if address not in old:
            sentence = _("%(block)s: link to %(address)s added")
            if len(old) == len(new):
                sentence = _("%(block)s: link changed to %(address)s")
            words = sentence % {"block": block_name, "address": address}
            yield Difference("changed", block_name, words, block_id, key, about="link")
    if len(new) < len(old):
        for address in dict.fromkeys(old):
            if address not in new:
                words = _("%(block)s: link to %(address)s removed")
                words = words % {"block": block_name, "address": address}
                yield Difference("removed", block_name, words, block_id, key, about="link")


def _products(
    block_name: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], block_id: str
) -> Iterator[Difference]:
    def one(kind: Kind, sentence: str, about: About, **words: str) -> Difference:
        said = sentence % {"block": block_name, **words}
        return Difference(kind, block_name, said, block_id, "products", about=about)

    old, new = ({str(given.get("name", "")): given for given in side} for side in (before, after))
    for name in old:
        if name not in new:
            yield one("removed", _("%(block)s: %(name)s removed"), "block", name=name)
    told = old.keys() != new.keys()
    for name, product in new.items():
        if name not in old:
            yield one("added", _("%(block)s: %(name)s added"), "block", name=name)
            continue
        for key in sorted({*product, *old[name]}):
            was, now = old[name].get(key), product.get(key)
            if was == now or not (was or now):
                continue
            told = True
            about: About = "number" if "price" in key else "link" if key == "url" else "text"
            words = {"name": name, "field": _product_field(key), "before": shown(was), "after": shown(now)}
            yield one("changed", _("%(block)s: %(name)s, %(field)s: %(before)s → %(after)s"), about, **words)
    if old.keys() == new.keys() and list(old) != list(new):
        yield one("moved", _("%(block)s: order changed"), "order")
    elif not told:
        # Products of the same name hide behind each other.
        yield one("changed", _("%(block)s: products changed"), "number")


def _product_field(key: str) -> str:
    return {
        "name": _("name"),
        "note": _("note"),
        "price": _("price"),
        "old_price": _("former price"),
        "image": _("image"),
        "url": _("link"),
    }.get(key, key)

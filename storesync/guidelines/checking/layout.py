"""The compiled HTML: its size, the contrast of its colours, and what mail programs make of it.

Ten thousand stores share one layout and differ in words, so what is found in a layout is kept by the layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from babel.lists import format_list
from django.utils.translation import gettext as _

from storesync.content.checks import Finding
from storesync.content.theme import PAPER, contrast
from storesync.core import formats
from storesync.guidelines.clients import FAMILIES, FEATURES, Feature

if TYPE_CHECKING:
    from storesync.guidelines.checking.message import Message
    from storesync.guidelines.rules import Contrast, MailPrograms, MailSize

_TOLD: Final = 3
"""Pairs of colours that are told; they are mended at the brand's colours, all at once."""
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_HEX: Final = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})", re.I)
_SHEET: Final = re.compile(r"<style[^>]*>[^<]*</style>")
_TAG: Final = re.compile(r"<[^>]*>")
_NAME: Final = re.compile(r"<([a-z][a-z0-9]*)")
_ATTRIBUTE: Final = re.compile(r'\s([a-z-]+)="([^"]*)"')
_AT: Final = re.compile(r"@[a-z-]+[^{;]*")


def check_size(rule: MailSize, message: Message) -> Iterator[Finding]:
    """Larger than the brand wants (Rule T7)."""
    size = len(message.html.encode())
    if size > rule.kilobytes * 1024:
        words = {"size": -(-size // 1024), "limit": rule.kilobytes}
        said = _("The mail has %(size)d KB; at most %(limit)d KB are allowed.") % words
        yield Finding(rule.level, "size", said, _("Take blocks or text out."), why=rule.why, rule=rule.id)


def check_contrast(rule: Contrast, message: Message) -> Iterator[Finding]:
    """Text whose colour is too near to what it stands on, in the bytes that would be sent."""
    for ink, ground, measured in _pairs(message.skeleton)[:_TOLD]:
        ratio = Decimal(str(measured))
        if ratio >= rule.ratio:
            return
        said = _(
            "Text in %(ink)s on %(ground)s has a contrast of %(ratio)s; at least %(limit)s is needed."
        ) % {
            "ink": ink,
            "ground": ground,
            "ratio": formats.number(ratio),
            "limit": formats.number(rule.ratio),
        }
        mend = _("Choose a darker or stronger colour for the brand.")
        yield Finding(rule.level, "contrast", said, mend, why=rule.why, rule=rule.id)


def check_programs(rule: MailPrograms, message: Message) -> Iterator[Finding]:
    """What the message uses and the brand's mail programs do not show."""
    for feature in _features(message.skeleton):
        missing = feature.missing_in(rule.families)
        if missing and not feature.harmless:
            words = {"programs": _programs(missing), "feature": _(feature.name)}
            said = _("%(feature)s: not shown by %(programs)s.") % words
            mend = _("This comes from the layout of the mail, not from its words: tell who runs StoreSync.")
            yield Finding(rule.level, "mail-programs", said, mend, why=rule.why, rule=rule.id)
    for block_id, field, address in message.foreign_images():
        ending = urlsplit(address).path.rpartition(".")[2].lower()
        for feature in FEATURES:
            if feature.use != "image" or ending not in feature.needles or feature.harmless:
                continue
            if missing := feature.missing_in(rule.families):
                words = {
                    "place": message.place(block_id, field),
                    "programs": _programs(missing),
                    "feature": _(feature.name),
                }
                said = _("%(place)s: %(feature)s are not shown by %(programs)s.") % words
                mend = _("Save the image as PNG or JPEG.")
                yield Finding(rule.level, "mail-programs", said, mend, block_id, field, rule.why, rule.id)


def _programs(families: list[str]) -> str:
    names = [str(FAMILIES[family]) for family in families]
    return str(format_list(names, style="or", locale=formats.active_locale()))


@lru_cache(maxsize=256)
def _features(skeleton: str) -> tuple[Feature, ...]:
    elements: set[str] = set()
    attributes: set[str] = set()
    declarations: set[str] = set()
    sheets = "".join(_SHEET.findall(skeleton)).lower()
    for tag in _tags(skeleton):
        if (name := _NAME.match(tag)) is not None:
            elements.add(name[1])
            for attribute, value in _ATTRIBUTE.findall(tag):
                attributes.add(attribute)
                if attribute == "style":
                    declarations |= {
                        f"{name.strip()}:{value.strip()}"
                        for name, _colon, value in (one.partition(":") for one in value.lower().split(";"))
                        if value
                    }
    properties = {one.partition(":")[0] for one in declarations}
    rules = {" ".join(one.split()).replace("@media only screen and", "@media") for one in _AT.findall(sheets)}

    def used(feature: Feature) -> bool:
        if feature.use == "property":
            return not properties.isdisjoint(feature.needles)
        if feature.use == "declaration":
            return not declarations.isdisjoint(feature.needles)
        if feature.use == "value":
            return any(
                value.startswith(feature.needles) or f" {needle}" in value
                for one in declarations
                for value in [one.partition(":")[2]]
                for needle in feature.needles
            )
        if feature.use == "at-rule":
            return any(rule.startswith(feature.needles) for rule in rules)
        if feature.use == "element":
            return not elements.isdisjoint(feature.needles)
        return feature.use == "attribute" and not attributes.isdisjoint(feature.needles)

    return tuple(feature for feature in FEATURES if used(feature))


@lru_cache(maxsize=256)
def _pairs(skeleton: str) -> tuple[tuple[str, str, float], ...]:
    """Every colour of text with the colour behind it and their contrast, the poorest first.

    What is hidden is not read.
    """
    found: set[tuple[str, str]] = set()
    stack: list[tuple[str, str, bool]] = [("", PAPER, False)]
    for tag in _tags(skeleton):
        if tag.startswith("</"):
            closed = tag[2:-1].strip()
            if any(name == closed for name, *_rest in stack):
                while stack.pop()[0] != closed:
                    pass
            continue
        name = _NAME.match(tag)
        if name is None or name[1] in _VOID or tag.endswith("/>"):
            continue
        _name, ground, hidden = stack[-1]
        colours = _colours(tag)
        hidden = hidden or colours.get("display") == "none"
        ground = colours.get("ground", ground)
        stack.append((name[1], ground, hidden))
        if "color" in colours and not hidden:
            found.add((colours["color"], ground))
    measured = ((ink, ground, round(contrast(ink, ground), 2)) for ink, ground in found)
    return tuple(sorted(measured, key=lambda pair: pair[2]))


def _tags(skeleton: str) -> Iterator[str]:
    """Every tag in order, without comments: what stands there is for one program, by the layout."""
    hidden = False
    for tag in _TAG.findall(_SHEET.sub("", skeleton)):
        if hidden or tag.startswith("<!--"):
            hidden = not tag.endswith("-->")
        else:
            yield tag


def _colours(tag: str) -> dict[str, str]:
    """Colour of the text, ground and display that a tag sets."""
    found = {}
    for attribute, value in _ATTRIBUTE.findall(tag):
        if attribute == "bgcolor" and _HEX.fullmatch(value):
            found["ground"] = _long(value)
        elif attribute == "style":
            for one in value.split(";"):
                name, _colon, given = one.partition(":")
                name, given = name.strip().lower(), given.strip()
                if name == "display":
                    found["display"] = given
                elif name == "color" and _HEX.fullmatch(given):
                    found["color"] = _long(given)
                elif name in ("background", "background-color") and (colour := _HEX.search(given)):
                    found["ground"] = _long(colour[0])
    return found


def _long(colour: str) -> str:
    """#abc as #aabbcc, in lower case."""
    digits = colour.lstrip("#").lower()
    return "#" + ("".join(c * 2 for c in digits) if len(digits) == 3 else digits)

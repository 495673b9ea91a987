"""What is checked: the content of a message, and what it became for one store."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storesync.content.block_words import place_name
from storesync.content.blocks import BLOCK_TYPES
from storesync.content.language import show_recipient_fields
from storesync.content.media import MEDIA
from storesync.content.rendering.store import words_of
from storesync.content.variables import Variable
from storesync.guidelines.folding import fold, words_in

if TYPE_CHECKING:
    from storesync.content.models import Revision
    from storesync.content.rendering import CompiledMessage, RenderedMessage

_TAG: Final = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_LITERAL: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ADDRESS: Final = re.compile(r"https?://\S+")
_LINK_TARGET: Final = re.compile(r"\]\([^()\s]*\)")
_LINKS: Final = re.compile(r'href="(https?://[^"]+)"')
_SHEET: Final = re.compile(r"<style[^>]*>.*?</style>", re.S)
_BETWEEN: Final = re.compile(r">[^<]+<")
_VARIES: Final = re.compile(r' (?:href|src|alt|title|aria-label|lang)="[^"]*"')
_WORDED: Final = {
    kind: (*block.texts, *block.marked_up, *(("code",) if kind == "offer" else ()))
    for kind, block in BLOCK_TYPES.items()
}


class Text(NamedTuple):
    """One field as people wrote it, without tags and addresses."""

    block_id: str
    field: str
    words: str


class Message:
    """A message to check. What is read from it is worked out once, and only when a rule asks."""

    def __init__(
        self,
        *,
        subject: str,
        preheader: str,
        html: str,
        text: str,
        written: tuple[str, str],
        blocks: Sequence[Mapping[str, Any]],
        values: Mapping[str, str],
        facts: Mapping[str, str],
        variables: Mapping[str, Variable],
    ) -> None:
        """
        Args:
            subject, preheader, html, text: rendered for the store.
            written: subject and preheader as template text.
            blocks: their plain data.
            values: of the roll-out. facts: of the store. variables: those that the template declares.
        """
        self.subject = show_recipient_fields(subject)
        self.preheader = show_recipient_fields(preheader)
        self.html = html
        self.text = text
        self.written = written
        self.blocks = blocks
        self.values = values
        self.facts = facts
        self.variables = variables

    @classmethod
    def of_revision(cls, revision: Revision, variables: Mapping[str, Variable]) -> Message:
        """The bytes of a revision as they are stored."""
        return cls(
            subject=revision.rendered_subject,
            preheader=revision.rendered_preheader,
            html=revision.html,
            text=revision.text,
            written=(revision.subject, revision.preheader),
            blocks=revision.blocks,
            values=revision.values,
            facts=revision.facts,
            variables=variables,
        )

    @classmethod
    def of_rendered(
        cls,
        content: CompiledMessage,
        rendered: RenderedMessage,
        *,
        facts: Mapping[str, str],
        values: Mapping[str, str],
        variables: Mapping[str, Variable],
    ) -> Message:
        """A message rendered just now."""
        return cls(
            subject=rendered.subject,
            preheader=rendered.preheader,
            html=rendered.html,
            text=rendered.text,
            written=(content.subject, content.preheader),
            blocks=content.plain_blocks,
            values=values,
            facts=facts,
            variables=variables,
        )

    @classmethod
    def of_sentence(cls, words: str, part: str) -> Message:
        """One sentence as if it stood in a mail: a "text", the "subject" or a "heading"."""
        in_subject = part == "subject"
        kind = "heading" if part == "heading" else "text"
        return cls(
            subject=words if in_subject else "",
            preheader="",
            html="",
            text="" if in_subject else words,
            written=(words if in_subject else "", ""),
            blocks=[] if in_subject else [{"id": "text", "type": kind, "text": words}],
            values={},
            facts={},
            variables={},
        )

    # -- what is read

    @cached_property
    def read(self) -> str:
        """All that a reader reads, addresses left out."""
        body = _ADDRESS.sub(" ", show_recipient_fields(self.text))
        return f"{self.subject}\n\n{self.preheader}\n\n{body}"

    @cached_property
    def folded(self) -> str:
        """`read`, as words are compared in it."""
        return fold(self.read)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of `folded`."""
        return frozenset(words_in(self.folded))

    @cached_property
    def built_in(self) -> Sequence[str]:
        """The words that the product itself puts into mails, in the language of the store."""
        words = words_of(self.facts.get("location_language") or "en")
        brand = self.facts.get("brand_name", "")
        return [words["why"] % {"brand": brand}, *(said for name, said in words.items() if name != "why")]

    @cached_property
    def texts(self) -> Sequence[Text]:
        """Every field that holds words, as it was written: where things are mended."""
        found = [Text("", "subject", bare(self.written[0])), Text("", "preheader", bare(self.written[1]))]
        for block in self.blocks:
            for field in _WORDED.get(block["type"], ()):
                if words := block.get(field):
                    found.append(Text(block["id"], field, bare(words)))
            for number, product in enumerate(block.get("products", ())):
                for field in ("name", "note"):
                    if words := product.get(field):
                        found.append(Text(block["id"], f"products.{number}.{field}", words))
        return found

    def place(self, block_id: str, field: str) -> str:
        """A place in words: "Text, Alternative text"."""
        if not block_id and (variable := self.variables.get(field)):
            return variable.label
        return place_name(
            next((block["type"] for block in self.blocks if block["id"] == block_id), ""), field
        )

    @cached_property
    def skeleton(self) -> str:
        """The layout without words and addresses: the same for all stores, so what it holds is found once."""
        sheets = "".join(_SHEET.findall(self.html))
        return sheets + _VARIES.sub("", _BETWEEN.sub("><", self.html))

    # -- addresses

    @cached_property
    def links(self) -> Sequence[str]:
        """Every address that the message links to, in its HTML or its plain text."""
        found = [html.unescape(address) for address in dict.fromkeys(_LINKS.findall(self.html))]
        return found + _ADDRESS.findall(self.text)

    def images_of_blocks(self) -> Iterator[tuple[str, str, str]]:
        """As `image_places`, of this message."""
        return image_places(self.blocks)

    def foreign_images(self) -> Iterator[tuple[str, str, str]]:
        """As `images_of_blocks`, without the pictures of the brand's own library."""
        return (image for image in self.images_of_blocks() if not image[2].startswith(MEDIA))

    def links_of_blocks(self) -> Iterator[tuple[str, str, str]]:
        """Block, field and address (as template text) of each link as it was written."""
        for block in self.blocks:
            kind = BLOCK_TYPES[block["type"]]
            for field in kind.addresses:
                if block.get(field):
                    yield block["id"], field, block[field]
            for field in kind.marked_up:
                for target in _LINK_TARGET.findall(_TAG.sub("", block.get(field, ""))):
                    yield block["id"], field, target[2:-1]
            for number, product in enumerate(block.get("products", ())):
                if product.get("url"):
                    yield block["id"], f"products.{number}.url", product["url"]


@lru_cache(maxsize=4096)
def bare(source: str) -> str:
    """Template text without its tags and addresses; the literals in a tag may be read, so they stay."""

    def literals(tag: re.Match[str]) -> str:
        return " ".join(one or other for one, other in _LITERAL.findall(tag[1] or ""))

    if "{" in source:
        source = _TAG.sub(literals, source)
    if "](" in source:
        source = _LINK_TARGET.sub("] ", source)
    return _ADDRESS.sub(" ", source) if "://" in source else source


def image_places(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Block, field and address, as it was given, of each image in blocks (plain data)."""
    for block in blocks:
        if block["type"] == "image":
            yield block["id"], "src", block["src"]
        for number, product in enumerate(block.get("products", ())):
            if product.get("image"):
                yield block["id"], f"products.{number}.image", product["image"]

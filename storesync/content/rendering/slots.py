"""Slots: the numbered places of a document where a store's words go, and what fills them."""

from __future__ import annotations

import html
from collections.abc import Mapping

from storesync.content.language import CheckedText, check_text
from storesync.content.markup import address_of, check_address, check_markup, text_to_html
from storesync.content.rendering.store import Part
from storesync.content.theme import Theme
from storesync.content.variables import Variable


class Slots:
    """Texts of a message, the slots that show them, and the parts of its plain text."""

    def __init__(self, theme: Theme, variables: Mapping[str, Variable]) -> None:
        self.theme = theme
        self.variables = variables
        self.texts: list[CheckedText] = []
        self.slots: list[Part] = []
        self.plain: list[Part] = []

    def slot(self, part: Part) -> str:
        """A new slot that `part` fills with HTML."""
        self.slots.append(part)
        return f"%%{len(self.slots) - 1}%%"

    def line(self, source: str) -> int:
        """A one-line text; the number under which it is rendered."""
        self.texts.append(check_text(source, self.variables, multiline=False))
        return len(self.texts) - 1

    def paragraphs(self, source: str) -> int:
        """Paragraphs with markup; the number under which they are rendered."""
        self.texts.append(check_markup(source, self.variables))
        return len(self.texts) - 1

    def link(self, source: str) -> int:
        """A link; the number under which it is rendered."""
        self.texts.append(check_address(source, self.variables))
        return len(self.texts) - 1

    def shown(self, number: int) -> str:
        """A slot that shows a one-line text."""
        return self.slot(lambda store: text_to_html(store.texts[number]))

    def href(self, number: int) -> str:
        """A slot for a link in an attribute."""
        return self.slot(lambda store: html.escape(address_of(store.texts[number])))

    def fixed(self, words: str) -> str:
        """A slot for words without variables: nothing that people wrote reaches the MJML compiler."""
        shown = html.escape(words)
        return self.slot(lambda store: shown)

    def say(self, part: Part) -> None:
        """Add to the plain text."""
        self.plain.append(part)

"""Slots: the numbered places of a document where a store's words go, and what fills them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from storesync.content.language import CheckedText
from storesync.content.markup import address_of, text_to_html
from storesync.content.rendering.store import Filled, Needs, Part, Store
from storesync.content.texts import MessageTexts
from storesync.content.theme import Theme


class Slots:
    """Texts of a message, the slots that show them, and the parts of its plain text.

    What no store and no language changes is written at once; so a part says which texts it shows, and what it
    needs beyond them.
    """

    def __init__(self, theme: Theme, checked: MessageTexts) -> None:
        self.theme = theme
        self.checked = checked
        self.texts: list[CheckedText] = []
        self.slots: list[str | Filled] = []
        self.plain: list[str | Filled] = []
        self._nowhere = Store([], {}, "", "", {})

    def slot(self, part: Part, *texts: int, needs: Needs = "texts") -> str:
        """A new slot that `part` fills with HTML; `texts` are the numbers of those it shows."""
        self.slots.append(self.settled(part, texts, needs))
        return f"%%{len(self.slots) - 1}%%"

    def say(self, part: Part, *texts: int, needs: Needs = "texts") -> None:
        """Add to the plain text; see `slot`."""
        self.plain.append(self.settled(part, texts, needs))

    def settled(self, part: Part, texts: Sequence[int], needs: Needs) -> str | Filled:
        """The words themselves where nothing changes them."""
        live = needs == "store"
        for number in texts:
            live = live or self.texts[number].has_tags
        return Filled(part, live) if live or needs == "language" else part(self._nowhere)

    def line(self, source: str) -> int:
        """A one-line text; the number under which it is rendered."""
        return self._take(self.checked.line(source))

    def paragraphs(self, source: str) -> int:
        """Paragraphs with markup; the number under which they are rendered."""
        return self._take(self.checked.paragraphs(source))

    def link(self, source: str) -> int:
        """A link; the number under which it is rendered."""
        return self._take(self.checked.address(source))

    def _take(self, checked: CheckedText) -> int:
        self.texts.append(checked)
        self._nowhere.texts.append("" if checked.has_tags else checked.source)
        return len(self.texts) - 1

    def shown(self, number: int) -> str:
        """A slot that shows a one-line text."""
        return self.slot(lambda store: text_to_html(store.texts[number]), number)

    def href(self, number: int) -> str:
        """A slot for a link in an attribute."""
        return self.slot(lambda store: html.escape(address_of(store.texts[number])), number)

    def fixed(self, words: str) -> str:
        """A slot for words without variables: nothing that people wrote reaches the MJML compiler."""
        self.slots.append(html.escape(words))
        return f"%%{len(self.slots) - 1}%%"

"""Slots: the numbered places of a document where a store's words go, and what fills them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from storesync.content.language import CompiledTexts
from storesync.content.markup import address_of, text_to_html
from storesync.content.rendering.store import Filled, Needs, Part, Store
from storesync.content.texts import MessageTexts
from storesync.content.theme import Theme


class Slots:
    """Texts of a message, the slots that show them, and the parts of its plain text.

    What no store and no language changes is written at once; so a part says which texts it shows, what it
    needs beyond them, and whether values go `through` it unchanged: then it works on the outlines of the
    texts, once for all stores.
    """

    def __init__(self, theme: Theme, checked: MessageTexts) -> None:
        self.theme = theme
        self.checked = checked
        self.texts = CompiledTexts([], checked.variables)
        self.slots: list[str | Filled] = []
        self.plain: list[str | Filled] = []
        self._nowhere = Store(self.texts.outlines, {}, "", "", {})

    def slot(self, part: Part, *texts: int, needs: Needs = "texts", through: bool = False) -> str:
        """A new slot that `part` fills with HTML; `texts` are the numbers of those it shows."""
        self.slots.append(self.settled(part, texts, needs, through=through))
        return f"%%{len(self.slots) - 1}%%"

    def say(self, part: Part, *texts: int, needs: Needs = "texts", through: bool = False) -> None:
        """Add to the plain text; see `slot`."""
        self.plain.append(self.settled(part, texts, needs, through=through))

    def settled(
        self, part: Part, texts: Sequence[int], needs: Needs = "texts", *, through: bool = False
    ) -> str | Filled:
        """The words themselves where nothing changes them."""
        checked = self.texts.texts
        tagged = [number for number in texts if checked[number].has_tags]
        if needs == "store" or (tagged and not (through and self.texts.whole.isdisjoint(tagged))):
            self.texts.whole.update(tagged)
            return Filled(part, live=True)
        return Filled(part, live=False) if tagged or needs == "language" else part(self._nowhere)

    def has_tags(self, number: int) -> bool:
        """Whether a text shows values or asks for them."""
        return self.texts.texts[number].has_tags

    def line(self, source: str) -> int:
        """A one-line text; the number under which it is rendered."""
        return self.texts.add(self.checked.line(source))

    def paragraphs(self, source: str) -> int:
        """Paragraphs with markup; the number under which they are rendered."""
        return self.texts.add(self.checked.paragraphs(source))

    def link(self, source: str) -> int:
        """A link; the number under which it is rendered."""
        return self.texts.add(self.checked.address(source))

    def shown(self, number: int) -> str:
        """A slot that shows a one-line text."""
        return self.slot(lambda store: text_to_html(store.texts[number]), number, through=True)

    def href(self, number: int) -> str:
        """A slot for a link in an attribute."""
        return self.slot(lambda store: html.escape(address_of(store.texts[number])), number, through=True)

    def fixed(self, words: str) -> str:
        """A slot for words without variables: nothing that people wrote reaches the MJML compiler."""
        self.slots.append(html.escape(words))
        return f"%%{len(self.slots) - 1}%%"

"""From blocks to MJML with slots, what fills each slot, and the plain text beside it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, Final

from storesync.content.blocks import (
    BaseBlock,
    ButtonBlock,
    DividerBlock,
    HeadingBlock,
    ImageBlock,
    LegalBlock,
    OfferBlock,
    ProductListBlock,
    StoreDetailsBlock,
    TextBlock,
    Tone,
)
from storesync.content.language import language_tag, without_marks
from storesync.content.markup import text_to_html
from storesync.content.rendering.details import add_store, foot
from storesync.content.rendering.document import Parts
from storesync.content.rendering.offers import add_offer, add_products
from storesync.content.rendering.ornaments import add_ornament
from storesync.content.rendering.sheet import Section, Sheet, aligned, paint
from storesync.content.rendering.slots import Slots
from storesync.content.rendering.words import (
    button_rows,
    divider_rows,
    heading_rows,
    image_rows,
    legal_rows,
    text_rows,
)
from storesync.content.texts import MessageTexts
from storesync.content.theme import Theme

# Keeps mail programs from filling the inbox line with the first words of the body.
_INBOX_LINE_END: Final = "&#847;&zwnj;&nbsp;" * 40


class Composer(Slots):
    """Walks the blocks once: MJML with slots, what fills each slot, and the plain text beside it."""

    def __init__(self, theme: Theme, checked: MessageTexts) -> None:
        super().__init__(theme, checked)
        self.sheet = Sheet(theme)

    def compose(self, subject: str, preheader: str, blocks: Sequence[Any]) -> None:
        """Take a whole message; `parts` and `plain` are complete afterwards."""
        self.line(subject)
        self.line(preheader)
        self.lines = [
            self.settled(lambda store: without_marks(store.texts[0]), (0,), through=True),
            self.settled(lambda store: without_marks(store.texts[1]), (1,), through=True),
        ]
        self.title = self.shown(0)
        self.language = self.slot(lambda store: language_tag(store.language), needs="language")
        self.preview = self.slot(
            lambda store: text_to_html(store.texts[1]) + (_INBOX_LINE_END if store.texts[1] else ""),
            1,
            through=True,
        )
        rest = self._opening(list(blocks))
        while rest:
            rest = self._next(rest)
        self.foot = foot(self)

    @property
    def parts(self) -> Parts:
        """What the document is made of."""
        return Parts(self.language, self.title, self.preview, self.sheet.mjml(opens=True), self.foot)

    # -- the opening

    def _opening(self, blocks: list[BaseBlock]) -> list[BaseBlock]:
        """The band on top; returns the blocks after it.

        It holds the brand, the first heading with a picture from edge to edge above or below it, and what
        follows on the background "band".
        """
        tone: Tone = "plain" if self.theme.character.ground == "paper" else "band"
        led = bool(blocks) and isinstance(blocks[0], HeadingBlock)
        self._wordmark(tone, air=14 if led else 0)
        self._hero(blocks, tone)
        if blocks and isinstance(first := blocks[0], HeadingBlock):
            self.sheet.rows(heading_rows(self, first, opening=tone), tone)
            del blocks[0]
        while blocks and getattr(blocks[0], "tone", "") == "band":
            match blocks[0]:
                case TextBlock() as text:
                    self.sheet.rows(text_rows(self, text, opening=tone), tone)
                case ButtonBlock() as button:
                    self.sheet.rows(button_rows(self, button, opening=tone), tone)
                case _:
                    break
            del blocks[0]
        self._hero(blocks, tone)
        add_ornament(self.sheet)
        return blocks

    def _wordmark(self, tone: Tone, *, air: int) -> None:
        brand = self.slot(lambda store: html.escape(store.facts.get("brand_name", "")), needs="store")
        colours = paint(self.theme, tone)
        self.sheet.rows(
            f'<mj-text css-class="{colours.ink_class}" mj-class="brand" color="{colours.ink}"'
            f'{aligned(self.theme, "auto")} padding="10px 0 {air}px">{brand}</mj-text>',
            tone,
        )
        self.say(lambda store: store.facts.get("brand_name", ""), needs="store")

    def _hero(self, blocks: list[BaseBlock], tone: Tone) -> None:
        """A picture from edge to edge that belongs to the opening."""
        if blocks and isinstance(image := blocks[0], ImageBlock) and image.width == "full":
            self._bleed(image, tone)
            del blocks[0]

    def _bleed(self, image: ImageBlock, tone: Tone) -> None:
        rows = image_rows(self, image, padding="0")
        self.sheet.add(Section(tone, f"<mj-column>{rows}</mj-column>", bleed=True))

    # -- the rest

    def _next(self, blocks: list[BaseBlock]) -> list[BaseBlock]:
        """Take the next block, or a picture and what stands beside it; returns the blocks after it."""
        block, rest = blocks[0], blocks[1:]
        sheet = self.sheet
        match block:
            case HeadingBlock():
                sheet.rows(heading_rows(self, block), block.tone)
            case TextBlock():
                sheet.rows(text_rows(self, block), block.tone)
            case ButtonBlock():
                sheet.rows(button_rows(self, block), block.tone)
            case ImageBlock(width="full"):
                self._bleed(block, block.tone)
            case ImageBlock(width="start" | "end") if beside := _beside(block, rest):
                self._media(block, beside)
                rest = rest[len(beside) :]
            case ImageBlock():
                radius = min(self.theme.character.radius, 12)
                sheet.rows(image_rows(self, block, radius=radius), block.tone)
            case OfferBlock():
                add_offer(self, sheet, block)
            case ProductListBlock():
                add_products(self, sheet, block)
            case DividerBlock():
                tone = self._tone_between(rest)
                sheet.rows(divider_rows(self, block, tone), tone)
            case StoreDetailsBlock():
                add_store(self, sheet, block)
            case LegalBlock():
                sheet.rows(legal_rows(self, block), "plain")
        return rest

    def _tone_between(self, rest: list[BaseBlock]) -> Tone:
        """A divider stands on the background of both its neighbours, else on the sheet."""
        before = self.sheet.sections[-1].tone
        after = getattr(rest[0], "tone", "plain") if rest else "plain"
        return before if before == after else "plain"

    def _media(self, image: ImageBlock, beside: list[BaseBlock]) -> None:
        """A picture with words beside it; on a phone the picture stands above them."""
        radius = min(self.theme.character.radius, 12)
        picture = image_rows(self, image, padding="20px 12px 4px", radius=radius)
        rows = ""
        for block in beside:
            match block:
                case HeadingBlock():
                    rows += heading_rows(self, block, align="start")
                case TextBlock():
                    rows += text_rows(self, block, align="start")
                case ButtonBlock():
                    rows += button_rows(self, block, align="start")
        flip = ' direction="@flip@"' if image.width == "end" else ""
        flow = ' direction="@flow@"' if image.width == "end" else ""
        self.sheet.add(
            Section(
                image.tone,
                f'<mj-column{flow} width="46%" vertical-align="middle">{picture}</mj-column>'
                f'<mj-column{flow} width="54%" vertical-align="middle" padding="0 12px">{rows}</mj-column>',
                css="pad media",
                sides=28,
                top=4,
                more=flip,
            )
        )


def _beside(image: ImageBlock, rest: list[BaseBlock]) -> list[BaseBlock]:
    """What stands beside a picture: the heading, the text and the button that follow, one of each at most."""
    found: list[BaseBlock] = []
    wanted: list[type[BaseBlock]] = [HeadingBlock, TextBlock, ButtonBlock]
    for block in rest:
        kinds = [kind for kind in wanted if isinstance(block, kind)]
        if not kinds or getattr(block, "tone", "plain") != image.tone:
            break
        wanted = wanted[wanted.index(kinds[0]) + 1 :]
        found.append(block)
    return found

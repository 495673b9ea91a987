"""From blocks to MJML with slots, what fills each slot, and the plain text beside it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from storesync.content.blocks import (
    ButtonBlock,
    DividerBlock,
    HeadingBlock,
    ImageBlock,
    LegalBlock,
    OfferBlock,
    Product,
    ProductListBlock,
    StoreDetailsBlock,
    TextBlock,
)
from storesync.content.language import (
    CheckedText,
    check_text,
    format_number,
    language_tag,
    recipient_mark,
    without_marks,
)
from storesync.content.markup import (
    address_of,
    check_address,
    check_markup,
    markup_to_html,
    markup_to_text,
    text_to_html,
)
from storesync.content.media import SMALL, media_url
from storesync.content.rendering.document import Parts
from storesync.content.rendering.store import (
    Part,
    Store,
    days_in_words,
    details_html,
    dialled,
    inline_styles,
    labelled,
    price_html,
    product_text,
    styled,
    underlined,
)
from storesync.content.theme import Theme
from storesync.content.variables import Variable

UNSUBSCRIBE: Final = recipient_mark("unsubscribe_url")
# Keeps mail programs from filling the inbox line with the first words of the body.
_INBOX_LINE_END: Final = "&#847;&zwnj;&nbsp;" * 40


class Composer:
    """Walks the blocks once: MJML with slots, what fills each slot, and the plain text beside it."""

    def __init__(self, theme: Theme, variables: Mapping[str, Variable]) -> None:
        self.theme = theme
        self.variables = variables
        self.texts: list[CheckedText] = []
        self.slots: list[Part] = []
        self.plain: list[Part] = []
        self.body: list[str] = []

    # -- slots

    def slot(self, part: Part) -> str:
        self.slots.append(part)
        return f"%%{len(self.slots) - 1}%%"

    def line(self, source: str) -> int:
        """A one-line text; the number under which it is rendered."""
        self.texts.append(check_text(source, self.variables, multiline=False))
        return len(self.texts) - 1

    def paragraphs(self, source: str) -> int:
        self.texts.append(check_markup(source, self.variables))
        return len(self.texts) - 1

    def link(self, source: str) -> int:
        self.texts.append(check_address(source, self.variables))
        return len(self.texts) - 1

    def shown(self, number: int) -> str:
        return self.slot(lambda store: text_to_html(store.texts[number]))

    def href(self, number: int) -> str:
        return self.slot(lambda store: html.escape(address_of(store.texts[number])))

    def say(self, part: Part) -> None:
        self.plain.append(part)

    # -- the message

    def compose(self, subject: str, preheader: str, blocks: Sequence[Any]) -> None:
        self.line(subject)
        self.line(preheader)
        self.title = self.shown(0)
        self.language = self.slot(lambda store: language_tag(store.language))
        self.preview = self.slot(
            lambda store: text_to_html(store.texts[1]) + (_INBOX_LINE_END if store.texts[1] else "")
        )
        self.brand = self.slot(lambda store: html.escape(store.facts.get("brand_name", "")))
        self.say(lambda store: store.facts.get("brand_name", ""))
        rest = list(blocks)
        banner = rest.pop(0) if rest and isinstance(rest[0], HeadingBlock) else None
        self.banner(banner)
        for block in rest:
            getattr(self, f"{block.type}_block")(block)
        self.footer()

    def banner(self, heading: HeadingBlock | None) -> None:
        """The band on top: the brand, and the first heading where the message begins with one."""
        self.band = f'<mj-text mj-class="brand" padding="0 0 {14 if heading else 0}px">{self.brand}</mj-text>'
        if heading is None:
            return
        number = self.line(heading.text)
        self.band += (
            '<mj-text mj-class="banner" padding="0"><h1 '
            'style="margin:0;font-size:inherit;line-height:inherit;'
            f'font-weight:inherit">{self.shown(number)}</h1></mj-text>'
        )
        self.say(lambda store: underlined(without_marks(store.texts[number])))

    def section(self, content: str, *, padding: str = "0 40px", more: str = "") -> None:
        self.body.append(
            f'<mj-section css-class="pad" padding="{padding}" '
            f"{more}><mj-column>{content}</mj-column></mj-section>"
        )

    def heading_block(self, block: HeadingBlock) -> None:
        number = self.line(block.text)
        size, line = (26, 34) if block.level == 1 else (20, 28)
        self.section(
            f'<mj-text css-class="ink" font-size="{size}px" line-height="{line}px" font-weight="700" '
            'padding="20px 0 4px"><h2 '
            'style="margin:0;font-size:inherit;line-height:inherit;font-weight:inherit">'
            f"{self.shown(number)}</h2></mj-text>"
        )
        self.say(lambda store: underlined(without_marks(store.texts[number])))

    def text_block(self, block: TextBlock) -> None:
        number = self.paragraphs(block.text)
        styles = inline_styles(self.theme.primary_text, "16px")
        content = self.slot(lambda store: styled(markup_to_html(store.texts[number]), styles))
        self.section(f'<mj-text css-class="ink" padding="12px 0 0">{content}</mj-text>')
        self.say(lambda store: markup_to_text(store.texts[number]))

    def image_block(self, block: ImageBlock) -> None:
        alt = self.line(block.alt)
        src = self.slot(lambda store: html.escape(media_url(block.src)))
        link = self.link(block.url) if block.url else None
        href = f'href="{self.href(link)}"' if link is not None else ""
        self.section(
            f'<mj-image src="{src}" alt="{self.shown(alt)}" {href} padding="16px 0 8px" border-radius="8px"/>'
        )

        def plain(store: Store) -> str:
            words = without_marks(store.texts[alt])
            return (
                labelled(words, address_of(store.texts[link])) if link is not None else words and f"[{words}]"
            )

        self.say(plain)

    def button_block(self, block: ButtonBlock) -> None:
        label, link = self.line(block.label), self.link(block.url)
        self.section(
            '<mj-button mj-class="button" css-class="button" '
            f'href="{self.href(link)}">{self.shown(label)}</mj-button>'
        )
        self.say(
            lambda store: labelled(without_marks(store.texts[label]), dialled(address_of(store.texts[link])))
        )

    def offer_block(self, block: OfferBlock) -> None:
        figure = self.figure(block)
        label, conditions = self.line(block.label), self.line(block.conditions)

        def days(store: Store) -> str:
            return days_in_words(block, store)

        def code(store: Store) -> str:
            return store.words["code"] % {"code": block.code} if block.code else ""

        rows = [
            '<mj-text css-class="figure" '
            f'mj-class="figure">{self.slot(lambda s: html.escape(figure(s)))}</mj-text>'
        ]
        if block.label:
            rows.append(f'<mj-text css-class="ink" mj-class="offer">{self.shown(label)}</mj-text>')
        if block.code:
            chip = self.slot(lambda store: html.escape(code(store)))
            rows.append(
                '<mj-text css-class="ink" align="center" padding="12px 24px 0"><span '
                'style="display:inline-block;'
                f"padding:6px 14px;border:2px dashed {self.theme.edge};border-radius:6px;font-weight:700;"
                f'letter-spacing:1px">{chip}</span></mj-text>'
            )
        if block.starts_on or block.ends_on:
            dates = self.slot(lambda store: html.escape(days(store)))
            rows.append(f'<mj-text css-class="ink" mj-class="days">{dates}</mj-text>')
        if block.conditions:
            rows.append(
                f'<mj-text css-class="quiet" mj-class="small-print">{self.shown(conditions)}</mj-text>'
            )
        self.card("".join(rows))

        def plain(store: Store) -> str:
            lines = (
                f"* {figure(store)} {without_marks(store.texts[label])}".rstrip() + " *",
                code(store),
                days(store),
                without_marks(store.texts[conditions]),
            )
            return "\n".join(filter(None, lines))

        self.say(plain)

    def figure(self, block: OfferBlock) -> Part:
        """The big figure of an offer, as the store's language writes it."""
        if block.unit != "text" and "{" not in block.value:
            amount = Decimal(block.value)
            return lambda store: format_number(amount, block.unit, store.language, store.currency)
        source = block.value if block.unit == "text" else block.value.replace("}}", f"|{block.unit} }}}}")
        number = self.line(source)
        return lambda store: without_marks(store.texts[number])

    def product_list_block(self, block: ProductListBlock) -> None:
        """Two beside each other, one below the other on a phone."""
        products = block.products
        for first in range(0, len(products), 2):
            pair = products[first : first + 2]
            columns = "".join(self.product(product) for product in pair)
            if len(pair) == 1 and len(products) > 1:
                columns += '<mj-column width="50%"></mj-column>'
            self.body.append(f'<mj-section css-class="shelf" padding="8px 32px">{columns}</mj-section>')
        for product in products:
            self.say(lambda store, product=product: product_text(product, store))  # type: ignore[misc]

    def product(self, product: Product) -> str:
        rows = []
        name = self.slot(lambda store: html.escape(product.name))
        href = f'href="{self.slot(lambda store: html.escape(product.url))}"' if product.url else ""
        if product.image:
            src = self.slot(lambda store: html.escape(media_url(product.image, width=SMALL)))
            rows.append(f'<mj-image src="{src}" alt="{name}" {href} padding="8px" border-radius="8px"/>')
        rows.append(f'<mj-text css-class="ink" padding="4px 8px 0" font-weight="650">{name}</mj-text>')
        if product.note:
            note = self.slot(lambda store: html.escape(product.note))
            rows.append(f'<mj-text css-class="quiet" mj-class="note">{note}</mj-text>')
        if product.price:
            price = self.slot(lambda store: price_html(product, store))
            rows.append(
                f'<mj-text css-class="figure" padding="2px 8px 8px" font-size="18px" font-weight="700" '
                f'color="{self.theme.primary_text}">{price}</mj-text>'
            )
        return f'<mj-column width="50%">{"".join(rows)}</mj-column>'

    def divider_block(self, block: DividerBlock) -> None:
        self.section(
            f'<mj-divider border-width="1px" border-color="{self.theme.edge}" padding="24px 0 8px"/>'
        )
        self.say(lambda store: "-" * 40)

    def store_details_block(self, block: StoreDetailsBlock) -> None:
        title = self.line(block.title)
        rows = (
            (block.show_address, "address", "location_address"),
            (block.show_opening_hours, "hours", "location_opening_hours"),
            (block.show_phone, "phone", "location_phone"),
        )
        wanted = [(word, fact) for show, word, fact in rows if show]
        theme = self.theme

        def shown(store: Store) -> str:
            return details_html(wanted, store, theme, with_map=block.show_map)

        def plain(store: Store) -> str:
            lines = [without_marks(store.texts[title])]
            lines += [f"{store.words[w]}: {store.facts[f]}" for w, f in wanted if store.facts.get(f)]
            if block.show_map and store.facts.get("location_map_url"):
                lines.append(labelled(store.words["map"], store.facts["location_map_url"]))
            return "\n".join(lines)

        self.card(
            '<mj-text css-class="ink" padding="0 24px 8px" font-size="18px" line-height="26px" '
            'font-weight="700">'
            f"{self.shown(title)}</mj-text>"
            '<mj-text css-class="ink" padding="0 24px" font-size="15px" '
            f'line-height="23px">{self.slot(shown)}</mj-text>'
        )
        self.say(plain)

    def legal_block(self, block: LegalBlock) -> None:
        number = self.paragraphs(block.text)
        styles = inline_styles(self.theme.muted, "8px")
        content = self.slot(lambda store: styled(markup_to_html(store.texts[number]), styles))
        self.section(f'<mj-text css-class="quiet" mj-class="legal" padding="20px 0 0">{content}</mj-text>')
        self.say(lambda store: markup_to_text(store.texts[number]))

    def card(self, content: str) -> None:
        """A tinted box inside the sheet."""
        theme = self.theme
        self.body.append(
            f'<mj-section css-class="pad" padding="20px 40px 4px"><mj-column css-class="card" padding="0" '
            f'inner-background-color="{theme.soft}" inner-border="1px solid {theme.edge}" '
            'inner-border-radius="10px">'
            f'<mj-spacer height="22px"/>{content}<mj-spacer height="22px"/></mj-column></mj-section>'
        )

    def footer(self) -> None:
        """Who sends this, from where, why, and the way out (rules S8, C1)."""

        def sender(store: Store) -> str:
            return store.facts.get("location_name", "")

        def address(store: Store) -> str:
            return store.facts.get("location_address") or store.facts.get("brand_postal_address", "")

        def why(store: Store) -> str:
            return store.words["why"] % {"brand": store.facts.get("brand_name", "")}

        name = self.slot(lambda store: html.escape(sender(store)))
        where = self.slot(lambda store: html.escape(address(store)))
        reason = self.slot(lambda store: html.escape(why(store)))
        out = self.slot(lambda store: html.escape(store.words["unsubscribe"]))
        link = self.slot(lambda store: UNSUBSCRIBE)
        self.foot = (
            f'<mj-text css-class="quiet" mj-class="foot" font-weight="650">{name}</mj-text>'
            f'<mj-text css-class="quiet" mj-class="foot">{where}</mj-text>'
            f'<mj-text css-class="quiet" mj-class="foot" padding="12px 0 0">{reason}</mj-text>'
            f'<mj-text css-class="quiet" mj-class="foot" padding="4px 0 0"><a href="{link}" '
            f'style="color:{self.theme.muted};text-decoration:underline">{out}</a></mj-text>'
        )
        self.say(
            lambda store: "\n".join(
                [
                    "-- ",
                    sender(store),
                    address(store),
                    why(store),
                    f"{store.words['unsubscribe']}: {UNSUBSCRIBE}",
                ]
            )
        )

    @property
    def parts(self) -> Parts:
        """What the document is made of."""
        return Parts(self.language, self.title, self.preview, self.band, self.body, self.foot)

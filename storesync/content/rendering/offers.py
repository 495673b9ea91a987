"""Offers and products."""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Final, NamedTuple

from storesync.content.blocks import OfferBlock, Product, ProductListBlock
from storesync.content.language import format_number, without_marks
from storesync.content.media import SMALL, media_url
from storesync.content.rendering.sheet import Paint, Section, Sheet, box, paint
from storesync.content.rendering.slots import Slots
from storesync.content.rendering.store import Part, Store, days_in_words, price_html, product_text

# Longer figures, such as "three for two", are set smaller.
_SHORT: Final = 8


class _Figure(NamedTuple):
    """What fills the figure of an offer, and the numbers of the texts it shows."""

    part: Part
    texts: tuple[int, ...] = ()


def add_offer(slots: Slots, sheet: Sheet, block: OfferBlock) -> None:
    """An offer as a box, a coupon or a banner."""
    theme = slots.theme
    banner = block.layout == "banner"
    look = "coupon" if block.layout == "coupon" else theme.character.figure
    colours = paint(theme, "band" if banner or look == "solid" else "plain")
    figure = _figure(slots, block)
    big = _big(slots, block, colours, figure)
    words = _words(slots, block, colours, figure, side="" if banner else ' align="center"')
    if not banner:
        sheet.add(box(theme, big + words, look))
        return
    sheet.add(
        Section(
            "band",
            f'<mj-column width="42%" vertical-align="middle">{big}</mj-column>'
            f'<mj-column width="58%" vertical-align="middle">{words}</mj-column>',
            css="pad strip",
            sides=24,
            top=12,
        )
    )


def _big(slots: Slots, block: OfferBlock, colours: Paint, figure: _Figure) -> str:
    size = slots.theme.character.figure_size
    if block.layout == "banner":
        size = min(size, 44 if block.unit == "money" else 60)
    if block.unit == "text" and ("{" in block.value or len(block.value) > _SHORT):
        size = round(size * 0.62)
    name = {"percent": "big", "money": "sum", "text": "sum"}[block.unit]
    shown = slots.slot(
        lambda store: html.escape(figure.part(store)), *figure.texts, needs="language", through=True
    )
    return (
        f'<mj-text css-class="{colours.figure_class} {name}" mj-class="figure" color="{colours.figure}" '
        f'font-size="{size}px" line-height="{round(size * 1.12)}px">{shown}</mj-text>'
    )


def _words(slots: Slots, block: OfferBlock, colours: Paint, figure: _Figure, *, side: str) -> str:
    """The label, the code, the days and the conditions; the same in plain text."""
    label, conditions = slots.line(block.label), slots.line(block.conditions)

    def code(store: Store) -> str:
        return store.words["code"] % {"code": block.code} if block.code else ""

    def plain(store: Store) -> str:
        lines = (
            f"* {figure.part(store)} {without_marks(store.texts[label])}".rstrip() + " *",
            code(store),
            days_in_words(block, store),
            without_marks(store.texts[conditions]),
        )
        return "\n".join(filter(None, lines))

    slots.say(plain, *figure.texts, label, conditions, needs="language")
    ink = f'css-class="{colours.ink_class}" color="{colours.ink}"{side}'
    rows = []
    if block.label:
        rows.append(f'<mj-text {ink} mj-class="offer">{slots.shown(label)}</mj-text>')
    if block.code:
        chip = slots.slot(lambda store: html.escape(code(store)), needs="language")
        rows.append(
            f'<mj-text {ink} padding="16px 24px 2px"><span class="chip" '
            f'style="{_chip(colours, block)}">{chip}</span></mj-text>'
        )
    if block.starts_on or block.ends_on:
        dates = slots.slot(lambda store: html.escape(days_in_words(block, store)), needs="language")
        rows.append(f'<mj-text {ink} mj-class="days">{dates}</mj-text>')
    if block.conditions:
        rows.append(
            f'<mj-text css-class="{colours.quiet_class}" mj-class="small-print" '
            f'color="{colours.quiet}"{side}>{slots.shown(conditions)}</mj-text>'
        )
    return "".join(rows)


def _chip(colours: Paint, block: OfferBlock) -> str:
    """The code stands out, so that it can be found and read out at the till."""
    shape = "display:inline-block;border-radius:6px;font-weight:700;letter-spacing:1px;line-height:26px;"
    if block.layout == "coupon":
        return (
            f"{shape}background:{colours.button};color:{colours.on_button};padding:11px 26px;font-size:19px"
        )
    return f"{shape}border:2px dashed {colours.figure};padding:6px 16px"


def _figure(slots: Slots, block: OfferBlock) -> _Figure:
    """The big figure of an offer, as the store's language writes it."""
    if block.unit != "text" and "{" not in block.value:
        amount = Decimal(block.value)
        return _Figure(lambda store: format_number(amount, block.unit, store.language, store.currency))
    source = block.value if block.unit == "text" else block.value.replace("}}", f"|{block.unit} }}}}")
    number = slots.line(source)
    return _Figure(lambda store: without_marks(store.texts[number]), (number,))


# -- products


def add_products(slots: Slots, sheet: Sheet, block: ProductListBlock) -> None:
    """Products beside each other, or one below the other with the picture at the start."""
    if block.layout == "rows":
        for product in block.products:
            sheet.add(_row(slots, block, product))
    else:
        _add_grid(slots, sheet, block, 3 if block.layout == "grid3" else 2)
    slots.say(
        lambda store: "\n".join(product_text(product, store) for product in block.products), needs="language"
    )


def _add_grid(slots: Slots, sheet: Sheet, block: ProductListBlock, across: int) -> None:
    products = block.products
    width = f"{100 / across:.4f}".rstrip("0").rstrip(".") + "%"
    for first in range(0, len(products), across):
        shelf = products[first : first + across]
        columns = "".join(
            f'<mj-column width="{width}">{_product(slots, block, product)}</mj-column>' for product in shelf
        )
        # A last shelf that is not full keeps its places; a single product may stand in the middle.
        if len(products) > 1:
            columns += f'<mj-column width="{width}"></mj-column>' * (across - len(shelf))
        # A group: they stay beside each other on a phone too.
        css = "shelf" if across == 2 else "shelf trio"
        sheet.add(Section(block.tone, f"<mj-group>{columns}</mj-group>", css=css, sides=30, top=12))


def _row(slots: Slots, block: ProductListBlock, product: Product) -> Section:
    words = _product_words(slots, block, product)
    if not product.image:
        return Section(block.tone, f"<mj-column>{words}</mj-column>", css="shelf", sides=30, top=14)
    picture = f'<mj-column width="36%" vertical-align="middle">{_picture(slots, product)}</mj-column>'
    content = f'<mj-column width="64%" vertical-align="middle">{words}</mj-column>'
    return Section(block.tone, f"<mj-group>{picture}{content}</mj-group>", css="shelf", sides=30, top=14)


def _product(slots: Slots, block: ProductListBlock, product: Product) -> str:
    picture = _picture(slots, product) if product.image else ""
    return picture + _product_words(slots, block, product)


def _picture(slots: Slots, product: Product) -> str:
    src = slots.fixed(media_url(product.image, width=SMALL))
    href = f' href="{slots.fixed(product.url)}"' if product.url else ""
    radius = min(slots.theme.character.radius, 12)
    return (
        f'<mj-image src="{src}" alt="{slots.fixed(product.name)}"{href} padding="8px 10px" '
        f'fluid-on-mobile="true" border-radius="{radius}px"/>'
    )


def _product_words(slots: Slots, block: ProductListBlock, product: Product) -> str:
    colours = paint(slots.theme, block.tone)
    name = slots.fixed(product.name)
    if product.url and not product.image:
        name = (
            f'<a href="{slots.fixed(product.url)}" style="color:{colours.link};'
            f'text-decoration:underline">{name}</a>'
        )
    rows = [
        f'<mj-text css-class="{colours.ink_class}" mj-class="product" color="{colours.ink}">{name}</mj-text>'
    ]
    if product.note:
        rows.append(
            f'<mj-text css-class="{colours.quiet_class}" mj-class="note" color="{colours.quiet}">'
            f"{slots.fixed(product.note)}</mj-text>"
        )
    if product.price:
        price = slots.slot(lambda store: price_html(product, store), needs="language")
        colour, name_ = (
            (colours.accent, colours.accent_class)
            if product.old_price
            else (colours.figure, colours.figure_class)
        )
        rows.append(f'<mj-text css-class="{name_}" mj-class="price" color="{colour}">{price}</mj-text>')
    return "".join(rows)

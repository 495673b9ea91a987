"""What one rendering knows of a store, and how its facts are written in a message."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from babel.dates import format_interval
from django.utils import translation
from django.utils.translation import gettext as _

from storesync.content.blocks import (
    OfferBlock,
    Product,
)
from storesync.content.language import (
    MAX_HOLES,
    cut_at_holes,
    format_day,
    format_number,
    in_address,
    language_tag,
    locale_of,
    read_hole,
)

Part = Callable[["Store"], str]
Needs = Literal["texts", "language", "store"]
"""What a part is made of: its texts alone, words and figures in a language, or facts of a store."""


@dataclass(slots=True)
class Store:
    """What one rendering knows.

    Attributes:
        texts: outlines, and the texts that some part needs whole (`CompiledTexts`).
        holes: what fills the holes of the outlines; `escaped`: the same as HTML.
    """

    texts: list[str]
    facts: Mapping[str, str]
    language: str
    currency: str
    words: Mapping[str, str]
    holes: list[str] = field(default_factory=list)
    escaped: list[str] = field(default_factory=list)


class Filled(NamedTuple):
    """What fills a place; `live`: by the facts and values of a store, not by its language alone."""

    part: Part
    live: bool

    def pieces(self, store: Store, *, markup: bool) -> list[str | Part]:
        """What stores of a language share, and the parts that each of them fills in between."""
        if self.live:
            return [self.part]
        words = self.part(store)
        # Most have no hole, and none is ASCII.
        if words.isascii():
            return [words] if words else []
        before, *rest = cut_at_holes(words)
        found: list[str | Part] = [before] if before else []
        for mark, after in zip(rest[::2], rest[1::2], strict=True):
            found.append(_filled_hole(mark, markup))
            if after:
                found.append(after)
        return found

    def whole(self, store: Store) -> str | Part:
        """The same for plain text, in one piece."""
        pieces = self.pieces(store, markup=False)
        if len(pieces) < 2:
            return pieces[0] if pieces else ""
        return lambda store: "".join([one if isinstance(one, str) else one(store) for one in pieces])


@lru_cache(maxsize=4 * MAX_HOLES)
def _filled_hole(mark: str, markup: bool) -> Part:
    number, encoded = read_hole(mark)
    if encoded:
        # Nothing is left in it that HTML would need escaped.
        return lambda store: in_address(store.holes[number])
    if markup:
        return lambda store: store.escaped[number]
    return lambda store: store.holes[number]


@lru_cache(maxsize=64)
def words_of(language: str) -> Mapping[str, str]:
    """The product's own words in a message, in the language of the store."""
    with translation.override(language_tag(language)):
        return {
            "why": _("You get this e-mail because you signed up for news from %(brand)s at this store."),
            "unsubscribe": _("Unsubscribe"),
            "hours": _("Opening hours"),
            "phone": _("Phone"),
            "address": _("Address"),
            "map": _("Show on the map"),
            "code": _("Code: %(code)s"),
            "from": _("From %(day)s"),
            "until": _("Until %(day)s"),
            "instead_of": _("instead of %(price)s"),
        }


def inline_styles(link: str, gap: str) -> tuple[tuple[str, str], ...]:
    return (
        ("<p>", f'<p style="margin:0 0 {gap}">'),
        ("<ul>", f'<ul style="margin:0 0 {gap};padding:0 22px">'),
        ("<li>", '<li style="margin:0 0 4px">'),
        ("<a ", f'<a style="color:{link};text-decoration:underline" '),
    )


def styled(clean: str, styles: Iterable[tuple[str, str]]) -> str:
    """Clean markup with its styles inline, as mail programs want them."""
    for tag, styled in styles:
        clean = clean.replace(tag, styled)
    return clean


def underlined(text: str, line: str) -> str:
    """A heading of the plain text, with a line of this character below it."""
    return f"{text}\n{line * min(len(text), 60)}" if text else ""


def labelled(label: str, address: str) -> str:
    return f"{label}: {address}" if label else address


def dialled(address: str) -> str:
    return re.sub(r"^(tel|mailto):", "", address)


def days_in_words(block: OfferBlock, store: Store) -> str:
    """The days of an offer, as the store's language writes them."""
    if block.starts_on and block.ends_on:
        return str(format_interval(block.starts_on, block.ends_on, "yMMMd", locale=locale_of(store.language)))
    if block.ends_on:
        return store.words["until"] % {"day": format_day(block.ends_on, "long", store.language)}
    if block.starts_on:
        return store.words["from"] % {"day": format_day(block.starts_on, "long", store.language)}
    return ""


def price_in_words(amount: str, store: Store) -> str:
    return format_number(Decimal(amount), "money", store.language, store.currency)


def price_html(product: Product, store: Store) -> str:
    price = html.escape(price_in_words(product.price, store))
    if not product.old_price:
        return price
    old = html.escape(price_in_words(product.old_price, store))
    return f'{price} <s style="font-size:14px;font-weight:400">{old}</s>'


def product_text(product: Product, store: Store) -> str:
    line = f"- {product.name}"
    if product.price:
        line += f": {price_in_words(product.price, store)}"
        if product.old_price:
            line += f" ({store.words['instead_of'] % {'price': price_in_words(product.old_price, store)}})"
    return "\n  ".join(filter(None, [line, product.note, product.url]))

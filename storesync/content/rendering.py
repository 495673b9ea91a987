"""From blocks to a message: MJML compiled once per structure, filled per store (rule T7).

Nothing people write ever reaches the MJML compiler: the composer puts numbered slots where words go, the
compiled HTML is cut at the slots, and rendering a store joins the pieces with its escaped words. So one
compiled message serves ten thousand stores, and all messages of the same structure share one run of the
compiler.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel.dates import format_interval
from django.utils import translation
from django.utils.translation import gettext as _
from mjml import mjml2html

from storesync.content.blocks import (
    BlockError,
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
    dump_blocks,
    validate_blocks,
)
from storesync.content.language import (
    CheckedText,
    CompiledTexts,
    MissingValue,
    TemplateTextError,
    check_text,
    format_day,
    format_number,
    locale_of,
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
from storesync.content.theme import NIGHT, PAPER, Theme
from storesync.content.variables import Variable

MAX_SUBJECT: Final = 200
MAX_PREHEADER: Final = 200
GMAIL_CLIPS_AT: Final = 102 * 1024
UNSUBSCRIBE: Final = recipient_mark("unsubscribe_url")
_SLOT = re.compile(r"%%(\d+)%%")
_FONT: Final = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# Keeps mail programs from filling the inbox line with the first words of the body.
_INBOX_LINE_END: Final = "&#847;&zwnj;&nbsp;" * 40


class ContentInvalid(ValueError):
    """Content that cannot be compiled; `errors` says what is wrong, and where."""

    def __init__(self, errors: Sequence[BlockError]) -> None:
        super().__init__("; ".join(f"{e.block_id or '-'}.{e.field}: {e.message}" for e in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message for one store; the marks of recipient fields in it are filled at sending."""

    subject: str
    preheader: str
    html: str
    text: str
    missing: tuple[MissingValue, ...]

    @property
    def size(self) -> int:
        """Bytes of the HTML part; Gmail clips it at 102 KB (rule T7)."""
        return len(self.html.encode())


@dataclass(slots=True)
class _Store:
    """What one rendering knows."""

    texts: list[str]
    facts: Mapping[str, str]
    language: str
    currency: str
    words: Mapping[str, str]


_Part = Callable[[_Store], str]


@lru_cache(maxsize=64)
def _words(language: str) -> Mapping[str, str]:
    """The product's own words in a message, in the language of the store."""
    with translation.override(language):
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


class CompiledMessage:
    """A message of one template version (or of one store's edits of it), ready to render for any store."""

    def __init__(
        self,
        *,
        subject: str,
        preheader: str,
        blocks: Sequence[Any],
        variables: Mapping[str, Variable],
        theme: Theme,
    ) -> None:
        self.subject = subject
        self.preheader = preheader
        self.blocks = tuple(blocks)
        self.plain_blocks = dump_blocks(self.blocks)
        self.theme = theme
        self._composer = _Composer(theme, variables)
        self._composer.compose(subject, preheader, self.blocks)
        self._texts = CompiledTexts(self._composer.texts, variables)
        self.variables: frozenset[str] = frozenset().union(*(t.variables for t in self._composer.texts))
        self._pieces: dict[str, list[str | int]] = {}

    def _html_pieces(self, direction: str) -> list[str | int]:
        """The compiled HTML cut at its slots: text, number of a slot, text, ..."""
        if direction not in self._pieces:
            cut = _SLOT.split(_compile_mjml(self._composer.document(direction)))
            self._pieces[direction] = [int(p) if n % 2 else p for n, p in enumerate(cut)]
        return self._pieces[direction]

    def render(self, facts: Mapping[str, str], values: Mapping[str, str]) -> RenderedMessage:
        """The message of one store.

        Args:
            facts: of `location_facts`; `location_language` and `currency` decide how things are written.
            values: of the roll-out, as `validate_values` gives them.

        The same arguments give the same bytes. Variables without value and fallback are in `missing`
        (rule T3): such a message must not be sent, and submission refuses it.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        language = facts.get("location_language") or "en"
        currency = facts.get("currency") or ""
        texts, missing = self._texts.render({**values, **facts}, language=language, currency=currency)
        store = _Store(texts, facts, language, currency, _words(language))
        composer = self._composer
        filled = [part(store) for part in composer.slots]
        pieces = self._html_pieces(locale_of(language).text_direction)
        body = "".join([filled[p] if isinstance(p, int) else p for p in pieces])
        plain = "\n\n".join(text for part in composer.plain if (text := part(store).strip()))
        return RenderedMessage(
            subject=" ".join(without_marks(texts[0]).split()),
            preheader=" ".join(without_marks(texts[1]).split()),
            html=body,
            text=plain + "\n",
            missing=missing + _missing_footer(facts, missing),
        )


def _missing_footer(facts: Mapping[str, str], already: tuple[MissingValue, ...]) -> tuple[MissingValue, ...]:
    """Rule S8: the footer needs a postal address."""
    if facts.get("location_address") or facts.get("brand_postal_address"):
        return ()
    if any(value.name == "location_address" for value in already):
        return ()
    return (MissingValue("location_address", _("Address of the store"), "store"),)


@lru_cache(maxsize=512)
def _compile_mjml(document: str) -> str:
    return str(mjml2html(document, disable_comments=False))


def compile_message(
    *,
    subject: str,
    preheader: str,
    blocks: Sequence[Any],
    variables: Mapping[str, Variable],
    theme: Theme,
) -> CompiledMessage:
    """Check and compile a message; equal content gives the same compiled message again without work.

    Args:
        subject: one line of template text.
        preheader: one line of template text, shown in the inbox after the subject.
        blocks: blocks, or their plain data as the database keeps it.
        variables: what `variable_set` gives.
        theme: colours, from `theme_of`.

    Raises:
        ContentInvalid: with every error and its place.
    """
    plain = [block if isinstance(block, dict) else block.model_dump(mode="json") for block in blocks]
    declared = [variables[name].model_dump() for name in sorted(variables)]
    key = json.dumps([subject, preheader, plain, declared, theme.model_dump()], sort_keys=True)
    return _compile(key)


@lru_cache(maxsize=256)
def _compile(key: str) -> CompiledMessage:
    subject, preheader, plain, declared, look = json.loads(key)
    variables = {given["name"]: Variable.model_validate(given) for given in declared}
    errors = line_errors(subject, preheader, variables)
    blocks, block_errors = validate_blocks(plain, variables)
    if errors or block_errors:
        raise ContentInvalid([*errors, *block_errors])
    return CompiledMessage(
        subject=subject,
        preheader=preheader,
        blocks=blocks,
        variables=variables,
        theme=Theme.model_validate(look),
    )


def line_errors(subject: str, preheader: str, variables: Mapping[str, Variable]) -> list[BlockError]:
    """What is wrong with subject and preheader."""
    errors = []
    if not subject.strip():
        errors.append(BlockError("", "subject", _("The subject must not be empty.")))
    for field, text, limit in (("subject", subject, MAX_SUBJECT), ("preheader", preheader, MAX_PREHEADER)):
        try:
            check_text(text, variables, multiline=False, max_length=limit)
        except TemplateTextError as refusal:
            errors.append(BlockError("", field, refusal.message, refusal.line, refusal.column))
    return errors


# -- composing --


class _Composer:
    """Walks the blocks once: MJML with slots, what fills each slot, and the plain text beside it."""

    def __init__(self, theme: Theme, variables: Mapping[str, Variable]) -> None:
        self.theme = theme
        self.variables = variables
        self.texts: list[CheckedText] = []
        self.slots: list[_Part] = []
        self.plain: list[_Part] = []
        self.body: list[str] = []

    # -- slots

    def slot(self, part: _Part) -> str:
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

    def say(self, part: _Part) -> None:
        self.plain.append(part)

    # -- the message

    def compose(self, subject: str, preheader: str, blocks: Sequence[Any]) -> None:
        self.line(subject)
        self.line(preheader)
        self.title = self.shown(0)
        self.language = self.slot(lambda store: html.escape(store.language.replace("_", "-")))
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
        self.say(lambda store: _underlined(without_marks(store.texts[number])))

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
        self.say(lambda store: _underlined(without_marks(store.texts[number])))

    def text_block(self, block: TextBlock) -> None:
        number = self.paragraphs(block.text)
        styled = _styles(self.theme.primary_text, "16px")
        content = self.slot(lambda store: _styled(markup_to_html(store.texts[number]), styled))
        self.section(f'<mj-text css-class="ink" padding="12px 0 0">{content}</mj-text>')
        self.say(lambda store: markup_to_text(store.texts[number]))

    def image_block(self, block: ImageBlock) -> None:
        alt = self.line(block.alt)
        src = self.slot(lambda store: html.escape(block.src))
        link = self.link(block.url) if block.url else None
        href = f'href="{self.href(link)}"' if link is not None else ""
        self.section(
            f'<mj-image src="{src}" alt="{self.shown(alt)}" {href} padding="16px 0 8px" border-radius="8px"/>'
        )

        def plain(store: _Store) -> str:
            words = without_marks(store.texts[alt])
            return (
                _labelled(words, address_of(store.texts[link]))
                if link is not None
                else words and f"[{words}]"
            )

        self.say(plain)

    def button_block(self, block: ButtonBlock) -> None:
        label, link = self.line(block.label), self.link(block.url)
        self.section(
            '<mj-button mj-class="button" css-class="button" '
            f'href="{self.href(link)}">{self.shown(label)}</mj-button>'
        )
        self.say(
            lambda store: _labelled(
                without_marks(store.texts[label]), _dialled(address_of(store.texts[link]))
            )
        )

    def offer_block(self, block: OfferBlock) -> None:
        figure = self.figure(block)
        label, conditions = self.line(block.label), self.line(block.conditions)

        def days(store: _Store) -> str:
            return _days(block, store)

        def code(store: _Store) -> str:
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

        def plain(store: _Store) -> str:
            lines = (
                f"* {figure(store)} {without_marks(store.texts[label])}".rstrip() + " *",
                code(store),
                days(store),
                without_marks(store.texts[conditions]),
            )
            return "\n".join(filter(None, lines))

        self.say(plain)

    def figure(self, block: OfferBlock) -> _Part:
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
            self.say(lambda store, product=product: _product_text(product, store))  # type: ignore[misc]

    def product(self, product: Product) -> str:
        rows = []
        name = self.slot(lambda store: html.escape(product.name))
        href = f'href="{self.slot(lambda store: html.escape(product.url))}"' if product.url else ""
        if product.image:
            src = self.slot(lambda store: html.escape(product.image))
            rows.append(f'<mj-image src="{src}" alt="{name}" {href} padding="8px" border-radius="8px"/>')
        rows.append(f'<mj-text css-class="ink" padding="4px 8px 0" font-weight="650">{name}</mj-text>')
        if product.note:
            note = self.slot(lambda store: html.escape(product.note))
            rows.append(f'<mj-text css-class="quiet" mj-class="note">{note}</mj-text>')
        if product.price:
            price = self.slot(lambda store: _price_html(product, store))
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

        def shown(store: _Store) -> str:
            return _details_html(wanted, store, theme, with_map=block.show_map)

        def plain(store: _Store) -> str:
            lines = [without_marks(store.texts[title])]
            lines += [f"{store.words[w]}: {store.facts[f]}" for w, f in wanted if store.facts.get(f)]
            if block.show_map and store.facts.get("location_map_url"):
                lines.append(_labelled(store.words["map"], store.facts["location_map_url"]))
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
        styled = _styles(self.theme.muted, "8px")
        content = self.slot(lambda store: _styled(markup_to_html(store.texts[number]), styled))
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

        def sender(store: _Store) -> str:
            return store.facts.get("location_name", "")

        def address(store: _Store) -> str:
            return store.facts.get("location_address") or store.facts.get("brand_postal_address", "")

        def why(store: _Store) -> str:
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

    # -- the document

    def document(self, direction: str) -> str:
        """The MJML of the whole message; only slots, no words."""
        theme = self.theme
        start = "right" if direction == "rtl" else "left"
        body = "".join(self.body).replace("<mj-section ", f'<mj-section direction="{direction}" ')
        return (
            f'<mjml lang="{self.language}" dir="{direction}"><mj-head><mj-title>{self.title}</mj-title>'
            f"<mj-preview>{self.preview}</mj-preview>"
            '<mj-raw><meta name="color-scheme" content="light dark" />'
            '<meta name="supported-color-schemes" content="light dark" />'
            '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no" /></mj-raw>'
            f'<mj-attributes><mj-all font-family="{_FONT}"/>'
            f'<mj-text align="{start}" font-size="16px" line-height="26px" color="#1c2130" padding="0"/>'
            '<mj-section padding="0"/><mj-column padding="0"/>'
            f'<mj-class name="brand" align="center" color="{theme.on_band}" font-size="14px" '
            'line-height="20px" '
            'font-weight="700" letter-spacing="2px" text-transform="uppercase"/>'
            f'<mj-class name="banner" align="center" color="{theme.on_band}" font-size="34px" '
            'line-height="42px" '
            'font-weight="800"/>'
            f'<mj-class name="button" background-color="{theme.button}" color="{theme.on_button}" '
            'font-size="16px" '
            'font-weight="700" line-height="24px" border-radius="8px" inner-padding="14px 32px" '
            'padding="22px 0 6px"/>'
            f'<mj-class name="figure" align="center" color="{theme.primary_text}" font-size="60px" '
            'line-height="66px" font-weight="800" padding="0 16px"/>'
            '<mj-class name="offer" align="center" font-size="20px" line-height="28px" font-weight="650" '
            'padding="4px 24px 0"/>'
            '<mj-class name="days" align="center" font-size="15px" line-height="22px" padding="10px 24px 0"/>'
            f'<mj-class name="small-print" align="center" color="{theme.muted}" font-size="13px" '
            'line-height="20px" '
            'padding="6px 24px 0"/>'
            f'<mj-class name="note" color="{theme.muted}" font-size="14px" line-height="20px" '
            'padding="0 8px"/>'
            f'<mj-class name="legal" color="{theme.muted}" font-size="13px" line-height="20px"/>'
            f'<mj-class name="foot" align="center" color="{theme.muted}" font-size="13px" '
            'line-height="20px"/>'
            f"</mj-attributes><mj-style>{_style(theme)}</mj-style></mj-head>"
            f'<mj-body width="600px" background-color="{theme.background}" css-class="page">'
            '<mj-section padding="12px 0"><mj-column><mj-spacer height="1px"/></mj-column></mj-section>'
            f'<mj-section css-class="band" background-color="{theme.band}" border-radius="12px 12px 0 0" '
            f'padding="32px 32px 34px"><mj-column>{self.band}</mj-column></mj-section>'
            f'<mj-wrapper css-class="sheet" background-color="{PAPER}" padding="16px 0 36px" '
            f'border-radius="0 0 12px 12px">{body}</mj-wrapper>'
            f'<mj-section padding="24px 32px 36px"><mj-column>{self.foot}</mj-column></mj-section>'
            "</mj-body></mjml>"
        )


def _style(theme: Theme) -> str:
    """What cannot stand inline: phones and dark mode."""
    return (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}"
        "@media only screen and (max-width:479px){"
        ".pad>table>tbody>tr>td{padding-left:22px !important;padding-right:22px !important}"
        ".shelf>table>tbody>tr>td{padding-left:14px !important;padding-right:14px !important}"
        ".banner div,.band h1{font-size:28px !important;line-height:35px !important}"
        ".button table,.button a{width:100% !important;box-sizing:border-box}}"
        "@media (prefers-color-scheme:dark){"
        f"body,.page{{background-color:#0d1017 !important}}"
        f".sheet,.sheet>table{{background:{NIGHT} !important;background-color:{NIGHT} !important}}"
        f".card>table>tbody>tr>td{{background-color:{theme.dark_soft} !important;"
        f"border-color:{theme.dark_soft} !important}}"
        ".ink div,.ink p,.ink li,.ink td,.ink h2,.ink span{color:#eef0f6 !important}"
        ".quiet div,.quiet p,.quiet li,.quiet a{color:#b4bbca !important}"
        f".ink a,.figure div{{color:{theme.dark_primary_text} !important}}"
        "}"
    )


def _styles(link: str, gap: str) -> tuple[tuple[str, str], ...]:
    return (
        ("<p>", f'<p style="margin:0 0 {gap}">'),
        ("<ul>", f'<ul style="margin:0 0 {gap};padding-inline-start:22px">'),
        ("<li>", '<li style="margin:0 0 4px">'),
        ("<a ", f'<a style="color:{link};text-decoration:underline" '),
    )


def _styled(clean: str, styles: Iterable[tuple[str, str]]) -> str:
    """Clean markup with its styles inline, as mail programs want them."""
    for tag, styled in styles:
        clean = clean.replace(tag, styled)
    return clean


def _underlined(text: str) -> str:
    return f"{text}\n{'=' * min(len(text), 60)}" if text else ""


def _labelled(label: str, address: str) -> str:
    return f"{label}: {address}" if label else address


def _dialled(address: str) -> str:
    return re.sub(r"^(tel|mailto):", "", address)


def _days(block: OfferBlock, store: _Store) -> str:
    """The days of an offer, as the store's language writes them."""
    if block.starts_on and block.ends_on:
        return str(format_interval(block.starts_on, block.ends_on, "yMMMd", locale=locale_of(store.language)))
    if block.ends_on:
        return store.words["until"] % {"day": format_day(block.ends_on, "long", store.language)}
    if block.starts_on:
        return store.words["from"] % {"day": format_day(block.starts_on, "long", store.language)}
    return ""


def _price(amount: str, store: _Store) -> str:
    return format_number(Decimal(amount), "money", store.language, store.currency)


def _price_html(product: Product, store: _Store) -> str:
    price = html.escape(_price(product.price, store))
    if not product.old_price:
        return price
    old = html.escape(_price(product.old_price, store))
    return f'{price} <s style="font-size:14px;font-weight:400">{old}</s>'


def _product_text(product: Product, store: _Store) -> str:
    line = f"- {product.name}"
    if product.price:
        line += f": {_price(product.price, store)}"
        if product.old_price:
            line += f" ({store.words['instead_of'] % {'price': _price(product.old_price, store)}})"
    return "\n  ".join(filter(None, [line, product.note, product.url]))


def _details_html(wanted: list[tuple[str, str]], store: _Store, theme: Theme, *, with_map: bool) -> str:
    """The rows of a store's card; facts the store lacks leave no gap."""
    rows = []
    for word, fact in wanted:
        value = store.facts.get(fact, "")
        if not value:
            continue
        shown = html.escape(value)
        if fact == "location_phone":
            digits = re.sub(r"[^0-9+]", "", value)
            shown = (
                f'<a href="tel:{digits}" style="color:{theme.primary_text};text-decoration:none">{shown}</a>'
            )
        rows.append(
            f'<p style="margin:0 0 8px"><span style="font-size:13px;font-weight:650">'
            f"{html.escape(store.words[word])}</span><br>{shown}</p>"
        )
    address = store.facts.get("location_map_url", "")
    if with_map and address:
        rows.append(
            f'<p style="margin:0"><a href="{html.escape(address)}" style="color:{theme.primary_text};'
            f'font-weight:650">{html.escape(store.words["map"])}</a></p>'
        )
    return "".join(rows)

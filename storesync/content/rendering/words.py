"""Rows of words and pictures: heading, text, image, button, divider, legal text."""

from __future__ import annotations

from typing import Final

from storesync.content.blocks import (
    Align,
    ButtonBlock,
    DividerBlock,
    HeadingBlock,
    ImageBlock,
    LegalBlock,
    TextBlock,
    Tone,
)
from storesync.content.language import without_marks
from storesync.content.markup import address_of, markup_to_html, markup_to_text
from storesync.content.media import media_url
from storesync.content.rendering.sheet import Paint, aligned, paint
from storesync.content.rendering.slots import Slots
from storesync.content.rendering.store import (
    Store,
    dialled,
    inline_styles,
    labelled,
    styled,
    underlined,
)

_HEADING_RESET: Final = "margin:0;font-size:inherit;line-height:inherit;font-weight:inherit"


def heading_rows(
    slots: Slots, block: HeadingBlock, *, opening: Tone | None = None, align: Align = "auto"
) -> str:
    """A heading with the line above it; the opening one is the title of the message."""
    tone = opening or block.tone
    colours = paint(slots.theme, tone)
    number = slots.line(block.text)
    shown = slots.shown(number)
    side = aligned(slots.theme, align if block.align == "auto" else block.align)
    rows = ""
    if block.kicker:
        kicker = slots.line(block.kicker)
        rows += (
            f'<mj-text css-class="{colours.accent_class}" mj-class="kicker" color="{colours.accent}"{side} '
            f'padding="{14 if opening else 26}px 0 0">{slots.shown(kicker)}</mj-text>'
        )
        slots.say(lambda store: without_marks(store.texts[kicker]), kicker, through=True)
    name, tag = ("h1", "h1") if opening else ("h2" if block.level == 1 else "h3", "h2")
    top = 8 if block.kicker else 14 if opening else 24
    rows += (
        f'<mj-text css-class="{colours.ink_class}" mj-class="{name}" color="{colours.ink}"{side} '
        f'padding="{top}px 0 0"><{tag} style="{_HEADING_RESET}">{shown}</{tag}></mj-text>'
    )
    line = "=" if opening or block.level == 1 else "-"
    slots.say(lambda store: underlined(without_marks(store.texts[number]), line), number)
    return rows


def text_rows(slots: Slots, block: TextBlock, *, opening: Tone | None = None, align: Align = "auto") -> str:
    """Paragraphs. Short ones on a background of their own follow the alignment of the campaign type."""
    tone = opening or block.tone
    colours = paint(slots.theme, tone)
    number = slots.paragraphs(block.text)
    content = _markup(slots, number, colours.link, "16px")
    chosen = block.align if block.align != "auto" else align
    if chosen == "auto" and tone == "plain" and block.style != "lead":
        chosen = "start"
    side = aligned(slots.theme, chosen)
    if block.style == "quote":
        content = (
            f'<div class="quote" style="border-@start@:4px solid {colours.accent};padding-@start@:20px">'
            f"{content}</div>"
        )
        side = ""
    name = {"normal": "", "lead": ' mj-class="lead"', "quote": ' mj-class="quote"'}[block.style]
    _say(slots, number, quoted=block.style == "quote")
    return (
        f'<mj-text css-class="{colours.ink_class}"{name} color="{colours.ink}"{side} padding="14px 0 0">'
        f"{content}</mj-text>"
    )


def _say(slots: Slots, number: int, *, quoted: bool = False) -> None:
    if not quoted:
        slots.say(lambda store: markup_to_text(store.texts[number]), number, through=True)
        return
    slots.say(
        lambda store: "\n".join(
            f"> {line}".rstrip() for line in markup_to_text(store.texts[number]).splitlines()
        ),
        number,
    )


def _markup(slots: Slots, number: int, link: str, gap: str) -> str:
    styles = inline_styles(link, gap)
    return slots.slot(lambda store: styled(markup_to_html(store.texts[number]), styles), number, through=True)


def image_rows(slots: Slots, block: ImageBlock, *, padding: str = "20px 0 6px", radius: int = 0) -> str:
    """A picture, with its link."""
    alt = slots.line(block.alt)
    src = slots.fixed(media_url(block.src))
    link = slots.link(block.url) if block.url else None
    href = f' href="{slots.href(link)}"' if link is not None else ""
    corners = f' border-radius="{radius}px"' if radius else ""

    def plain(store: Store) -> str:
        words = without_marks(store.texts[alt])
        if link is not None:
            return labelled(words, address_of(store.texts[link]))
        return words and f"[{words}]"

    shown = (alt,) if link is None else (alt, link)
    slots.say(plain, *shown, through=not slots.has_tags(alt))
    return (
        f'<mj-image src="{src}" alt="{slots.shown(alt)}"{href} padding="{padding}" '
        f'fluid-on-mobile="true"{corners}/>'
    )


def button_rows(
    slots: Slots, block: ButtonBlock, *, opening: Tone | None = None, align: Align = "auto"
) -> str:
    """A button that every mail program shows as one: a table cell with a background."""
    colours = paint(slots.theme, opening or block.tone)
    label, link = slots.line(block.label), slots.link(block.url)
    chosen = align if block.align == "auto" else block.align
    centred = aligned(slots.theme, chosen) != ""
    slots.say(
        lambda store: labelled(without_marks(store.texts[label]), dialled(address_of(store.texts[link]))),
        label,
        link,
        through=not slots.has_tags(label),
    )
    return (
        f'<mj-button mj-class="button" {_button_look(colours, block.style)} '
        f'align="{"center" if centred else "@start@"}" '
        f'href="{slots.href(link)}">{slots.shown(label)}</mj-button>'
    )


def _button_look(colours: Paint, style: str) -> str:
    if style == "filled":
        return (
            f'css-class="{colours.button_class}" background-color="{colours.button}" '
            f'color="{colours.on_button}" inner-padding="15px 34px"'
        )
    return (
        f'css-class="{colours.button_class}-outline" background-color="{colours.ground}" '
        f'color="{colours.link}" border="2px solid {colours.link}" inner-padding="13px 32px"'
    )


def divider_rows(slots: Slots, block: DividerBlock, tone: Tone) -> str:
    """A line, a bar, dots or only space."""
    colours = paint(slots.theme, tone)
    slots.say(lambda store: "" if block.style == "space" else "-" * 40)
    if block.style == "space":
        return '<mj-spacer height="32px"/>'
    side = "center" if aligned(slots.theme, "auto") else "@start@"
    look = {
        "line": f'border-width="1px" border-color="{colours.line}"',
        "short": f'border-width="4px" border-color="{colours.accent}" width="56px" align="{side}"',
        "dots": f'border-width="4px" border-style="dotted" border-color="{colours.accent}" width="64px" '
        f'align="{side}"',
    }[block.style]
    return f'<mj-divider {look} padding="30px 0 8px"/>'


def legal_rows(slots: Slots, block: LegalBlock) -> str:
    """Small print."""
    number = slots.paragraphs(block.text)
    content = _markup(slots, number, slots.theme.muted, "8px")
    _say(slots, number)
    return f'<mj-text css-class="quiet" mj-class="legal" padding="22px 0 0">{content}</mj-text>'

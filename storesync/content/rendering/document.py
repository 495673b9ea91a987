"""The MJML around the blocks: head, styles, sheet, footer. Only slots stand in it, never words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from storesync.content.rendering.styles import FONT, classes, dark_style, phone_style
from storesync.content.theme import PAPER, Theme

_DIRECTED: Final = {
    "ltr": (("@start@", "left"), ("@end@", "right"), ("@flow@", "ltr"), ("@flip@", "rtl")),
    "rtl": (("@start@", "right"), ("@end@", "left"), ("@flow@", "rtl"), ("@flip@", "ltr")),
}
_UNDIRECTED = re.compile(r"<mj-(section|column|group)\b(?! direction=)")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composer hands over: slots for the head, MJML for the sheet and the footer."""

    language: str
    title: str
    preview: str
    body: Sequence[str]
    foot: str


def document(theme: Theme, parts: Parts, direction: str) -> str:
    """The MJML of a whole message, written from left to right ("ltr") or from right to left ("rtl")."""
    body = "".join(parts.body)
    if direction == "rtl":
        body = _UNDIRECTED.sub(r'<mj-\1 direction="rtl"', body)
    for token, value in _DIRECTED[direction]:
        body = body.replace(token, value)
    return (
        f'<mjml lang="{parts.language}" dir="{direction}"><mj-head><mj-title>{parts.title}</mj-title>'
        f"<mj-preview>{parts.preview}</mj-preview>{_head(theme, direction)}</mj-head>"
        f'<mj-body width="600px" background-color="{theme.background}" css-class="page">'
        '<mj-section padding="12px 0"><mj-column><mj-spacer height="1px"/></mj-column></mj-section>'
        f'<mj-wrapper css-class="sheet" background-color="{PAPER}" padding="0 0 8px" '
        f'border-radius="{theme.character.radius}px">{body}</mj-wrapper>'
        f'<mj-section padding="24px 32px 36px"><mj-column>{parts.foot}</mj-column></mj-section>'
        "</mj-body></mjml>"
    )


@lru_cache(maxsize=256)
def _head(theme: Theme, direction: str) -> str:
    start = dict(_DIRECTED[direction])["@start@"]
    return (
        '<mj-raw><meta name="color-scheme" content="light dark" />'
        '<meta name="supported-color-schemes" content="light dark" />'
        '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no" /></mj-raw>'
        f'<mj-attributes><mj-all font-family="{FONT}"/>'
        f'<mj-text align="{start}" font-size="16px" line-height="26px" color="#1c2130" padding="0"/>'
        f'<mj-section padding="0"/><mj-column padding="0"/>{classes(theme)}</mj-attributes>'
        f"<mj-style>{phone_style(theme)}</mj-style><mj-style>{dark_style(theme)}</mj-style>"
    )

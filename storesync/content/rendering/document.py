"""The MJML around the blocks: head, styles, band, sheet, footer. Only slots stand in it, never words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storesync.content.theme import NIGHT, PAPER, Theme

FONT: Final = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composer hands over: slots for the head, MJML for band, blocks and footer."""

    language: str
    title: str
    preview: str
    band: str
    body: Sequence[str]
    foot: str


def document(theme: Theme, parts: Parts, direction: str) -> str:
    """The MJML of a whole message, written from left to right ("ltr") or from right to left ("rtl")."""
    start = "right" if direction == "rtl" else "left"
    body = "".join(parts.body)
    if direction == "rtl":
        body = re.sub(r"<mj-(section|column)\b", r'<mj-\1 direction="rtl"', body)
    return (
        f'<mjml lang="{parts.language}" dir="{direction}"><mj-head><mj-title>{parts.title}</mj-title>'
        f"<mj-preview>{parts.preview}</mj-preview>"
        '<mj-raw><meta name="color-scheme" content="light dark" />'
        '<meta name="supported-color-schemes" content="light dark" />'
        '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no" /></mj-raw>'
        f'<mj-attributes><mj-all font-family="{FONT}"/>'
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
        f"</mj-attributes><mj-style>{style_of(theme)}</mj-style></mj-head>"
        f'<mj-body width="600px" background-color="{theme.background}" css-class="page">'
        '<mj-section padding="12px 0"><mj-column><mj-spacer height="1px"/></mj-column></mj-section>'
        f'<mj-section css-class="band" background-color="{theme.band}" border-radius="12px 12px 0 0" '
        f'padding="32px 32px 34px"><mj-column>{parts.band}</mj-column></mj-section>'
        f'<mj-wrapper css-class="sheet" background-color="{PAPER}" padding="16px 0 36px" '
        f'border-radius="0 0 12px 12px">{body}</mj-wrapper>'
        f'<mj-section padding="24px 32px 36px"><mj-column>{parts.foot}</mj-column></mj-section>'
        "</mj-body></mjml>"
    )


def style_of(theme: Theme) -> str:
    """What cannot stand inline: phones and dark mode."""
    return (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}"
        f"img{{font-family:{FONT};color:#5b6478}}"
        "@media only screen and (max-width:479px){"
        ".pad>table>tbody>tr>td{padding-left:22px !important;padding-right:22px !important}"
        ".shelf>table>tbody>tr>td{padding-left:14px !important;padding-right:14px !important}"
        ".banner div,.band h1{font-size:28px !important;line-height:35px !important}"
        ".button table,.button a{width:100% !important;box-sizing:border-box}}"
        "@media (prefers-color-scheme:dark){"
        f"body,.page{{background-color:#0d1017 !important}}"
        f".sheet,.sheet>table{{background:{NIGHT} !important;background-color:{NIGHT} !important}}"
        f".card>table>tbody>tr>td>table{{background-color:{theme.dark_soft} !important;"
        f"border-color:{theme.dark_soft} !important}}"
        ".ink div,.ink p,.ink li,.ink td,.ink h2,.ink span{color:#eef0f6 !important}"
        "img{color:#c0c6d3 !important}"
        ".quiet div,.quiet p,.quiet li,.quiet a{color:#c0c6d3 !important}"
        f".ink a,.figure div{{color:{theme.dark_primary_text} !important}}"
        "}"
    )

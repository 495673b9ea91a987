"""The sheet of a message: rows of words in sections, neighbours of one background joined.

`@start@`, `@end@`, `@flow@` and `@flip@` stand for left, right, ltr and rtl until the direction of the
language is known (`document`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from storesync.content.blocks import Align, Tone
from storesync.content.theme import INK, PAPER, Theme

SIDES: Final = 40
# Air above and below a run of sections with one background, in pixels.
_TOP: Final = {"plain": 8, "soft": 16, "band": 18}
_BOTTOM: Final = {"plain": 28, "soft": 34, "band": 40}


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of words on one background, and the classes under which they change in the dark."""

    ground: str
    ink: str
    quiet: str
    link: str
    accent: str
    figure: str
    button: str
    on_button: str
    line: str
    ink_class: str
    quiet_class: str
    accent_class: str
    figure_class: str
    button_class: str


@lru_cache(maxsize=256)
def paint(theme: Theme, tone: Tone) -> Paint:
    """The colours for words on a background."""
    if tone == "band":
        return Paint(
            ground=theme.band,
            ink=theme.on_band, quiet=theme.on_band, link=theme.on_band, accent=theme.band_accent,
            figure=theme.on_band, button=theme.band_button, on_button=theme.on_band_button,
            line=theme.band_accent, ink_class="flag", quiet_class="flag", accent_class="flag-accent",
            figure_class="flag", button_class="flag-button",
        )  # fmt: skip
    return Paint(
        ground=theme.soft if tone == "soft" else PAPER,
        ink=INK, quiet=theme.muted, link=theme.primary_text, accent=theme.accent_text,
        figure=theme.primary_text, button=theme.button, on_button=theme.on_button, line=theme.edge,
        ink_class="ink", quiet_class="quiet", accent_class="accent", figure_class="figure",
        button_class="button",
    )  # fmt: skip


def aligned(theme: Theme, align: Align) -> str:
    """The attribute of an alignment; without one, text begins where the language does."""
    chosen = theme.character.align if align == "auto" else align
    return ' align="center"' if chosen == "center" else ""


@dataclass(slots=True)
class Section:
    """A section: its columns in MJML, or rows that more rows may still follow."""

    tone: Tone
    content: str
    rows: bool = False
    bleed: bool = False
    """From edge to edge, without air around."""
    sides: int = SIDES
    css: str = "pad"
    top: int = 0
    bottom: int = 0
    more: str = ""


class Sheet:
    """Sections below each other."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.sections: list[Section] = []

    def rows(self, content: str, tone: Tone = "plain") -> None:
        """Rows as wide as the text; they join those before on the same background."""
        last = self.sections[-1] if self.sections else None
        if last is not None and last.rows and last.tone == tone:
            last.content += content
        else:
            self.sections.append(Section(tone, content, rows=True))

    def add(self, section: Section) -> None:
        """A section with columns of its own."""
        self.sections.append(section)

    def mjml(self, *, opens: bool = False) -> list[str]:
        """MJML of all sections; `opens`: the first has the round corners of the sheet."""
        found = []
        count = len(self.sections)
        for place, section in enumerate(self.sections):
            before = self.sections[place - 1] if place else None
            after = self.sections[place + 1] if place + 1 < count else None
            top, bottom = section.top, section.bottom
            if not section.bleed:
                if before is None or before.tone != section.tone or before.bleed:
                    top += _TOP[section.tone]
                if after is None or after.tone != section.tone or after.bleed:
                    bottom += _BOTTOM[section.tone]
            corners = "top" if opens and place == 0 else ""
            found.append(self._section(section, top, bottom, corners))
        return found

    def _section(self, section: Section, top: int, bottom: int, corners: str) -> str:
        content = f"<mj-column>{section.content}</mj-column>" if section.rows else section.content
        ground = css = ""
        if section.tone == "soft":
            ground, css = f' background-color="{self.theme.soft}"', "tint "
        elif section.tone == "band":
            ground, css = f' background-color="{self.theme.band}"', "band "
        radius = self.theme.character.radius
        if corners == "top" and radius:
            ground += f' border-radius="{radius}px {radius}px 0 0"'
        sides = 0 if section.bleed else section.sides
        names = f"{css}{'' if section.bleed else section.css}".strip()
        named = f' css-class="{names}"' if names else ""
        return (
            f'<mj-section{named}{ground} padding="{top}px {sides}px {bottom}px"{section.more}>'
            f"{content}</mj-section>"
        )


def box(theme: Theme, content: str, look: Literal["tint", "solid", "frame", "coupon"]) -> Section:
    """A box inside the sheet."""
    match look:
        case "tint":
            name, ground, border = "card", theme.soft, f"1px solid {theme.edge}"
        case "solid":
            name, ground, border = "card-solid", theme.band, f"1px solid {theme.band}"
        case "frame":
            name, ground, border = "card-frame", PAPER, f"2px solid {theme.strong_edge}"
        case "coupon":
            name, ground, border = "card-frame", PAPER, f"2px dashed {theme.strong_edge}"
    return Section(
        "plain",
        f'<mj-column css-class="{name}" padding="0" inner-background-color="{ground}" '
        f'inner-border="{border}" inner-border-radius="{theme.character.radius}px">'
        f'<mj-spacer height="24px"/>{content}<mj-spacer height="26px"/></mj-column>',
        top=22,
        bottom=4,
    )

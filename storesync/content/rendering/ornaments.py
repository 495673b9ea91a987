"""The strip that closes the opening: coloured cells of a table, so that every mail program shows them."""

from __future__ import annotations

from storesync.content.rendering.sheet import Section, Sheet
from storesync.content.theme import PAPER, Theme, mix


def add_ornament(sheet: Sheet) -> None:
    """Put the strip of the campaign type below the opening."""
    theme = sheet.theme
    match theme.character.ornament:
        case "bar":
            paper = theme.character.ground == "paper"
            _add(sheet, [theme.primary if paper else theme.accent], 4 if paper else 6)
        case "double":
            _add(sheet, [theme.accent], 2)
            _add(sheet, [theme.band], 3)
            _add(sheet, [theme.accent], 1)
        case "blocks":
            _add(sheet, [theme.primary, mix(theme.accent, PAPER, 0.75)] * 8, 10)
        case "garland":
            _add(sheet, _garland(theme) * 4, 12)


def _garland(theme: Theme) -> list[str]:
    return [theme.accent, mix(theme.primary, PAPER, 0.55), mix(theme.accent, PAPER, 0.6)]


def _add(sheet: Sheet, colours: list[str], height: int) -> None:
    cells = "".join(
        f'<td bgcolor="{colour}" style="background:{colour};height:{height}px;line-height:{height}px;'
        'font-size:1px">&#160;</td>'
        for colour in colours
    )
    sheet.add(
        Section(
            "plain",
            '<mj-column><mj-text padding="0" font-size="1px" line-height="1px">'
            '<table role="presentation" aria-hidden="true" width="100%" cellpadding="0" cellspacing="0" '
            f'style="width:100%;table-layout:fixed"><tr>{cells}</tr></table></mj-text></mj-column>',
            bleed=True,
        )
    )

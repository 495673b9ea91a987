"""Type and colours of a message: MJML classes for what stands inline, CSS for phones and the dark."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from storesync.content.theme import DARK_INK, DARK_MUTED, NIGHT, Theme

FONT: Final = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SERIF: Final = "Georgia, 'Times New Roman', Times, serif"
DARK_PAGE: Final = "#0d1017"
# Where the dark rules begin; previews make them hold, or not, without asking the reader's device.
DARK_RULE: Final = "@media (prefers-color-scheme:dark){"
_ASKS: Final = "color-scheme:light dark;supported-color-schemes:light dark"


@lru_cache(maxsize=256)
def classes(theme: Theme) -> str:
    """The named styles of the blocks."""
    character = theme.character
    family = f' font-family="{SERIF}"' if character.serif else ""
    display = f'{family} font-weight="{character.weight}"'
    capitals = ' text-transform="uppercase" letter-spacing="-0.5px"' if character.capitals else ""
    small = max(character.weight, 700 if not character.serif else 400)
    size = character.size
    return (
        '<mj-class name="brand" font-size="14px" line-height="20px" font-weight="700" '
        'letter-spacing="2px" text-transform="uppercase"/>'
        '<mj-class name="kicker" font-size="13px" line-height="20px" font-weight="700" '
        'letter-spacing="1.5px" text-transform="uppercase"/>'
        f'<mj-class name="h1" font-size="{size}px" line-height="{round(size * 1.16)}px"{display}{capitals}/>'
        f'<mj-class name="h2" font-size="28px" line-height="35px"{family} font-weight="{small}"/>'
        f'<mj-class name="h3" font-size="21px" line-height="28px"{family} font-weight="{small}"/>'
        '<mj-class name="lead" font-size="19px" line-height="30px"/>'
        f'<mj-class name="quote" font-size="20px" line-height="31px" font-family="{SERIF}" '
        'font-style="italic"/>'
        f'<mj-class name="button" border-radius="{character.button_radius}px" font-size="16px" '
        'font-weight="700" line-height="24px" padding="26px 0 8px"/>'
        f'<mj-class name="figure" align="center"{family} font-weight="{max(character.weight, 400)}" '
        'padding="0 16px"/>'
        '<mj-class name="offer" font-size="20px" line-height="28px" font-weight="700" padding="6px 24px 0"/>'
        '<mj-class name="days" font-size="15px" line-height="22px" padding="10px 24px 0"/>'
        '<mj-class name="small-print" font-size="13px" line-height="20px" padding="8px 24px 0"/>'
        '<mj-class name="product" font-size="16px" line-height="23px" font-weight="700" '
        'padding="4px 10px 0"/>'
        '<mj-class name="note" font-size="14px" line-height="20px" padding="2px 10px 0"/>'
        '<mj-class name="price" font-size="18px" line-height="26px" font-weight="700" '
        'padding="3px 10px 10px"/>'
        '<mj-class name="details" font-size="15px" line-height="23px"/>'
        f'<mj-class name="legal" color="{theme.muted}" font-size="13px" line-height="20px"/>'
        f'<mj-class name="foot" align="center" color="{theme.muted}" font-size="13px" line-height="20px"/>'
    )


@lru_cache(maxsize=256)
def phone_style(theme: Theme) -> str:
    """What cannot stand inline: narrow screens. Apart from the dark rules, which Gmail drops as a whole."""
    return (
        f"img{{font-family:{FONT};color:#5b6478}}"
        f"h1,h2{{overflow-wrap:break-word}}.quote p{{margin-bottom:0 !important}}{_phone(theme)}"
    )


@lru_cache(maxsize=256)
def dark_style(theme: Theme) -> str:
    """What cannot stand inline: readers whose device is dark."""
    return f":root{{{_ASKS}}}{DARK_RULE}{_dark(theme)}}}"


def _phone(theme: Theme) -> str:
    size, figure = min(theme.character.size, 32), min(theme.character.figure_size, 64)
    return (
        "@media only screen and (max-width:479px){"
        ".pad>table>tbody>tr>td{padding-left:22px !important;padding-right:22px !important}"
        ".media>table>tbody>tr>td{padding-left:10px !important;padding-right:10px !important}"
        ".shelf>table>tbody>tr>td{padding-left:12px !important;padding-right:12px !important}"
        ".trio td td{padding-left:4px !important;padding-right:4px !important}"
        ".trio div{font-size:14px !important;line-height:19px !important}"
        ".strip div{text-align:center !important}"
        f"h1{{font-size:{size}px !important;line-height:{round(size * 1.2)}px !important}}"
        f".big div{{font-size:{figure}px !important;line-height:1.12 !important}}"
        ".sum div{font-size:38px !important;line-height:1.15 !important}"
        ".button table,.button a,.button-outline table,.button-outline a,.flag-button table,.flag-button a,"
        ".flag-button-outline table,.flag-button-outline a{width:100% !important;box-sizing:border-box}}"
    )


def _dark(theme: Theme) -> str:
    ground = "{{background:{0} !important;background-color:{0} !important}}".format
    box = ">table>tbody>tr>td>table"

    def words(name: str, colour: str) -> str:
        inside = ",".join(f".{name} {tag}" for tag in ("div", "p", "li", "h1", "h2", "th", "td"))
        return f"{inside}{{color:{colour} !important}}"

    def button(name: str, colour: str, label: str) -> str:
        return f".{name} td,.{name} a{ground(colour)}.{name} a{{color:{label} !important}}"

    def outline(name: str, colour: str) -> str:
        return (
            f".{name} td,.{name} a{ground('transparent')}.{name} td{{border-color:{colour} !important}}"
            f".{name} a{{color:{colour} !important}}"
        )

    return (
        f"body,.page{ground(DARK_PAGE)}"
        f".sheet,.sheet>table{ground(NIGHT)}"
        f".tint,.tint>table{ground(theme.dark_soft)}"
        f".band,.band>table{ground(theme.dark_band)}"
        f".card{box}{{background-color:{theme.dark_soft} !important;"
        f"border-color:{theme.dark_soft} !important}}"
        f".card-frame{box}{{background-color:{NIGHT} !important;"
        f"border-color:{theme.dark_strong_edge} !important}}"
        f"{words('ink', DARK_INK)}{words('quiet', DARK_MUTED)}"
        f"{words('flag', theme.dark_on_band)}{words('flag-accent', theme.dark_band_accent)}"
        f"{words('figure', theme.dark_primary_text)}{words('accent', theme.dark_accent_text)}"
        f"img,.quiet a{{color:{DARK_MUTED} !important}}"
        f".ink a{{color:{theme.dark_primary_text} !important}}"
        f".flag a{{color:{theme.dark_on_band} !important}}"
        f".ink .chip{{border-color:{theme.dark_primary_text} !important}}"
        f".ink .quote{{border-color:{theme.dark_accent_text} !important}}"
        f"{button('button', theme.dark_button, theme.dark_on_button)}"
        f"{button('flag-button', theme.dark_band_button, theme.dark_on_band_button)}"
        f"{outline('button-outline', theme.dark_primary_text)}"
        f"{outline('flag-button-outline', theme.dark_on_band)}"
    )


def dark_preview(html: str) -> str:
    """A message as a device in dark mode shows it, on any device: for previews only, never sent."""
    return html.replace(DARK_RULE, "@media all{").replace(_ASKS, "color-scheme:dark")


def light_preview(html: str) -> str:
    """A message as a device in light mode shows it, on any device: for previews only, never sent."""
    return html.replace(DARK_RULE, "@media not all{").replace(_ASKS, "color-scheme:light")

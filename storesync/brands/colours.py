"""Whether text can be read on a brand's colours (WCAG 2.2, 1.4.3)."""

from typing import Final

LEGIBLE: Final = 4.5
"""The contrast that text of ordinary size needs."""

WHITE: Final = "#ffffff"
DARK: Final = "#1a2033"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (`#rrggbb`), 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """The text colour, white or dark, that is read better on this colour."""
    return WHITE if contrast(colour, WHITE) >= contrast(colour, DARK) else DARK


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

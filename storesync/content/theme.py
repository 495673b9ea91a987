"""The look of a message: a palette derived from the brand's colours and the type of campaign.

Contrast is computed, never hoped for: text on any of these colours has at least 4.5 : 1 (WCAG 2.2 AA), in
light and dark.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from storesync.brands.models import Brand

CampaignType = Literal[
    "seasonal", "clearance", "grand_opening", "loyalty", "event", "new_product", "newsletter"
]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]

INK: Final = "#1c2130"
PAPER: Final = "#ffffff"
NIGHT: Final = "#171b24"
MIN_CONTRAST: Final = 4.5
STANDS_OUT: Final = 3.0
PALE: Final = 2.0
# Types that should look louder than the everyday take the accent colour for their band.
_ACCENTED: Final = frozenset({"clearance", "event", "grand_opening"})


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    parts = (round(a + (b - a) * share) for a, b in zip(_rgb(colour), _rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on(background: str) -> str:
    """White or ink, whichever reads better on this colour."""
    return max((PAPER, INK), key=lambda colour: contrast(colour, background))


def shifted_until_readable(colour: str, background: str) -> str:
    """The colour, moved towards ink or white just far enough to be read on the background."""
    towards = "#000000" if luminance(background) > 0.18 else "#ffffff"
    for step in range(21):
        candidate = mix(colour, towards, step / 20)
        if contrast(candidate, background) >= MIN_CONTRAST:
            return candidate
    return towards


class Theme(BaseModel):
    """The brand's colours and the type of campaign; everything else follows from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    primary: Colour = "#3552d0"
    accent: Colour = "#0f8a7e"
    campaign_type: CampaignType = "newsletter"

    @property
    def _loud(self) -> str:
        return self.accent if self.campaign_type in _ACCENTED else self.primary

    @cached_property
    def band(self) -> str:
        """The band behind the heading, dark or light enough for its text."""
        return shifted_until_readable(self._loud, self.on_band)

    @cached_property
    def on_band(self) -> str:
        return readable_on(self._loud)

    @cached_property
    def button(self) -> str:
        """Dark enough to stand out from the sheet, and for its label to be read."""
        strong = self.primary if contrast(self.primary, PAPER) >= STANDS_OUT else self.primary_text
        return shifted_until_readable(strong, readable_on(strong))

    @cached_property
    def on_button(self) -> str:
        return readable_on(self.button)

    @cached_property
    def primary_text(self) -> str:
        """Links and big figures on white and on the soft tint; a pale brand takes ink, not a muddy shade."""
        pale = contrast(self.primary, PAPER) < PALE
        return INK if pale else shifted_until_readable(self.primary, self.soft)

    @cached_property
    def soft(self) -> str:
        return mix(self._loud, PAPER, 0.91)

    @cached_property
    def edge(self) -> str:
        return mix(self._loud, PAPER, 0.65)

    @cached_property
    def background(self) -> str:
        return mix(mix(self.primary, "#808080", 0.8), PAPER, 0.9)

    @cached_property
    def muted(self) -> str:
        return shifted_until_readable("#5b6478", self.background)

    @cached_property
    def dark_soft(self) -> str:
        return mix(mix(self.primary, NIGHT, 0.8), PAPER, 0.04)

    @cached_property
    def dark_primary_text(self) -> str:
        return shifted_until_readable(mix(self.primary, PAPER, 0.4), self.dark_soft)


def theme_of(brand: Brand, campaign_type: CampaignType = "newsletter") -> Theme:
    """The theme of a brand's messages of one type."""
    return Theme(primary=brand.primary_colour, accent=brand.accent_colour, campaign_type=campaign_type)

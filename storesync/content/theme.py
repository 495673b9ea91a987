"""The look of a message: colours, shapes and type derived from the brand's palette and the type of campaign.

Contrast is computed, never hoped for: text on any of these colours has at least 4.5 : 1, edges and buttons at
least 3 : 1 against what they stand on (WCAG 2.2 AA), in light and dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from storesync.content.character import CHARACTERS, Character

if TYPE_CHECKING:
    from storesync.brands.models import Brand

CampaignType = Literal[
    "seasonal", "clearance", "grand_opening", "loyalty", "event", "new_product", "newsletter"
]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]

INK: Final = "#1c2130"
PAPER: Final = "#ffffff"
NIGHT: Final = "#171b24"
DARK_INK: Final = "#eef0f6"
DARK_MUTED: Final = "#c0c6d3"
MIN_CONTRAST: Final = 4.5
STANDS_OUT: Final = 3.0
PALE: Final = 2.0


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


def _surface(colour: str, towards: str, grounds: Iterable[str]) -> str:
    """The colour, moved just far enough to stand out from all grounds and to carry a label."""
    behind = tuple(grounds)
    for step in range(21):
        candidate = mix(colour, towards, step / 20)
        stands_out = all(contrast(candidate, ground) >= STANDS_OUT for ground in behind)
        if stands_out and contrast(readable_on(candidate), candidate) >= MIN_CONTRAST:
            return candidate
    return towards


class Theme(BaseModel):
    """The brand's colours and the type of campaign; everything else follows from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    primary: Colour = "#3552d0"
    accent: Colour = "#0f8a7e"
    campaign_type: CampaignType = "newsletter"

    def __hash__(self) -> int:
        return hash((self.primary, self.accent, self.campaign_type))

    def __eq__(self, other: object) -> bool:
        # Colours that were computed already are no part of it.
        return isinstance(other, Theme) and (
            (self.primary, self.accent, self.campaign_type)
            == (other.primary, other.accent, other.campaign_type)
        )

    @cached_property
    def character(self) -> Character:
        """Shapes and type of this type of campaign."""
        return CHARACTERS[self.campaign_type]

    @property
    def _loud(self) -> str:
        return self.accent if self.character.ground == "accent" else self.primary

    @property
    def light_band(self) -> bool:
        """Whether the band is as light as the sheet, so that the dark variant needs another one."""
        return self.character.ground == "tint"

    # -- the band

    @cached_property
    def band(self) -> str:
        """Behind the opening and whatever has the background "band", so that its text can be read."""
        match self.character.ground:
            case "tint":
                return mix(self._loud, PAPER, 0.86)
            case "deep":
                return mix(self.primary, "#0b0d13", 0.72)
            case _:
                return shifted_until_readable(self._loud, readable_on(self._loud))

    @cached_property
    def on_band(self) -> str:
        """Text on the band."""
        return readable_on(self.band)

    @cached_property
    def band_accent(self) -> str:
        """The line above the heading, and links, on the band."""
        base = self.accent if self.character.ground != "accent" else mix(self.primary, self.on_band, 0.75)
        return shifted_until_readable(self._shade(base, self.band), self.band)

    @cached_property
    def band_button(self) -> str:
        return self.button if self.light_band else self.on_band

    @cached_property
    def on_band_button(self) -> str:
        return self.on_button if self.light_band else self.band

    # -- the sheet

    @cached_property
    def soft(self) -> str:
        """A tint of the brand's colour: boxes, and whatever has the background "soft"."""
        return mix(self._loud, PAPER, 0.91)

    @cached_property
    def edge(self) -> str:
        """Thin lines that only decorate."""
        return mix(self._loud, PAPER, 0.65)

    @cached_property
    def strong_edge(self) -> str:
        """Lines that mean something, such as that of a coupon: 3 : 1 on paper, tint and band."""
        return _surface(self._shade(self.accent, PAPER), "#000000", self._light_grounds)

    @cached_property
    def button(self) -> str:
        """Stands out from sheet, tint and a light band; its label can be read."""
        return _surface(self._shade(self.primary, PAPER), "#000000", self._light_grounds)

    @cached_property
    def on_button(self) -> str:
        return readable_on(self.button)

    @cached_property
    def primary_text(self) -> str:
        """Links and big figures on white and tint; a pale brand takes ink, not a muddy shade."""
        return shifted_until_readable(self._shade(self.primary, PAPER), self._darkest)

    @cached_property
    def accent_text(self) -> str:
        """The line above a heading, and reduced prices, on white and tint."""
        return shifted_until_readable(self._shade(self.accent, PAPER), self._darkest)

    @cached_property
    def background(self) -> str:
        """Around the sheet."""
        return mix(mix(self.primary, "#808080", 0.8), PAPER, 0.9)

    @cached_property
    def muted(self) -> str:
        return shifted_until_readable("#5b6478", min(self.background, self._darkest, key=luminance))

    @property
    def _light_grounds(self) -> tuple[str, ...]:
        return (PAPER, self.soft, self.band) if self.light_band else (PAPER, self.soft)

    @property
    def _darkest(self) -> str:
        return min(self._light_grounds, key=luminance)

    @staticmethod
    def _shade(colour: str, background: str) -> str:
        """The colour, or ink where it is so pale that darkening it would only make mud."""
        light = luminance(background) > 0.18
        return INK if light and contrast(colour, background) < PALE else colour

    # -- the dark variant

    @cached_property
    def dark_soft(self) -> str:
        return mix(mix(self.primary, NIGHT, 0.8), PAPER, 0.04)

    @cached_property
    def dark_band(self) -> str:
        if not self.light_band:
            return self.band
        return mix(self.dark_soft, PAPER, 0.03)

    @cached_property
    def dark_on_band(self) -> str:
        return DARK_INK if self.light_band else self.on_band

    @cached_property
    def dark_band_accent(self) -> str:
        if not self.light_band:
            return self.band_accent
        return shifted_until_readable(mix(self.accent, PAPER, 0.4), self.dark_band)

    @cached_property
    def dark_primary_text(self) -> str:
        return shifted_until_readable(mix(self.primary, PAPER, 0.4), self._lightest_dark)

    @cached_property
    def dark_accent_text(self) -> str:
        return shifted_until_readable(mix(self.accent, PAPER, 0.4), self._lightest_dark)

    @cached_property
    def dark_strong_edge(self) -> str:
        return _surface(mix(self.accent, PAPER, 0.2), "#ffffff", self._dark_grounds)

    @cached_property
    def dark_button(self) -> str:
        return _surface(self.primary, "#ffffff", self._dark_grounds)

    @cached_property
    def dark_on_button(self) -> str:
        return readable_on(self.dark_button)

    @cached_property
    def dark_band_button(self) -> str:
        return self.dark_button if self.light_band else self.band_button

    @cached_property
    def dark_on_band_button(self) -> str:
        return self.dark_on_button if self.light_band else self.on_band_button

    @property
    def _dark_grounds(self) -> tuple[str, ...]:
        return (NIGHT, self.dark_soft, self.dark_band) if self.light_band else (NIGHT, self.dark_soft)

    @property
    def _lightest_dark(self) -> str:
        return max(self._dark_grounds, key=luminance)


@lru_cache(maxsize=256)
def known(theme: Theme) -> Theme:
    """The first theme that was equal to this one: its colours are computed once."""
    return theme


def theme_of(brand: Brand, campaign_type: CampaignType = "newsletter") -> Theme:
    """The theme of a brand's messages of one type."""
    return Theme(primary=brand.primary_colour, accent=brand.accent_colour, campaign_type=campaign_type)

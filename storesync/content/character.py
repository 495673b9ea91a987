"""The character of each type of campaign: shapes, type and where the brand's colours go. No colours here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Ground = Literal["primary", "accent", "deep", "tint", "paper"]
Ornament = Literal["none", "bar", "double", "blocks", "garland"]


@dataclass(frozen=True, slots=True)
class Character:
    """How a type of campaign looks in any brand's colours; sizes in pixels."""

    ground: Ground
    """What the opening stands on: a colour of the brand as it is, darkened, as a tint, or paper."""
    ornament: Ornament
    """The strip that closes the opening."""
    align: Literal["start", "center"]
    serif: bool = False
    weight: int = 700
    capitals: bool = False
    size: int = 38
    """Of the heading in the band."""
    radius: int = 12
    """Corners of the sheet and of boxes."""
    button_radius: int = 8
    figure: Literal["tint", "solid", "frame"] = "tint"
    """The box of an offer: tinted, in the band's colour, or paper with a strong edge."""
    figure_size: int = 60


CHARACTERS: Final[Mapping[str, Character]] = {
    # Warm and calm: a serif, round corners, one line in the accent under the band.
    "seasonal": Character("primary", "bar", "center", serif=True, weight=400, size=42, radius=16),
    # A sign in a shop window: square, heavy, capitals, the figure in full colour.
    "clearance": Character(
        "accent", "blocks", "center", weight=900, capitals=True, size=44,
        radius=0, button_radius=0, figure="solid", figure_size=84,
    ),
    # A party: a garland in all of the brand's colours, very round.
    "grand_opening": Character(
        "primary", "garland", "center", weight=800, size=44,
        radius=22, button_radius=28, figure="frame", figure_size=66,
    ),
    # A card in an envelope: dark, a serif, thin double lines in the accent.
    "loyalty": Character(
        "deep", "double", "center", serif=True, weight=400, size=38,
        radius=6, button_radius=4, figure="frame", figure_size=58,
    ),
    # A ticket: from the start of the line, in the accent.
    "event": Character(
        "accent", "none", "start", weight=800, size=44, radius=10, button_radius=6, figure="solid",
    ),
    # A shelf with much air: pale ground, pills.
    "new_product": Character(
        "tint", "none", "center", weight=700, size=40, radius=20, button_radius=28, figure_size=52,
    ),
    # A letter: paper, a serif, from the start of the line.
    "newsletter": Character(
        "paper", "bar", "start", serif=True, weight=700, size=36, radius=8, button_radius=6, figure_size=52,
    ),
}  # fmt: skip

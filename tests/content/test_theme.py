"""Palettes: whatever the brand's colours, everything can be read (WCAG 2.2 AA)."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from storesync.content.character import CHARACTERS
from storesync.content.theme import (
    DARK_INK,
    DARK_MUTED,
    INK,
    NIGHT,
    PAPER,
    CampaignType,
    Theme,
    contrast,
    mix,
    theme_of,
)
from tests.factories import BrandFactory

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
kinds = st.sampled_from(get_args(CampaignType))
themes = st.builds(Theme, primary=colours, accent=colours, campaign_type=kinds)


def _too_close(pairs: dict[str, tuple[str, str]], least: float) -> dict[str, float]:
    measured = {name: round(contrast(*pair), 2) for name, pair in pairs.items()}
    return {name: ratio for name, ratio in measured.items() if ratio < least}


@settings(max_examples=400)
@given(themes)
def test_every_text_can_be_read_whatever_the_colours(theme: Theme) -> None:
    pairs = {
        "band": (theme.on_band, theme.band),
        "band accent": (theme.band_accent, theme.band),
        "button": (theme.on_button, theme.button),
        "button on the band": (theme.on_band_button, theme.band_button),
        "link": (theme.primary_text, PAPER),
        "figure": (theme.primary_text, theme.soft),
        "accent": (theme.accent_text, PAPER),
        "accent on the tint": (theme.accent_text, theme.soft),
        "ink on the tint": (INK, theme.soft),
        "muted": (theme.muted, theme.background),
        "small print on the tint": (theme.muted, theme.soft),
        "small print on paper": (theme.muted, PAPER),
    }
    assert _too_close(pairs, 4.5) == {}


@settings(max_examples=400)
@given(themes)
def test_every_text_can_be_read_in_the_dark(theme: Theme) -> None:
    grounds = {"night": NIGHT, "box": theme.dark_soft}
    texts = {
        "ink": DARK_INK,
        "muted": DARK_MUTED,
        "link": theme.dark_primary_text,
        "accent": theme.dark_accent_text,
    }
    pairs = {f"{text} on {ground}": (texts[text], grounds[ground]) for text in texts for ground in grounds}
    pairs |= {
        "band": (theme.dark_on_band, theme.dark_band),
        "band accent": (theme.dark_band_accent, theme.dark_band),
        "button": (theme.dark_on_button, theme.dark_button),
        "button on the band": (theme.dark_on_band_button, theme.dark_band_button),
        "footer": (DARK_MUTED, "#0d1017"),
    }
    assert _too_close(pairs, 4.5) == {}


@settings(max_examples=400)
@given(themes)
def test_buttons_and_edges_stand_out_from_what_they_stand_on(theme: Theme) -> None:
    pairs = {
        "button on paper": (theme.button, PAPER),
        "button on the tint": (theme.button, theme.soft),
        "button on the band": (theme.band_button, theme.band),
        "edge on paper": (theme.strong_edge, PAPER),
        "edge on the tint": (theme.strong_edge, theme.soft),
        "dark button": (theme.dark_button, NIGHT),
        "dark button on a box": (theme.dark_button, theme.dark_soft),
        "dark button on the band": (theme.dark_band_button, theme.dark_band),
        "dark edge": (theme.dark_strong_edge, NIGHT),
        "dark edge on a box": (theme.dark_strong_edge, theme.dark_soft),
    }
    assert _too_close(pairs, 3.0) == {}


def test_every_type_of_campaign_has_a_character_of_its_own() -> None:
    assert set(CHARACTERS) == set(get_args(CampaignType))
    assert len(set(CHARACTERS.values())) == len(CHARACTERS)


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_colours_are_colours() -> None:
    with pytest.raises(ValidationError):
        Theme(primary="red;} body{display:none")


def test_the_theme_of_a_brand() -> None:
    brand = BrandFactory.build(primary_colour="#112233", accent_colour="#445566")
    assert theme_of(brand, "clearance") == Theme(
        primary="#112233", accent="#445566", campaign_type="clearance"
    )

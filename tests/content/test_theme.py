"""Palettes: whatever the brand's colours, everything can be read (WCAG 2.2 AA)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from storesync.content.theme import INK, NIGHT, PAPER, Theme, contrast, mix, theme_of
from tests.factories import BrandFactory

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
kinds = st.sampled_from(["seasonal", "clearance", "newsletter", "event"])


@given(colours, colours, kinds)
def test_every_text_can_be_read_whatever_the_colours(primary: str, accent: str, kind: str) -> None:
    theme = Theme(primary=primary, accent=accent, campaign_type=kind)
    pairs = {
        "band": (theme.on_band, theme.band),
        "button": (theme.on_button, theme.button),
        "link": (theme.primary_text, PAPER),
        "figure": (theme.primary_text, theme.soft),
        "ink on card": (INK, theme.soft),
        "muted": (theme.muted, theme.background),
        "small print on card": (theme.muted, theme.soft),
        "dark figure": (theme.dark_primary_text, theme.dark_soft),
        "dark link": (theme.dark_primary_text, NIGHT),
        "dark ink": ("#eef0f6", theme.dark_soft),
        "dark quiet": ("#c0c6d3", theme.dark_soft),
    }
    bad = {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < 4.5}
    assert bad == {}


@given(colours)
def test_buttons_stand_out_from_the_sheet(primary: str) -> None:
    assert contrast(Theme(primary=primary).button, PAPER) >= 3


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

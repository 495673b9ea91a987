"""Contrast of the tokens, light and dark (WCAG 2.2: text 4.5, edges of controls and focus 3)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css" / "app.css"
TEXT, EDGE = 4.5, 3.0
GROUNDS = ("bg", "surface", "sunken", "raised")
TONES = ("success", "warning", "danger", "info", "violet", "neutral")

PAIRS: list[tuple[str, str, float]] = [
    *((text, ground, TEXT) for text in ("text", "muted", "subtle", "primary-text") for ground in GROUNDS),
    *((tone, f"{tone}-soft", TEXT) for tone in TONES),
    *((tone, "surface", TEXT) for tone in TONES),
    *(("text", f"{tone}-soft", TEXT) for tone in TONES),
    *(("muted", f"{tone}-soft", TEXT) for tone in ("primary", *TONES)),
    *(("primary-text", f"{tone}-soft", TEXT) for tone in ("primary", "danger", "info")),
    ("text", "primary-soft", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-primary", "c6", TEXT),
    ("on-success", "success", TEXT),
    ("on-danger", "danger", TEXT),
    ("on-toast", "toast", TEXT),
    ("side-text", "side", TEXT),
    ("side-text", "side-line", TEXT),
    ("side-strong", "side-active", TEXT),
    ("side-strong", "side-line", TEXT),
    ("on-count", "count", TEXT),
    *(("control", ground, EDGE) for ground in ("bg", "surface", "raised")),
    *(("focus", ground, EDGE) for ground in GROUNDS),
    ("side-focus", "side", EDGE),
    ("side-focus", "side-active", EDGE),
    ("primary", "neutral-soft", EDGE),
    *((f"c{n}", "surface", EDGE) for n in range(1, 7)),
]


def tokens() -> dict[str, tuple[str, str]]:
    """Every colour token as (light, dark)."""
    text = CSS.read_text()
    found = {
        name: (light, dark)
        for name, light, dark in re.findall(
            r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text
        )
    }
    for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text):
        found[name] = (colour, colour)
    return found


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "limit"), PAIRS)
def test_contrast(front: str, ground: str, limit: float, scheme: int) -> None:
    colours = tokens()
    assert contrast(colours[front][scheme], colours[ground][scheme]) >= limit


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_colour_outside_the_tokens() -> None:
    """Everything behind the tokens layer uses variables; white and black are for logo, mail and paper."""
    _head, rest = CSS.read_text().split("@layer reset {", 1)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) <= {"#fff", "#000"}


def test_only_logical_directions() -> None:
    """Right-to-left scripts get the same file: no left, right, or physical margins."""
    rules = re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.S)
    side = r"(?:left|right|top|bottom)"
    physical = rf"^\s*(?:(?:margin|padding|border|inset)-{side}|{side}|width|height)\s*:"
    assert re.findall(physical, rules, flags=re.M) == []

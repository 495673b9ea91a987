"""Icons: every meaning has a drawing, and a page never names a drawing by hand."""

import re

import pytest
from django.conf import settings

from storesync.core.icons import DIRECTIONAL, ICONS, UnknownIcon, icon


@pytest.mark.parametrize("meaning", sorted(ICONS))
def test_every_meaning_is_drawn(meaning: str) -> None:
    assert icon(meaning).startswith("<svg")
    assert 'aria-hidden="true"' in icon(meaning)


def test_directional_icons_are_in_the_map() -> None:
    assert set(ICONS) >= DIRECTIONAL
    assert "icon--directional" in icon("back")
    assert "icon--directional" not in icon("add")


def test_an_icon_alone_has_words() -> None:
    assert icon("close", label="Close <it>").endswith('<span class="vh">Close &lt;it&gt;</span>')


def test_an_unknown_meaning_is_an_error() -> None:
    with pytest.raises(UnknownIcon):
        icon("no-such-meaning")


def test_templates_use_known_meanings_only() -> None:
    used: dict[str, str] = {}
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        for meaning in re.findall(r"""{% icon ["']([^"']+)["']""", path.read_text()):
            used[meaning] = path.name
    assert used
    assert {meaning: where for meaning, where in used.items() if meaning not in ICONS} == {}

"""The twelve mails of the demo in a browser: nothing sideways, nothing for axe; and their pictures in docs/.

`STORESYNC_DRAW_MAILS=1` draws docs/templates/*.png anew: on a desktop, on a phone, on a phone in the dark.
"""

import io
import os
from typing import Any, Final

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page

from storesync.content.rendering import dark_preview
from tests.demo_mails import DemoMail, as_read, demo_mails
from tests.e2e.axe import sideways, violations

DOCS: Final = settings.BASE_DIR / "docs" / "templates"
LARGEST: Final = 120_000
COLOURS: Final = 64
GROUND: Final = "#8d94a1"
# The rules of WCAG, and those on the order of headings; landmarks are for pages, not for mails.
RULES: Final[dict[str, Any]] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {name: {"enabled": False} for name in ("region", "landmark-one-main", "target-size")},
}


@pytest.fixture(params=[mail.slug for mail in demo_mails()])
def mail(request: pytest.FixtureRequest) -> DemoMail:
    return next(one for one in demo_mails() if one.slug == request.param)


def _shown(page: Page, html: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(html, wait_until="load")


def test_the_mail_can_be_read_on_any_device(browser: Browser, mail: DemoMail) -> None:
    html = as_read(mail.render(mail.stores()[0]).html)
    context = browser.new_context()
    page = context.new_page()
    found = []
    for width in (320, 360, 600, 900):
        _shown(page, html, width)
        found += [f"{width}: {words}" for words in sideways(page)]
        broken = page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length")
        found += [f"{width}: {broken} pictures do not load"] if broken else []
    for name, shown in (("light", html), ("dark", dark_preview(html))):
        _shown(page, shown, 600)
        found += [f"{name}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in violations(page, RULES)]
    context.close()
    assert found == []


def test_the_pictures_in_docs_show_every_mail(browser: Browser, mail: DemoMail) -> None:
    path = DOCS / f"{mail.slug}.png"
    if os.environ.get("STORESYNC_DRAW_MAILS") == "1":
        html = as_read(mail.render(mail.stores()[0]).html)
        context = browser.new_context()
        page = context.new_page()
        path.parent.mkdir(exist_ok=True)
        looks = ((html, 640, 384), (html, 375, 208), (dark_preview(html), 375, 208))
        path.write_bytes(_montage([_picture(page, shown, width, small) for shown, width, small in looks]))
        context.close()
    assert path.stat().st_size <= LARGEST
    assert f"templates/{mail.slug}.png" in (DOCS.parent / "templates.md").read_text(encoding="utf-8")


def _picture(page: Page, html: str, width: int, small: int) -> Image.Image:
    _shown(page, html, width)
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return taken.resize((small, round(taken.height * small / taken.width)), Image.Resampling.LANCZOS)


def _montage(pictures: list[Image.Image]) -> bytes:
    gap = 16
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures) + 2 * gap), GROUND)
    left = gap
    for picture in pictures:
        sheet.paste(picture, (left, gap))
        left += picture.width + gap
    # The commonest colours as they are: flat areas keep theirs, smooth edges take the nearest.
    common: list[tuple[int, Any]] = sorted(sheet.getcolors(sheet.width * sheet.height) or (), reverse=True)[
        :COLOURS
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _count, colour in common for part in colour])
    few = sheet.quantize(palette=palette, dither=Image.Dither.NONE)
    made = io.BytesIO()
    few.save(made, "PNG", optimize=True)
    return made.getvalue()

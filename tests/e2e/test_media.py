"""The media library in a browser: pictures come in by picker and drop, are described, found, and chosen."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from storesync.campaigns.actions.template import create_template
from storesync.core.scoping import brand_scope
from storesync.media.models import MediaImage
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.e2e.axe import faults
from tests.media.making import drawing, encoded, library_image, photo

pytestmark = pytest.mark.django_db(transaction=True)


class BlockFields(forms.Form):
    """The fields of an image block, as an editor has them."""

    src = forms.CharField(label="Image address")
    alt = forms.CharField(label="Alternative text")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A photo, a drawing, and a file that only says it is a picture."""
    made = {
        "IMG_2041.jpg": encoded(photo(2000, 1500), "JPEG"),
        "logo.png": encoded(drawing()),
        "evil.png": b"<svg onload=alert(1)></svg>",
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in made]


def alts(cast: Cast) -> set[str]:
    with brand_scope([cast.acme.pk]):
        return set(MediaImage.objects.values_list("alt", flat=True))


def is_shown(page: Page, selector: str) -> bool:
    """Whether the picture has been loaded, and is one."""
    return bool(page.eval_on_selector(selector, "img => img.decode().then(() => img.naturalWidth > 1)"))


@pytest.mark.parametrize("phone", [False, True])
def test_several_files_at_once(
    cast: Cast, sign_in: Callable[..., Page], files: list[Path], phone: bool
) -> None:
    page = sign_in("jonas@acme.example", phone=phone)
    page.goto("/b/acme/media/upload/")
    add = page.get_by_role("button", name="Add to the library")
    expect(add).to_be_hidden()
    page.get_by_label("Pictures").set_input_files(files)
    expect(page.locator("[data-upload-rows] > li")).to_have_count(3)
    expect(page.get_by_text("SVG drawings are not shown")).to_be_visible()
    expect(page.locator("[data-upload-waits]")).to_have_count(2)
    assert is_shown(page, "[data-upload-waits] img")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    words = page.get_by_label("Alternative text")
    words.nth(0).fill("A coat in the snow")
    add.click()
    expect(page.get_by_text("This field is required.", exact=True)).to_be_visible()
    expect(page.get_by_label("Alternative text").nth(0)).to_have_value("A coat in the snow")
    page.get_by_label("Alternative text").nth(1).fill("The logo")
    page.get_by_role("button", name="Add to the library").click()
    page.wait_for_url("**/b/acme/media/")
    expect(page.get_by_text("2 pictures added.")).to_be_visible()
    assert alts(cast) == {"A coat in the snow", "The logo"}
    assert is_shown(page, ".shot img")
    assert faults(page) == []


def test_one_file_without_script(cast: Cast, sign_in: Callable[..., Page], files: list[Path]) -> None:
    page = sign_in("jonas@acme.example", phone=True, javascript=False)
    page.goto("/b/acme/media/upload/")
    page.get_by_label("Pictures").set_input_files(files[:2])
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Alternative text").nth(0).fill("A coat in the snow")
    page.get_by_label("Alternative text").nth(1).fill("The logo")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.get_by_text("2 pictures added.")).to_be_visible()
    assert alts(cast) == {"A coat in the snow", "The logo"}


def test_a_file_that_is_dropped_and_left_out_again(
    cast: Cast, sign_in: Callable[..., Page], files: list[Path]
) -> None:
    page = sign_in("maya@acme.example")
    page.goto("/b/acme/media/upload/")
    data = list(files[1].read_bytes())
    dropped = page.evaluate_handle(
        """data => {
            const moved = new DataTransfer();
            moved.items.add(new File([new Uint8Array(data)], "logo.png", {type: "image/png"}));
            return moved;
        }""",
        data,
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-upload-waits]")).to_have_count(1)
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator("[data-upload-waits]")).to_have_count(0)
    expect(page.get_by_role("button", name="Add to the library")).to_be_hidden()
    assert alts(cast) == set()


def editor(cast: Cast, page: Page, **values: str) -> None:
    """A page with the fields of an image block: an editor's part, put into a page of the brand."""
    form = BlockFields(values)
    request = RequestFactory().get("/b/acme/media/")
    context: dict[str, Any] = {"field": form["src"], "alt_field": form["alt"], "brand": cast.acme}
    button = render_to_string("media/_chooser_button.html", context, request=request)
    page.goto("/b/acme/media/")
    page.evaluate(
        """html => {
            const main = document.getElementById("main");
            main.innerHTML = html;
            htmx.process(main);
            main.addEventListener("input", ({target}) => main.dataset.heard = target.id);
        }""",
        f"{form.as_div()}{button}",
    )


def test_a_picture_is_chosen_in_the_dialog(cast: Cast, sign_in: Callable[..., Page]) -> None:
    with brand_scope([cast.acme.pk]):
        coat = library_image(cast.acme, cast.manager, alt="A red coat", colour="#c00000")
        library_image(cast.acme, cast.manager, alt="Boots", colour="#00c000")
    page = sign_in("jonas@acme.example")
    editor(cast, page)
    page.get_by_role("link", name=re.compile("Choose a picture")).click()
    dialog = page.locator("#modal")
    expect(dialog.get_by_role("heading", name="Choose a picture")).to_be_visible()
    expect(dialog.locator("[data-choice]")).to_have_count(2)
    assert is_shown(page, "#modal [data-choice] img")
    assert faults(page) == []
    dialog.get_by_label("Search pictures").type("red")
    expect(dialog.locator("[data-choice]")).to_have_count(1)
    dialog.get_by_role("link", name="A red coat").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#id_src")).to_have_value(coat.address)
    expect(page.locator("#id_alt")).to_have_value("A red coat")
    assert page.locator("#main").get_attribute("data-heard") == "id_src"
    assert is_shown(page, "[data-chooser-picture]")
    assert page.evaluate("document.activeElement.closest('[data-chooser]') !== null")


def test_words_that_are_there_stay(cast: Cast, sign_in: Callable[..., Page]) -> None:
    with brand_scope([cast.acme.pk]):
        coat = library_image(cast.acme, cast.manager, alt="A red coat")
    page = sign_in("jonas@acme.example")
    editor(cast, page, src="https://shop.example/a.png", alt="My own words")
    page.get_by_role("link", name=re.compile("Choose another picture")).click()
    page.locator("#modal [data-choice]").click()
    expect(page.locator("#id_src")).to_have_value(coat.address)
    expect(page.locator("#id_alt")).to_have_value("My own words")


def test_a_new_picture_is_added_and_chosen_in_the_dialog(
    cast: Cast, sign_in: Callable[..., Page], files: list[Path]
) -> None:
    page = sign_in("jonas@acme.example", phone=True)
    editor(cast, page)
    page.get_by_role("link", name=re.compile("Choose a picture")).click()
    page.get_by_text("Add a new picture").click()
    page.locator("#modal").get_by_label("Picture", exact=True).set_input_files(files[2])
    page.locator("#modal").get_by_label("Alternative text").fill("The logo")
    page.get_by_role("button", name="Add and choose").click()
    expect(page.locator("#modal").get_by_text("SVG drawings are not shown").first).to_be_visible()
    page.locator("#modal").get_by_label("Picture", exact=True).set_input_files(files[1])
    page.get_by_role("button", name="Add and choose").click()
    expect(page.locator("#modal")).to_be_hidden()
    expect(page.locator("#id_src")).to_have_value(re.compile(r"media:[0-9a-f]{32}\.png"))
    expect(page.locator("#id_alt")).to_have_value("The logo")
    assert alts(cast) == {"The logo"}


def test_without_script_the_choice_comes_back_in_the_address(
    cast: Cast, sign_in: Callable[..., Page]
) -> None:
    with brand_scope([cast.acme.pk]):
        coat = library_image(cast.acme, cast.manager, alt="A red coat")
    page = sign_in("jonas@acme.example", javascript=False)
    page.goto("/b/acme/media/choose/?field=src&back=/b/acme/media/")
    page.get_by_role("link", name="A red coat").click()
    assert f"picked={coat.address.replace(':', '%3A')}&picked_for=src" in page.url


def test_a_preview_shows_pictures_of_the_library(
    cast: Cast, sign_in: Callable[..., Page], live_server: LiveServer, settings: Settings
) -> None:
    """The message's own frame, sandboxed and under its own policy, loads what mails will load."""
    settings.BASE_URL = live_server.url
    with brand_scope([cast.acme.pk]):
        coat = library_image(cast.acme, cast.manager, alt="A red coat")
        shown = {"id": "pic", "type": "image", "src": coat.address, "alt": "A red coat"}
        template = create_template(
            brand=cast.acme,
            name="Winter",
            campaign_type="seasonal",
            actor=cast.manager,
            draft=DRAFT | {"blocks": [*DRAFT["blocks"], shown]},
        )
    page = sign_in("maya@acme.example")
    page.goto(f"/b/acme/templates/{template.slug}/frame/")
    picture = page.get_by_alt_text("A red coat")
    expect(picture).to_have_attribute("src", f"{live_server.url}/media/{coat.name}")
    expect(picture).to_have_js_property("complete", True)
    # The frame runs no script, so its size tells whether the picture came.
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 100

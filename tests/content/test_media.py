"""Images of the media library in blocks: what an address may look like, and where it leads in a mail."""

import pytest
from django.contrib.staticfiles import finders
from pytest_django import Settings

from storesync.content.blocks import validate_blocks
from storesync.content.checks import check_message
from storesync.content.media import FRESH_PICTURE, PLACEHOLDER, is_media, media_name, media_names, media_url
from tests.content.samples import FACTS, VALUES, VARIABLES, message

NAME = "0123456789abcdef0123456789abcdef"


def picture(src: str) -> list[dict[str, object]]:
    return [
        {"id": "pic", "type": "image", "src": src, "alt": "A coat"},
        {"id": "list", "type": "product_list", "products": [{"name": "Coat", "image": src}]},
    ]


def test_a_name_becomes_a_public_address(settings: Settings) -> None:
    settings.BASE_URL = "https://mail.example.com"
    assert media_url(f"media:{NAME}.png") == f"https://mail.example.com/media/{NAME}.png"
    assert media_url(f"media:{NAME}.png", width=600) == f"https://mail.example.com/media/{NAME}-600.png"
    assert media_url("https://shop.example/a.png", width=600) == "https://shop.example/a.png"
    assert media_name(f"media:{NAME}.jpg") == f"{NAME}.jpg"


def test_a_picture_that_is_still_to_be_chosen_is_a_drawing_of_ours(settings: Settings) -> None:
    settings.BASE_URL = "https://mail.example.com"
    assert media_url(FRESH_PICTURE) == "https://mail.example.com/static/img/picture.png"
    assert finders.find(PLACEHOLDER)


@pytest.mark.parametrize(
    "src",
    [
        f"{NAME}.png",
        f"media:{NAME}-600.png",
        f"media:{NAME}.svg",
        f"media:{NAME}.png\n",
        f"media:{NAME}.png/../x",
        f"media:{NAME.upper()}.png",
        f"media:../{NAME}.png",
        "media:",
        "",
    ],
)
def test_what_is_no_name(src: str) -> None:
    assert not is_media(src)
    assert media_name(src) == ""
    assert media_url(src) == src


def test_a_mail_shows_pictures_of_the_library_at_their_public_address(settings: Settings) -> None:
    settings.BASE_URL = "https://mail.example.com"
    made = message(blocks=picture(f"media:{NAME}.png")).render(FACTS, VALUES)
    assert f'src="https://mail.example.com/media/{NAME}.png"' in made.html
    assert f'src="https://mail.example.com/media/{NAME}-600.png"' in made.html
    assert "media:" not in made.html
    settings.BASE_URL = "https://moved.example.com"
    again = message(blocks=picture(f"media:{NAME}.png")).render(FACTS, VALUES)
    assert f'src="https://moved.example.com/media/{NAME}.png"' in again.html


def test_the_librarys_own_address_is_always_an_allowed_host(settings: Settings) -> None:
    settings.BASE_URL = "https://mail.example.com"
    compiled = message(blocks=picture(f"media:{NAME}.png"))
    rendered = compiled.render(FACTS, VALUES)
    assert check_message(compiled, rendered) == []


def test_links_are_never_names_and_images_are_never_anything_else() -> None:
    assert validate_blocks(picture(f"media:{NAME}.png"), VARIABLES)[1] == []
    wrong = picture(f"media:{NAME}.svg")
    assert {"src", "products.0.image"} <= {error.field for error in validate_blocks(wrong, VARIABLES)[1]}
    product = {"name": "Coat", "url": f"media:{NAME}.png"}
    linked = [{"id": "list", "type": "product_list", "products": [product]}]
    assert "products.0.url" in {error.field for error in validate_blocks(linked, VARIABLES)[1]}


def test_the_pictures_of_blocks_are_found_in_models_and_in_plain_data() -> None:
    raw = [
        *picture(f"media:{NAME}.png"),
        {"type": "image", "src": "https://x.example/a.png"},
        {"type": "text"},
    ]
    assert media_names(raw) == {f"{NAME}.png"}
    assert media_names(message(blocks=picture(f"media:{NAME}.gif")).blocks) == {f"{NAME}.gif"}
    assert media_names([{"src": 3, "products": None}]) == set()

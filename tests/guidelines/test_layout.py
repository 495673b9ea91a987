"""Hosts, images, size, contrast and mail programs."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from storesync.content.theme import Theme
from storesync.guidelines.checking import Message
from storesync.guidelines.checking.layout import _pairs
from storesync.guidelines.clients import EVERYWHERE, FAMILIES, FEATURES, PROGRAMS
from tests.content.samples import blocks
from tests.guidelines.making import check, message, places, rule, text

LINKS = rule("allowed_link_hosts", hosts=["https://Shop.example/path", "*.müller.example"])
IMAGES = rule("allowed_image_hosts", hosts=["img.example"])


def test_links_to_allowed_hosts_pass() -> None:
    """The host itself, what is below it, the map of the store, and mail and phone links."""
    checked = message(
        text(
            "[a](https://shop.example/) [b](https://www.shop.example/x?y=1&z=2) "
            "[c](https://www.xn--mller-kva.example/) [d](mailto:a@other.example) [e](tel:+49301)"
        ),
        {"id": "store", "type": "store_details"},
    )
    assert check(checked, LINKS) == []


def test_each_place_with_another_host_is_told() -> None:
    checked = message(
        text("[x](https://evil.example/{{ store_number }}) and [y](https://shop.example/)"),
        {"id": "buy", "type": "button", "label": "Go", "url": "https://notshop.example/"},
        {"id": "land", "type": "button", "label": "Go", "url": "{{ landing_page }}"},
        {
            "id": "list",
            "type": "product_list",
            "products": [{"name": "Mug", "url": "https://shop.example.evil.example/"}],
        },
        values={"landing_page": "https://fourth.example/"},
    )
    found = check(checked, LINKS)
    assert places(found) == [
        ("error", "link-host", "words", "text"),
        ("error", "link-host", "buy", "url"),
        ("error", "link-host", "list", "products.0.url"),
        ("error", "link-host", "", "landing_page"),
    ]
    assert found[0].message == "Text: links to evil.example are not allowed."
    assert "shop.example" in found[0].mend


def image(src: str, alt: str = "A coat") -> dict[str, Any]:
    return {"id": "pic", "type": "image", "src": src, "alt": alt}


def test_images_from_other_hosts() -> None:
    assert check(message(image("https://img.example/a.jpg")), IMAGES) == []
    assert places(check(message(image("https://other.example/a.jpg")), IMAGES)) == [
        ("error", "image-host", "pic", "src")
    ]
    products = {
        "id": "list",
        "type": "product_list",
        "products": [{"name": "Mug", "image": "https://other.example/a.jpg"}],
    }
    assert places(check(message(products), IMAGES)) == [("error", "image-host", "list", "products.0.image")]


def test_the_library_is_always_allowed() -> None:
    own = image(f"media:{'0' * 32}.jpg")
    with override_settings(BASE_URL="https://storesync.example"):
        assert check(message(own), rule("allowed_image_hosts")) == []
        assert check(message(image("https://storesync.example/media/a.jpg")), IMAGES) == []


def test_how_many_images() -> None:
    """The samples have one image and one product image."""
    assert check(message(), rule("image_count", maximum=2)) == []
    assert places(check(message(), rule("image_count", maximum=1))) == [
        ("error", "image-count", "list", "products.2.image")
    ]


@pytest.mark.parametrize(
    ("alt", "codes"),
    [
        ("A coat", []),
        ("IMG_1234", ["alt-file"]),
        ("winter-coat.jpg", ["alt-file"]),
        ("x" * 126, ["alt-long"]),
        ("", []),  # an error of our own
    ],
)
def test_alternative_text(alt: str, codes: list[str]) -> None:
    found = check(message(image("https://img.example/a.jpg", alt)), rule("alternative_text"))
    assert [one.code for one in found] == codes
    assert all((one.block_id, one.field) == ("pic", "alt") for one in found)


def test_the_size_of_the_mail() -> None:
    assert check(message(), rule("mail_size", kilobytes=102)) == []
    (found,) = check(message(), rule("mail_size", kilobytes=10))
    assert (found.code, found.field) == ("size", "")


# -- contrast and mail programs

COLOURS = ["#3552d0", "#ffd400", "#0b5d4a", "#f4f4f4", "#000000", "#ff0066", "#7f7f7f"]


@pytest.mark.parametrize("primary", COLOURS)
@pytest.mark.parametrize("campaign_type", ["newsletter", "clearance"])
def test_our_own_layout_passes_with_every_colour(primary: str, campaign_type: Any) -> None:
    """Contrast is computed when the theme is; every family of mail programs shows what we compile."""
    theme = Theme(primary=primary, accent=COLOURS[0], campaign_type=campaign_type)
    assert check(message(theme=theme), rule("contrast"), rule("mail_programs")) == []


def test_the_pairs_of_colours_are_found() -> None:
    """Guards the test above: text on the band, on the sheet, on a card and on a button is among them."""
    theme = Theme()
    pairs = {(ink, ground) for ink, ground, _ratio in _pairs(message(theme=theme).skeleton)}
    assert {
        (theme.on_band, theme.band),
        ("#1c2130", "#ffffff"),
        (theme.primary_text, theme.soft),
        (theme.on_button, theme.button),
        (theme.muted, theme.background),
    } <= pairs


def test_a_brand_may_ask_for_more_contrast() -> None:
    found = check(message(theme=Theme(primary="#3f7fff")), rule("contrast", ratio="7"))
    assert {one.code for one in found} == {"contrast"}
    assert 0 < len(found) <= 3


def html(body: str) -> Message:
    """A message whose HTML is this, as no layout of ours would make it."""
    checked = message(text("x"))
    checked.html = f"<html><body>{body}</body></html>"
    return checked


@pytest.mark.parametrize(
    ("body", "ratio"),
    [
        ('<p style="color:#777777">x</p>', "4.48"),
        ('<div style="background:#000000"><p style="color:#333">x</p></div>', "1.66"),
        ('<table bgcolor="#ffffff"><tr><td style="color:#ffffff">x</td></tr></table>', "1"),
    ],
)
def test_poor_contrast_is_measured(body: str, ratio: str) -> None:
    (found,) = check(html(body), rule("contrast"))
    assert f"a contrast of {ratio};" in found.message


def test_what_is_hidden_or_behind_is_not_text() -> None:
    hidden = '<div style="display:none;color:#ffffff">x</div>'
    after = '<div style="background:#000000"><br></div><p style="color:#1c2130">x</p>'
    assert check(html(hidden + after), rule("contrast")) == []


@pytest.mark.parametrize(
    ("body", "families", "told"),
    [
        (
            '<div style="display: flex">x</div>',
            ["outlook_windows"],
            "display:flex: not shown by Outlook for Windows",
        ),
        ('<div style="display:flex">x</div>', ["apple_mail"], ""),
        (
            '<div style="background:linear-gradient(red,blue)">x</div>',
            ["gmail", "outlook_windows"],
            "gradients: not shown by Outlook",
        ),
        ('<div style="width:calc(1px + 1em)">x</div>', ["yahoo"], "calc(): not shown by Yahoo"),
        ("<video>x</video>", ["gmail", "samsung"], "video: not shown by Gmail"),
        ("<style>@font-face{src:url(x)}</style>", ["gmail"], "web fonts: not shown by Gmail"),
        ('<td background="https://x.example/a.png">x</td>', ["outlook_windows"], ""),
        ('<p style="border-radius:4px">x</p>', ["outlook_windows"], ""),  # harmless
        ("<!--[if mso]><form>x</form><![endif]-->", ["gmail", "outlook_windows"], ""),  # not for everybody
    ],
)
def test_what_mail_programs_do_not_show(body: str, families: list[str], told: str) -> None:
    found = check(html(body), rule("mail_programs", families=families))
    assert [one.level for one in found] == (["warning"] if told else [])
    assert all(one.message.startswith(told) for one in found)


def test_an_image_format_is_told_at_the_image() -> None:
    checked = message(image("https://img.example/a.webp"))
    (found,) = check(checked, rule("mail_programs"))
    assert (found.block_id, found.field) == ("pic", "src")
    assert found.message == "Image, Image address: WebP images are not shown by Outlook for Windows."
    assert check(checked, rule("mail_programs", families=["gmail", "apple_mail"])) == []


def test_every_property_of_our_layout_is_known() -> None:
    """A layout that begins to use something new has to look it up first."""
    checked = message(*blocks(), facts={"location_language": "ar"})
    listed = {needle for feature in FEATURES if feature.use == "property" for needle in feature.needles}
    used = {
        declaration.partition(":")[0].strip()
        for style in re.findall(r'style="([^"]*)"', checked.skeleton)
        for declaration in style.split(";")
        if ":" in declaration
    } - {"mso-line-height-rule"}  # in comments, for Outlook alone
    assert used - listed - EVERYWHERE == set()
    assert len(used) > 20


def test_the_table_is_well_formed() -> None:
    assert len({feature.slug for feature in FEATURES}) == len(FEATURES)
    assert all(len(f.support) == len(FAMILIES) and set(f.support) <= set("yan?") for f in FEATURES)
    assert PROGRAMS.keys() == FAMILIES.keys()


@pytest.fixture
def measured(real_data: Path) -> dict[tuple[str, str, str], str]:
    """Support by feature, client and platform, as it was measured last."""
    path = real_data / "emails" / "caniemail" / "caniemail_matrix.csv"
    with path.open(encoding="utf-8", newline="") as file:
        # Versions of one program come in the order of time.
        return {(row["slug"], row["client"], row["platform"]): row["support"] for row in csv.DictReader(file)}


def test_the_table_says_what_was_measured(measured: dict[tuple[str, str, str], str]) -> None:
    """A family is as good as its worst program."""
    for feature in FEATURES:
        letters = ""
        for programs in PROGRAMS.values():
            known = {measured.get((feature.slug, *program), "u") for program in programs} - {"u"}
            letters += next((letter for letter in "nay" if letter in known), "?")
        assert feature.support == letters, feature.slug


def test_what_we_take_for_granted_works_everywhere(measured: dict[tuple[str, str, str], str]) -> None:
    """ "In part" is enough: those parts are what our layouts use."""
    for name in EVERYWHERE:
        known = {
            measured[key]
            for key in measured
            if key[0] == f"css-{name}" and key[1:] in set().union(*PROGRAMS.values())
        }
        assert "n" not in known, name

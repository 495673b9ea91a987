"""The editor of a template in a browser: it saves by itself, says so, and never loses what was typed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from storesync.campaigns.actions.template import create_template
from storesync.campaigns.models import CampaignTemplate
from storesync.core.scoping import brand_scope
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.e2e.axe import faults, sideways
from tests.e2e.conftest import wait_until
from tests.guidelines.making import in_force

pytestmark = pytest.mark.django_db(transaction=True)
EDIT = "/b/acme/templates/winter/edit/"
SAVED = re.compile(r"^Saved \d\d:\d\d$")
Open = Callable[..., Page]


@pytest.fixture
def template(cast: Cast) -> CampaignTemplate:
    with brand_scope([cast.acme.pk]):
        return create_template(
            brand=cast.acme, name="Winter", campaign_type="seasonal", actor=cast.manager, draft=DRAFT
        )


def ids(template: CampaignTemplate) -> list[str]:
    with brand_scope([template.brand_id]):
        return [one["id"] for one in CampaignTemplate.objects.get(pk=template.pk).draft["blocks"]]


def text_of(template: CampaignTemplate, block_id: str) -> str:
    with brand_scope([template.brand_id]):
        blocks = CampaignTemplate.objects.get(pk=template.pk).draft["blocks"]
        return next(str(one["text"]) for one in blocks if one["id"] == block_id)


def state(page: Page) -> Any:
    return page.locator("#save-state [data-state-words]")


@pytest.fixture
def opened(sign_in: Open, cast: Cast, template: CampaignTemplate) -> Open:
    def at(query: str = "", **more: Any) -> Page:
        page = sign_in(more.pop("email", cast.manager.email), **more)
        page.goto(EDIT + query)
        return page

    return at


def test_it_saves_by_itself_and_what_is_wrong_stays(opened: Open, template: CampaignTemplate) -> None:
    page = opened("?block=head")
    field = page.get_by_role("textbox", name="Text", exact=True)
    field.fill("Snow at {{ location_name }}")
    expect(state(page)).to_have_text("Not saved yet")
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator("[data-block=head] small")).to_have_text("Snow at {{ location_name }}")
    page.reload()
    expect(field).to_have_value("Snow at {{ location_name }}")

    field.fill("Snow at {{ location_nam }}")
    expect(state(page)).to_have_text("Not saved – errors: 1")
    expect(page.locator("#div_id_block-text .error")).to_contain_text("Did you mean location_name?")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-block=head] .badge:visible")).to_have_text("1 error")
    assert text_of(template, "head") == "Snow at {{ location_name }}"

    # A crash or a reload offers it back.
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(field).to_have_value("Snow at {{ location_name }}")
    page.get_by_role("button", name="Put it back").click()
    expect(field).to_have_value("Snow at {{ location_nam }}")
    field.fill("Snow at {{ location_city }}")
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator("#fields-form .error")).to_have_count(0)
    assert text_of(template, "head") == "Snow at {{ location_city }}"


def test_offline_it_waits_and_leaving_asks(opened: Open, template: CampaignTemplate) -> None:
    page = opened("?block=head")
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Text", exact=True).press_sequentially(" again")
    expect(state(page)).to_have_text("Offline – will retry")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_function("() => true")
    wait_until(page, lambda: bool(asked))
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert "again" in text_of(template, "head")


def test_two_windows_never_overwrite_each_other(opened: Open, cast: Cast, template: CampaignTemplate) -> None:
    mine, theirs = opened("?block=head"), opened("?block=head", email=cast.admin.email)
    theirs.get_by_role("textbox", name="Text", exact=True).fill("Their heading")
    expect(state(theirs)).to_have_text(SAVED)
    mine.get_by_role("textbox", name="Text", exact=True).fill("My heading")
    expect(state(mine)).to_have_text("Not saved – somebody else was quicker")
    conflict = mine.locator("#conflict")
    expect(conflict).to_contain_text("Their")
    expect(mine.get_by_role("textbox", name="Text", exact=True)).to_have_value("My heading")
    assert text_of(template, "head") == "Their heading"
    conflict.get_by_role("button", name="Keep mine").click()
    expect(state(mine)).to_have_text(SAVED)
    expect(conflict).to_have_count(0)
    assert text_of(template, "head") == "My heading"


def drag(page: Page, block: str, onto: str, *, touch: bool) -> None:
    """Pull a block by its grip to just below another one."""
    grip, target = (page.locator(f"[data-block={one}]").locator("[data-grip]") for one in (block, onto))
    start, end = grip.bounding_box(), target.bounding_box()
    assert start and end
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    to = end["y"] + end["height"] * 0.8
    if not touch:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, (y + to) / 2, steps=4)
        page.mouse.move(x, to, steps=4)
        page.mouse.up()
        return
    session = page.context.new_cdp_session(page)

    def finger(kind: str, at: float | None) -> None:
        points = [] if at is None else [{"x": x, "y": at}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", y)
    for n in range(1, 7):
        finger("touchMove", y + (to - y) * n / 6)
    finger("touchEnd", None)


@pytest.mark.parametrize("touch", [False, True])
def test_blocks_are_dragged_with_mouse_and_finger(
    opened: Open, template: CampaignTemplate, touch: bool
) -> None:
    page = opened(phone=touch)
    drag(page, "head", "hello", touch=touch)
    expect(page.locator("#announce")).to_have_text("Heading is now at place 2 of 3.")
    expect(page.locator("[data-block]").first).to_have_attribute("data-block", "hello")
    assert ids(template) == ["hello", "head", "store"]


def test_the_whole_way_by_keyboard(opened: Open, template: CampaignTemplate) -> None:
    page = opened()
    row = page.locator("[data-block=head] .blocks__link")
    row.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#announce")).to_have_text("Heading is now at place 2 of 3.")
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#fields-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    search = page.get_by_role("combobox", name="Insert a variable")
    expect(search).to_be_focused()
    page.keyboard.type("cíty store")
    expect(page.locator("[aria-selected=true]")).to_contain_text("location_city")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Text", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("Winter at {{ location_name }}{{ location_city }}")
    expect(state(page)).to_have_text(SAVED)
    assert ids(template) == ["hello", "head", "store"]


def test_a_variable_lands_at_the_cursor_with_its_stand_in(opened: Open) -> None:
    page = opened("?part=lines")
    subject = page.get_by_role("textbox", name="Subject")
    subject.fill("Hello , come in")
    subject.evaluate("field => field.setSelectionRange(6, 6)")
    page.get_by_role("button", name="Insert a variable").click()
    page.get_by_label("Stands in where it is missing").fill('my "friend"')
    page.get_by_role("option", name="First name").click()
    expect(subject).to_have_value('Hello {{ first_name|default("my friend") }}, come in')


def test_add_delete_and_undo(opened: Open, template: CampaignTemplate) -> None:
    page = opened()
    page.get_by_role("button", name="More for Heading, place 1").click()
    page.get_by_role("link", name="Add a block after it").click()
    page.get_by_role("button", name="Button One thing to do").click()
    expect(page.get_by_role("textbox", name="Label")).to_be_visible()
    fresh = ids(template)[1]
    assert fresh.startswith("button-")
    page.get_by_role("button", name="More for Button, place 2").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Button removed.")).to_be_visible()
    assert fresh not in ids(template)
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"[data-block={fresh}]")).to_be_visible()
    assert ids(template)[1] == fresh


def test_missing_words_are_put_in_and_taken_back(
    opened: Open, cast: Cast, template: CampaignTemplate
) -> None:
    with brand_scope([cast.acme.pk]):
        in_force(cast, {"id": "small", "kind": "disclaimer", "text": "While stocks last."})
    page = opened("?block=head")
    page.get_by_role("textbox", name="Text", exact=True).fill("Still typing")
    page.get_by_role("button", name="Insert the text").click()
    expect(page.locator("[data-block^=legal-]")).to_contain_text("While stocks last.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-block^=legal-]")).to_have_count(0)
    assert ids(template) == ["head", "hello", "store"]
    assert text_of(template, "head") == "Still typing"


def test_products_as_rows(opened: Open, template: CampaignTemplate) -> None:
    page = opened("?add=head")
    page.get_by_role("button", name="Product list").click()
    page.get_by_role("textbox", name="Name").first.fill("Mug")
    page.get_by_role("button", name="Add a product").click()
    page.get_by_role("textbox", name="Name").nth(1).fill("Throw")
    page.get_by_role("button", name="Up").nth(1).click()
    expect(page.locator("[data-block] small").nth(1)).to_have_text("Throw, Mug")
    with brand_scope([template.brand_id]):
        products = CampaignTemplate.objects.get(pk=template.pk).draft["blocks"][1]["products"]
    assert [one["name"] for one in products] == ["Throw", "Mug"]


@pytest.mark.parametrize("phone", [False, True])
def test_everything_without_a_script(opened: Open, template: CampaignTemplate, phone: bool) -> None:
    page = opened(javascript=False, phone=phone)
    page.get_by_role("button", name="More for Text, place 2").click()
    page.get_by_role("button", name="Move up").click()
    assert ids(template) == ["hello", "head", "store"]
    page.get_by_role("link", name="Heading").click()
    page.get_by_role("textbox", name="Text", exact=True).fill("By hand")
    page.get_by_role("button", name="Save", exact=True).click()
    assert text_of(template, "head") == "By hand"
    page.get_by_role("button", name="More for Heading, place 2").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    assert ids(template) == ["hello", "head", "store"]


def test_on_a_phone_one_step_after_the_other(opened: Open, template: CampaignTemplate) -> None:
    page = opened(phone=True)
    page.get_by_role("link", name="Heading").click()
    field = page.get_by_role("textbox", name="Text", exact=True)
    expect(field).to_be_visible()
    expect(page.locator("#editor-list")).to_be_hidden()
    field.fill("On the way")
    steps = page.get_by_role("navigation", name="Steps of the editor")
    steps.get_by_role("link", name="Preview").click()
    expect(page.frame_locator(".preview__frame iframe >> nth=-1").get_by_text("On the way")).to_be_visible()
    expect(field).to_be_hidden()
    steps.get_by_role("link", name="Fields").click()
    expect(field).to_have_value("On the way")
    expect(state(page)).to_have_text(SAVED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_in_every_state(opened: Open, scheme: str) -> None:
    page = opened()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    # Colours are the same in every width.
    for width, height in ((1440, 900), (390, 844), (320, 640))[: 1 if scheme == "dark" else None]:
        page.set_viewport_size({"width": width, "height": height})
        for query in ("?part=lines", "?block=hello", "?add=head", "?block=store"):
            page.goto(EDIT + query)
            assert [*faults(page), *sideways(page)] == [], (width, query)
    page.goto(EDIT + "?part=lines")
    page.get_by_role("button", name="Insert a variable").click()
    assert faults(page) == []


def test_a_check_leads_to_its_field(opened: Open, template: CampaignTemplate) -> None:
    page = opened("?add=head")
    page.get_by_role("button", name="Image A picture").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#editor-checks")).to_contain_text("The picture is still to be chosen.")
    expect(page.locator("[data-block] [data-found]:visible")).to_have_text("To mend: 1")
    page.locator("[data-block=head] .blocks__link").click()
    page.get_by_role("link", name="Image, Image address").click()
    expect(page.get_by_role("textbox", name="Image address")).to_be_focused()

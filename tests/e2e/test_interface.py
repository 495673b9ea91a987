"""The design system in a browser: accessible in each theme and width, by keyboard and without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from storesync.accounts.models import User
from tests.e2e.axe import faults, sideways
from tests.e2e.conftest import PATIENCE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
OTHERS = ["/accounts/login/", "/accounts/2fa/", "/no/such/page/"]
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "smallest": {"viewport": {"width": 320, "height": 640}, "has_touch": True},
}


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A window of a signed-in person that fails the test on any error in its console."""
    contexts = []
    errors: list[str] = []

    def open_window(path: str, *, person: User | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
            assert client.session[BACKEND_SESSION_KEY]
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and "404 (Not Found)" not in message.text
                else None
            ),
        )
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize("way", list(WAYS))
def test_accessible_and_never_sideways(window: Callable[..., Page], way: str) -> None:
    person = UserFactory(name="Maya Okafor")
    for path in ["/styleguide/", *(OTHERS if way in {"desktop", "phone"} else [])]:
        page = window(path, person=None if path == "/accounts/login/" else person, **WAYS[way])
        assert [*faults(page), *sideways(page)] == [], path


def test_the_drawer_of_a_phone_by_keyboard_and_without_script(window: Callable[..., Page]) -> None:
    person = UserFactory()
    page = window("/styleguide/", person=person, **WAYS["phone"])
    menu = page.locator("#menu")
    assert not menu.is_visible()
    page.get_by_role("button", name="Menu", exact=True).focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()

    plain = window("/styleguide/", person=person, java_script_enabled=False, **WAYS["phone"])
    plain.get_by_role("button", name="Menu", exact=True).click()
    assert plain.locator("#menu").is_visible()
    plain.locator(".side__user > summary").click()
    assert plain.get_by_role("button", name="Sign out").is_visible()


def test_picking_rows_counts_them_and_all_that_match(window: Callable[..., Page]) -> None:
    """Rule L1: "all" is what matches, not what is on the page."""
    page = window("/styleguide/", person=UserFactory(), **WAYS["desktop"])
    bar, words = page.locator("#bulk"), page.locator("[data-selected]")
    assert not bar.is_visible()
    page.get_by_label("Select Summer sale").check()
    assert bar.is_visible()
    assert words.inner_text() == "1 selected"
    page.get_by_label("Select all on this page").check()
    assert words.inner_text() == "5 selected"
    page.get_by_label("All 248 that match").check()
    assert words.inner_text() == "248 selected"
    page.get_by_label("Select Summer sale").uncheck()
    assert not page.get_by_label("All 248 that match").is_checked()
    assert words.inner_text() == "4 selected"
    page.get_by_role("button", name="Clear selection").click()
    assert not bar.is_visible()


def test_picking_rows_without_script(window: Callable[..., Page]) -> None:
    page = window("/styleguide/", person=UserFactory(), java_script_enabled=False, **WAYS["desktop"])
    page.get_by_label("Select Summer sale").check()
    assert page.locator("#bulk").is_visible()
    assert page.get_by_label("All 248 that match").is_visible()
    page.get_by_role("button", name="Clear selection").click()
    assert not page.locator("#bulk").is_visible()


def test_single_keys_work_outside_fields_only_and_can_be_off(window: Callable[..., Page]) -> None:
    page = window("/styleguide/", person=UserFactory(), **WAYS["desktop"])
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    assert sheet.is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    search = page.get_by_label("Search campaigns")
    assert search.evaluate("field => field === document.activeElement")
    page.keyboard.type("what? /why")
    assert search.input_value() == "what? /why"
    assert not sheet.is_visible()

    quiet = window("/styleguide/", person=UserFactory(shortcuts=False), **WAYS["desktop"])
    quiet.keyboard.press("?")
    assert not quiet.get_by_role("dialog", name="Keyboard shortcuts").is_visible()


def test_news_of_htmx_requests(window: Callable[..., Page]) -> None:
    """What went well passes by, what went wrong stays."""
    page = window("/styleguide/", person=UserFactory(), **WAYS["desktop"])
    page.evaluate(
        """htmx.trigger(document.body, "messages", {value: [
            {level: "success", text: "<b>Archived</b>"}, {level: "error", text: "One was not."}]})"""
    )
    assert page.locator(".toast").inner_text().startswith("<b>Archived</b>")
    assert page.locator("#messages [role=alert]").inner_text().strip().startswith("One was not.")
    page.get_by_role("button", name="Dismiss").first.click()
    assert page.locator("#messages [role=alert]").count() == 0


def test_a_message_keeps_its_own_styles_in_the_frame(window: Callable[..., Page]) -> None:
    page = window("/styleguide/", person=UserFactory(), **WAYS["desktop"])
    frame = page.frame_locator("iframe[name=mail-phone]")
    head = frame.locator(".h")
    assert head.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(11, 107, 98)"

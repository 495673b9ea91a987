"""A real browser and the real server in a thread (the real worker is the fixture `worker` of all tests).

Playwright runs its own event loop in this thread, which Django takes for asynchronous code; nothing here is.
"""

import os
import signal
import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from storesync.accounts.models import User
from tests.factories import PASSWORD
from tests.requirements import require

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds: how long a browser may take for one thing on a machine that is busy with others."""
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


class Chromium:
    """Debian's Chromium (Playwright's own download is never used), begun anew after it was ended."""

    def __init__(self, playwright: Playwright, path: str) -> None:
        self.playwright = playwright
        self.path = path
        self.running: Browser | None = None

    def browser(self) -> Browser:
        """The running one."""
        if self.running is None or not self.running.is_connected():
            self.running = self.playwright.chromium.launch(executable_path=self.path, args=FLAGS)
        return self.running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One for all tests of this process."""
    path = require("chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        made = Chromium(playwright, path)
        yield made
        if made.running is not None:
            made.running.close()


@pytest.fixture
def browser(chromium: Chromium) -> Browser:
    """A real browser."""
    return chromium.browser()


def end_chromium() -> None:
    """Kill every Chromium below this process."""
    below, found = [os.getpid()], []
    while below:
        pid = below.pop()
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                below += map(int, (task / "children").read_text().split())
            if b"/chromium" in (Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]):
                found.append(pid)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Once in hundreds of windows Chromium never answers that it is to close: end it, not the whole run."""
    ended = threading.Event()

    def end() -> None:
        ended.set()
        end_chromium()

    rescue = threading.Timer(PATIENCE / 1000, end)
    rescue.start()
    try:
        return (yield)
    except Exception:
        if not ended.is_set():
            raise
        warnings.warn(f"Chromium hung when a window of {item.name} was to close", stacklevel=1)
        return None
    finally:
        rescue.cancel()


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser go on until it is so, or its patience ends; what follows asserts it."""
    for _time in range(PATIENCE // 50):
        if condition():
            return
        page.wait_for_timeout(50)


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Open a browser window of its own for a person, on the page that follows the sign-in.

    With `form` they type their password, else they bring the session that typing it would have given.
    """
    contexts = []

    def open_window(email: str, *, phone: bool = False, javascript: bool = True, form: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if form:
            page.goto("/accounts/login/")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_label("Password").press("Enter")
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        else:
            context.add_cookies([session_of(User.objects.get(email=email), live_server.url)])
            page.goto("/")
        return page

    yield open_window
    for context in contexts:
        context.close()


def session_of(person: User, url: str) -> dict[str, str]:
    """The cookie of a new session of a person."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}

"""A real browser, the real server in a thread, and the real worker in a process of its own.

Playwright runs its own event loop in this thread, which Django takes for asynchronous code; nothing here is.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import PASSWORD
from tests.requirements import require
from tests.services import SmtpSink

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
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own download is never used."""
    path = require("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _plain_static_files(settings: pytest.FixtureRequest) -> None:
    """The live server finds static files where they are written; no collectstatic before a test."""
    settings.STORAGES = settings.STORAGES | {  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Open a browser window of its own for a person and sign them in through the form."""
    contexts = []

    def open_window(email: str, *, phone: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=javascript,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()


class Worker:
    """The worker as production runs it, on the test database."""

    def __init__(self, sink: SmtpSink) -> None:
        self.environment = os.environ | {
            "STORESYNC_PGDATABASE": str(connection.settings_dict["NAME"]),
            "STORESYNC_PGDIR": str(settings.STORESYNC_PGDIR),
            "EMAIL_URL": f"smtp://{sink.host}:{sink.port}",
            "SWEEP_SECONDS": "0.5",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "run_worker"]
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL, as the kernel does it when memory runs out."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


@pytest.fixture
def worker(transactional_db: None, smtp_sink: SmtpSink) -> Iterator[Worker]:
    """A worker that is not started yet, sending to `smtp_sink`."""
    process = Worker(smtp_sink)
    yield process
    process.stop()

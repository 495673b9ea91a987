"""The browser of the tests themselves: one that hangs costs a test, not the run."""

import os
import signal
import threading
from pathlib import Path

from playwright.sync_api import Error

from tests.e2e.conftest import Chromium, end_chromium


def test_a_browser_that_hangs_is_ended_and_begun_anew(chromium: Chromium) -> None:
    context = chromium.browser().new_context()
    context.new_page()
    driver = next(
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
        if b"playwright" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    for task in Path(f"/proc/{driver}/task").iterdir():
        for pid in (task / "children").read_text().split():
            os.kill(int(pid), signal.SIGSTOP)
    threading.Timer(1, end_chromium).start()
    try:
        context.close()
    except Error as error:
        assert "closed" in str(error)
    page = chromium.browser().new_context().new_page()
    page.set_content("<p>Here again</p>")
    assert page.inner_text("p") == "Here again"

"""The web server of production on the test database, and requests to it over its socket."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from storesync.accounts.models import User
from tests.e2e.conftest import session_of

TOKEN = "x" * 32
"""What the cookie against forged requests holds and the form gives back."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Web:
    """granian as the Procfile starts it, in processes of its own."""

    def __init__(self, workers: int = 1, threads: int = 4) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "STORESYNC_DB": str(connection.settings_dict["NAME"]),
            "STORESYNC_PGDIR": str(settings.STORESYNC_PGDIR),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        # Pages name static files as collectstatic does.
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--workers", str(workers)),
                *("--blocking-threads", str(threads), "--respawn-failed-workers", "--backlog", "1024"),
                "storesync.wsgi:application",
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + 180
        while True:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz").status == 200:
                    return
            assert self.process.poll() is None, "the web server ended by itself"
            assert time.monotonic() < until, "the web server never answered"
            time.sleep(0.05)

    def ask(self, method: str, path: str, data: Mapping[str, str] | None = None, session: str = "") -> Answer:
        """One request; raises OSError or HTTPException when the connection breaks before the answer."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=180)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            body = None if data is None else urlencode({**data, "csrfmiddlewaretoken": TOKEN})
            talk.request(method, path, body, headers)
            told = talk.getresponse()
            return Answer(told.status, told.headers.get("Location", ""), told.read().decode())
        finally:
            talk.close()

    def kill_workers(self) -> int:
        """SIGKILL what serves requests, not what watches over it; how many those were."""
        killed = 0
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with suppress(ProcessLookupError, FileNotFoundError):
                if b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    continue
                os.kill(int(pid), signal.SIGKILL)
                killed += 1
        return killed

    def stop(self) -> None:
        """End all of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_web(workers: int = 1, threads: int = 4) -> Iterator[Web]:
    """A web server that answers, until the block ends."""
    web = Web(workers, threads)
    try:
        web.wait()
        yield web
    finally:
        web.stop()


def session(person: User) -> str:
    """The key of a new session of a person."""
    return session_of(person, "")["value"]

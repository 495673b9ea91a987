"""Services that tests talk to: the queue, the worker, and a mail server that keeps what it accepts."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.conf import settings
from django.db import connection

from storesync.core.queue import HUEY
from storesync.mailbox.sink import make_server


@dataclass(frozen=True)
class Accepted:
    """One message that the sink answered with 250."""

    mail_from: str
    rcpt_tos: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class SmtpSink:
    """A real SMTP server on a free port of this machine.

    `delay` is how many seconds it keeps everybody waiting between having a message and answering 250: the
    time in which a sender that dies cannot know that it arrived.
    """

    port: int = 0
    host: str = "127.0.0.1"
    delay: float = 0.0
    accepted: list[Accepted] = field(default_factory=list)

    @property
    def recipients(self) -> Counter[str]:
        """How many messages each address was sent."""
        return Counter(address for each in self.accepted for address in each.rcpt_tos)

    @property
    def message_ids(self) -> list[str]:
        """Message-ID of each accepted message, in order; a repeated one was sent twice."""
        return [str(each.message["Message-ID"]) for each in self.accepted]

    def keep(self, content: bytes, mail_from: str, rcpt_tos: list[str]) -> None:
        """What the server calls for each message."""
        self.accepted.append(Accepted(mail_from, rcpt_tos, content))
        time.sleep(self.delay)


@contextmanager
def running_sink() -> Iterator[SmtpSink]:
    """Serve in a thread until the block ends."""
    sink = SmtpSink()
    loop = asyncio.new_event_loop()
    # All in the thread: this one may have a loop of its own (a browser's).
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: make_server(sink.keep), sink.host, 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def immediate_queue() -> Iterator[None]:
    """Tasks run at once in the caller's thread, and failures are raised no further than huey's log.

    Messages wait for the commit: use `django_capture_on_commit_callbacks(execute=True)` or a transactional
    test. Delayed tasks do not run.
    """
    HUEY.immediate = True
    try:
        yield
    finally:
        HUEY.immediate = False


class Worker:
    """The worker as production runs it, in a process of its own, on the test database."""

    def __init__(self, sink: SmtpSink) -> None:
        self.environment = os.environ | {
            "STORESYNC_DB": str(connection.settings_dict["NAME"]),
            "STORESYNC_PGDIR": str(settings.STORESYNC_PGDIR),
            "EMAIL_URL": f"smtp://{sink.host}:{sink.port}",
            "SWEEP_SECONDS": "0.5",
        }
        self.command = [sys.executable, "manage.py", "run_worker"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is at work a few seconds later."""
        self.process = subprocess.Popen(
            self.command, cwd=settings.BASE_DIR, env=self.environment, start_new_session=True
        )

    @property
    def is_running(self) -> bool:
        """Whether it is, after all."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL, as the kernel does it when memory runs out."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """TERM, and wait until it has finished what it was at."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

"""Services that tests talk to: the queue, and a mail server that keeps what it accepts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

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
    """A real SMTP server on a free port of this machine."""

    port: int = 0
    host: str = "127.0.0.1"
    accepted: list[Accepted] = field(default_factory=list)

    @property
    def message_ids(self) -> list[str]:
        """Message-ID of each accepted message, in order; a repeated one was sent twice."""
        return [str(each.message["Message-ID"]) for each in self.accepted]

    def keep(self, content: bytes, mail_from: str, rcpt_tos: list[str]) -> None:
        """What the server calls for each message."""
        self.accepted.append(Accepted(mail_from, rcpt_tos, content))


@contextmanager
def running_sink() -> Iterator[SmtpSink]:
    """Serve in a thread until the block ends."""
    sink = SmtpSink()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: make_server(sink.keep), sink.host, 0))
    sink.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
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

"""The SMTP server of the demo and of tests: accepts everything, keeps it, sends nothing."""

import asyncio
import logging
import signal
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger(__name__)

Keep = Callable[[bytes, str, list[str]], object]

_LARGEST = 50 * 1024 * 1024


class KeepingHandler:
    """Hands each accepted message on: its bytes, the envelope's sender, the envelope's recipients."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer 250 only after the message is kept."""
        try:
            self.keep(envelope.original_content or b"", envelope.mail_from or "", list(envelope.rcpt_tos))
        except OSError:
            logger.exception("a message could not be kept")
            return "451 Could not be kept, try again later"
        return "250 Accepted for delivery"


def make_server(keep: Keep) -> SMTP:
    """One SMTP conversation."""
    return SMTP(KeepingHandler(keep), data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="localhost")


async def serve(keep: Keep, host: str, port: int) -> None:
    """Serve until INT or TERM. Raises OSError when the port is in use."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(lambda: make_server(keep), host, port)
    logger.info("the mail sink listens at %s:%s", host, port)
    await stop.wait()
    server.close()

"""Mail servers that misbehave as told: aiosmtpd, in a thread. The recipient's first word says how.

`451.x@...` is asked to come again, `550.x` does not exist, `554.x` is refused by policy, `421.x` ends the
conversation, `dropdata.x` breaks in the middle of the data, `dropdot.x` after its end, `hang.x` is never
answered, `extra.x` gets one answer too many.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Misbehaving:
    """What a server accepted, and how often each recipient was tried."""

    pipelining: bool = True
    port: int = 0
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    forgiving: bool = False  # from now on everything is accepted

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _data in self.accepted]

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=policy.default) for _recipient, data in self.accepted]

    def mood(self, recipient: str) -> str:
        return "" if self.forgiving else recipient.partition(".")[0]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.tried[address] += 1
        answer = {
            "451": "451 4.7.1 Greylisted, come again",
            "550": f"550 5.1.1 <{address}> is unknown here",
            "551": "550 5.7.1 Policy",
            "421": "421 4.3.2 Closing",
        }.get(self.mood(address))
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        mood = self.mood(recipient)
        if mood == "554":
            return "554 5.7.1 Spam"
        if mood == "hang":
            await asyncio.sleep(60)
        content = envelope.original_content or b""
        self.accepted.append((recipient, content))
        if mood == "dropdot":
            server.transport.abort()
        if mood == "extra":
            await server.push("250 2.0.0 Once")
        return "250 2.0.0 Ok"


class _Server(SMTP):
    def connection_made(self, transport: Any) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_RCPT(self, arg: str) -> None:
        await super().smtp_RCPT(arg)
        if arg.startswith("TO:<421") and not self.event_handler.forgiving:
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:
        recipients = self.envelope.rcpt_tos
        if recipients and self.event_handler.mood(recipients[0]) == "dropdata":
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@contextmanager
def misbehaving(*, pipelining: bool = True) -> Iterator[Misbehaving]:
    """Serve in a thread until the block ends."""
    state = Misbehaving(pipelining)
    loop = asyncio.new_event_loop()
    # All in the thread: this one may have a loop of its own (a browser's).
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: _Server(state, hostname="mail.example", loop=loop), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    """Stop listening, and break off the conversations that are left."""
    server.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)

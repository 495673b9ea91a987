"""SMTP with pipelining, in which every mail knows which reply is its own.

smtplib makes the connection (greeting, TLS, sign-in); the conversation is ours, because smtplib cannot tell
"lost before accepted" from "accepted, reply lost", and waits for each reply before it says the next thing.
With PIPELINING (RFC 2920) one round trip per mail is left: the end of one mail's data and the next one's
MAIL, RCPT and DATA leave together.
"""

import contextlib
import logging
import random
import re
import select
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storesync.mailing.transports.base import Outcome, Outgoing, Resting, Result

logger = logging.getLogger(__name__)

_STATUS: Final = re.compile(rb"\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b")
_LONGEST_REPLY: Final = 65_536
_IDLE: Final = 20.0
_MAILS_PER_CONNECTION: Final = 1000
_REST: Final = (1.0, 60.0)  # seconds after the first failure, and at most
_NO_SUCH_MAILBOX: Final = frozenset({"", "5.1.1", "5.1.10"})


class _Lost(Exception):
    """The connection broke, or its time was over."""


class _Confused(Exception):
    """What came back cannot be the answer to what was said."""


@dataclass(frozen=True, slots=True)
class _Reply:
    code: int
    status: str

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 300


class SmtpTransport:
    """Keeps connections open, as many as threads use at once; rests when the server does."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        use_tls: bool = False,
        use_ssl: bool = False,
        timeout: float | None = 20.0,
    ) -> None:
        self.host, self.port = host, port
        self._user, self._password = user, password
        self._use_tls, self._use_ssl = use_tls, use_ssl
        self._timeout = timeout or 20.0
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        self._failures = 0
        self._rest_until = 0.0

    def make_ready(self) -> None:
        """Have a connection open, so that nothing is claimed for a server that is away.

        Raises:
            Resting: the server cannot be reached, or said 421; try again then.
        """
        rest = self._rest_until - time.monotonic()
        if rest > 0:
            raise Resting(rest)
        try:
            self._give_back(self._take())
        except (OSError, smtplib.SMTPException) as error:
            self._rest(error)
            raise Resting(max(0.0, self._rest_until - time.monotonic())) from error

    def send(self, mails: Sequence[Outgoing], seconds: float) -> list[Outcome]:
        """Send all over one connection; what a broken connection cut off before its data is `NOT_SENT`."""
        deadline = time.monotonic() + seconds
        try:
            connection = self._take()
        except (OSError, smtplib.SMTPException) as error:
            self._rest(error)
            return [Outcome(Result.NOT_SENT)] * len(mails)
        outcomes = connection.send(mails, deadline)
        if connection.alive:
            self._failures = 0
            self._give_back(connection)
        else:
            connection.close()
            if any(outcome.code == 421 for outcome in outcomes) or not any(
                outcome.result is Result.SENT for outcome in outcomes
            ):
                self._rest(None)
        return outcomes

    def close(self) -> None:
        """Say goodbye on every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

    def _rest(self, error: Exception | None) -> None:
        """Leave the server alone for a while, longer each time, never all workers for the same time."""
        shortest, longest = _REST
        seconds = min(longest, shortest * 2 ** min(self._failures, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
        self._failures += 1
        self._rest_until = time.monotonic() + seconds
        logger.warning("%s:%s rests for %.1f s (%s)", self.host, self.port, seconds, error or "it asked to")

    def _take(self) -> "_Connection":
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._connect()
            if connection.fresh:
                return connection
            connection.quit()

    def _give_back(self, connection: "_Connection") -> None:
        connection.used_at = time.monotonic()
        with self._lock:
            self._idle.append(connection)

    def _connect(self) -> "_Connection":
        context = ssl.create_default_context() if self._use_tls or self._use_ssl else None
        client: smtplib.SMTP = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self._timeout, context=context)
            if self._use_ssl
            else smtplib.SMTP(self.host, self.port, timeout=self._timeout)
        )
        try:
            if self._use_tls:
                client.starttls(context=context)
            if self._user:
                client.login(self._user, self._password)
            client.ehlo_or_helo_if_needed()
        except BaseException:
            client.close()
            raise
        return _Connection(client)


class _Connection:
    """One open conversation."""

    def __init__(self, client: smtplib.SMTP) -> None:
        if client.sock is None:
            raise OSError("the connection is gone")
        self._client = client
        self._socket: socket.socket = client.sock
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pipelining = client.has_extn("pipelining")
        self._eight_bit = b" BODY=8BITMIME" if client.has_extn("8bitmime") else b""
        self._buffer = b""
        self._deadline = 0.0
        self._mails = 0
        self.alive = True
        self.used_at = time.monotonic()

    @property
    def fresh(self) -> bool:
        """Whether it may be used again: neither idle for long nor worn out, and nothing came in meanwhile."""
        if time.monotonic() - self.used_at > _IDLE or self._mails >= _MAILS_PER_CONNECTION:
            return False
        return not select.select([self._socket], [], [], 0)[0]

    def send(self, mails: Sequence[Outgoing], deadline: float) -> list[Outcome]:
        """Send mails in order; see `Result` for what their outcomes promise."""
        self._deadline = deadline
        self._mails += len(mails)
        outcomes: list[Outcome] = []
        try:
            envelopes = [self._envelope(mail) for mail in mails]
            if self._pipelining:
                self._write(envelopes[0])
            for number, mail in enumerate(mails):
                following = envelopes[number + 1] if self._pipelining and number + 1 < len(mails) else b""
                outcomes.append(self._send_one(mail, envelopes[number], following))
                if not self.alive:
                    break
            if self.alive and self._buffer:
                raise _Confused
        except _Confused:
            # Replies out of step: whose they were cannot be told any more, for no mail of this group.
            self.alive = False
            outcomes = [
                Outcome(Result.UNKNOWN) if outcome.result is not Result.NOT_SENT else outcome
                for outcome in outcomes
            ]
            logger.warning("answers out of step; %d mails are unknown", len(outcomes))
        return outcomes + [Outcome(Result.NOT_SENT)] * (len(mails) - len(outcomes))

    def _send_one(self, mail: Outgoing, envelope: bytes, following: bytes) -> Outcome:
        handed_over = False
        try:
            said = self._say_envelope(envelope)
            if not self.alive:
                return Outcome(Result.NOT_SENT, 421)
            refused = next((reply for reply in said[:2] if not reply.ok), None)
            if said[2].code == 354 and refused is None:
                handed_over = self._write_data(mail.data, following)
                reply = self._read_reply()
                if not (reply.ok or reply.code >= 400):
                    raise _Confused
                return self._outcome(reply)
            if said[2].code == 354:
                # Without a recipient a server may ask for data all the same (RFC 2920, 3.1): give it none.
                self._write(b".\r\n" + following)
            elif said[2].code >= 400:
                self._write(b"RSET\r\n" + following)
            else:
                raise _Confused
            self._read_reply()
            return self._outcome(refused or said[2], at_recipient=said[0].ok and refused is said[1])
        except _Lost:
            self.alive = False
            return Outcome(Result.UNKNOWN if handed_over else Result.NOT_SENT)

    def _say_envelope(self, envelope: bytes) -> list[_Reply]:
        """The replies to MAIL, RCPT and DATA; pipelined, they were said before."""
        replies: list[_Reply] = []
        for line in envelope.splitlines(keepends=True):
            if not self._pipelining:
                self._write(line)
            replies.append(self._read_reply())
            if self._closed_by(replies[-1]) or not (self._pipelining or replies[-1].ok):
                break
        return replies + [replies[-1]] * (3 - len(replies))

    def _closed_by(self, reply: _Reply) -> bool:
        """421: the server ends the conversation (RFC 5321, 3.8); nothing more will be answered."""
        if reply.code == 421:
            self.alive = False
        return reply.code == 421

    def _outcome(self, reply: _Reply, *, at_recipient: bool = False) -> Outcome:
        if reply.ok:
            return Outcome(Result.SENT, reply.code, reply.status)
        self._closed_by(reply)
        if reply.code < 500:
            return Outcome(Result.DEFERRED, reply.code, reply.status)
        return Outcome(
            Result.REFUSED,
            reply.code,
            reply.status,
            address_refused=at_recipient and reply.code == 550 and reply.status in _NO_SUCH_MAILBOX,
        )

    def _envelope(self, mail: Outgoing) -> bytes:
        sender, recipient = mail.sender.encode("ascii"), mail.recipient.encode("ascii")
        return b"MAIL FROM:<%b>%b\r\nRCPT TO:<%b>\r\nDATA\r\n" % (sender, self._eight_bit, recipient)

    def _write_data(self, data: bytes, following: bytes) -> bool:
        """Say the mail, its end, and what follows; whether the end was handed over, even where it breaks."""
        if data.startswith(b"."):
            data = b"." + data
        if b"\r\n." in data:
            data = data.replace(b"\r\n.", b"\r\n..")
        end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
        written = self._write(data + end + following, quiet=True)
        if written < len(data) + len(end):
            raise _Lost
        return True

    def _write(self, data: bytes, *, quiet: bool = False) -> int:
        """Hand over all of it; how many bytes were: fewer only when `quiet` and the connection broke."""
        written = 0
        view = memoryview(data)
        try:
            while written < len(data):
                self._socket.settimeout(self._left())
                written += self._socket.send(view[written:])
        except (OSError, _Lost) as error:
            if not quiet:
                raise _Lost from error
        return written

    def _read_reply(self) -> _Reply:
        """One reply of one or more lines (RFC 5321, 4.2)."""
        status = ""
        while True:
            line = self._read_line()
            if len(line) < 3 or not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b""):
                raise _Confused
            found = _STATUS.match(line)
            status = found[1].decode() if found else status
            if line[3:4] != b"-":
                return _Reply(int(line[:3]), status)

    def _read_line(self) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > _LONGEST_REPLY:
                raise _Confused
            try:
                self._socket.settimeout(self._left())
                more = self._socket.recv(65_536)
            except OSError as error:
                raise _Lost from error
            if not more:
                raise _Lost
            self._buffer += more
        line, _newline, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _Lost
        return left

    def quit(self) -> None:
        """Say goodbye without waiting for long."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(1.0)
            self._socket.sendall(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Drop it."""
        self.alive = False
        self._client.close()

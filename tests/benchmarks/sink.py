"""A mail server that accepts everything as fast as asyncio can, for `bench_sending`: one process, no storage.

`python -m tests.benchmarks.sink` prints its port, and how many messages it accepted when its input is closed.
"""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One conversation, with PIPELINING."""

    accepted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self.buffer = b""
        self.in_data = False
        self.transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        answers = []
        while True:
            if self.in_data:
                _mail, end, rest = self.buffer.partition(b"\r\n.\r\n")
                if not end:
                    break
                self.buffer, self.in_data = rest, False
                Sink.accepted += 1
                answers.append(b"250 2.0.0 Ok\r\n")
                continue
            line, end, rest = self.buffer.partition(b"\r\n")
            if not end:
                break
            self.buffer = rest
            verb = line[:4].upper()
            if verb == b"DATA":
                self.in_data = True
                answers.append(b"354 Go on\r\n")
            elif verb == b"EHLO":
                answers.append(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n")
            elif verb == b"QUIT":
                self.transport.write(b"".join(answers) + b"221 2.0.0 Bye\r\n")
                self.transport.close()
                return
            else:
                answers.append(b"250 2.0.0 Ok\r\n")
        if answers:
            self.transport.write(b"".join(answers))


async def serve() -> None:
    """Serve until standard input is closed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0, backlog=256)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    sys.stdout.write(f"{Sink.accepted}\n")


if __name__ == "__main__":
    asyncio.run(serve())

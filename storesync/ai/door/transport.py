"""The way to a model's server: no later than the deadline, no more than so many bytes (Rule T8).

A timeout of an HTTP client is for each read alone: a server that drips one byte a second never meets it. So
every connect, read and write of the socket itself is held against one deadline, and what is read is counted.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import httpcore2
import httpx2

CONNECT_SECONDS: Final = 10.0
"""A server that does not even take the connection in this time is not there."""


class Deadline:
    """A point on the clock that nothing passes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self._end - time.monotonic()


class Watch:
    """What one exchange may take, and what became of it.

    Attributes:
        sent: something of the request has left, so that it may have been billed.
        late: the deadline passed. too_large: more than `most` bytes came.
    """

    def __init__(self, deadline: Deadline, most: int) -> None:
        self.deadline, self.most = deadline, most
        self.received = 0
        self.sent = self.late = self.too_large = False

    def seconds(self, error: type[httpcore2.TimeoutException]) -> float:
        """How long the next step may take."""
        left = self.deadline.remaining
        if left <= 0:
            self.late = True
            raise error("the deadline has passed")
        return left

    def count(self, data: bytes) -> bytes:
        """Note what was read."""
        self.received += len(data)
        if self.received > self.most:
            self.too_large = True
            raise httpcore2.ReadError("the answer is too large")
        return data

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Note a timeout that the deadline caused."""
        try:
            yield
        except httpcore2.TimeoutException:
            self.late = self.late or self.deadline.remaining <= 0.01
            raise


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, watch: Watch) -> None:
        self._inner, self._watch = inner, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._watch.timed():
            data = self._inner.read(max_bytes, self._watch.seconds(httpcore2.ReadTimeout))
        return self._watch.count(data)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._watch.sent = True
        with self._watch.timed():
            self._inner.write(buffer, self._watch.seconds(httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        with self._watch.timed():
            seconds = min(CONNECT_SECONDS, self._watch.seconds(httpcore2.ConnectTimeout))
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, seconds), self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore2.NetworkBackend):
    def __init__(self, watch: Watch) -> None:
        self._inner, self._watch = httpcore2.SyncBackend(), watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        with self._watch.timed():
            seconds = min(CONNECT_SECONDS, self._watch.seconds(httpcore2.ConnectTimeout))
            found = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return _Stream(found, self._watch)


class _Body(httpx2.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _named_errors():
            yield from self._inner

    def close(self) -> None:
        self._inner.close()


class BoundedTransport(httpx2.BaseTransport):
    """One exchange over one connection, under a Watch. Follows, inflates, retries nothing."""

    def __init__(self, watch: Watch) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_ssl_context(), max_connections=1, network_backend=_Network(watch)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        asked = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
        )
        with _named_errors():
            answered = self._pool.handle_request(asked)
        headers = httpx2.Headers(answered.headers)
        if headers.get("content-encoding", "identity") != "identity":
            # Asked for plain bytes; a few that inflate to gigabytes are not taken.
            answered.close()
            raise httpx2.RemoteProtocolError("the answer is compressed")
        # JSON is UTF-8 (RFC 8259, 8.1): no codec of the server's choice is let at the words of an error.
        headers.pop("content-type", None)
        return httpx2.Response(answered.status, headers=headers, stream=_Body(answered.stream))

    def close(self) -> None:
        self._pool.close()


@contextmanager
def _named_errors() -> Iterator[None]:
    """Errors by the names that the client of the model knows."""
    try:
        yield
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
        raise httpx2.ConnectError(str(error)) from error
    except httpcore2.TimeoutException as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise httpx2.RemoteProtocolError(str(error)) from error


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()

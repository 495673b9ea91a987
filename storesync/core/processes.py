"""Processes: a few that live and die together, what `make demo` starts; and one that begins its long life."""

import ctypes
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(parent: int) -> None:
    """Have the kernel send this process TERM when `parent` (its present parent) dies, kill -9 included.

    Linux only; elsewhere nothing happens.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before the kernel was asked.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def settle_memory() -> None:
    """Keep what is loaded by now out of the garbage collector's way: it lives as long as the process.

    Looking through all of it over and over is a tenth of a second in a request that makes many objects.
    """
    gc.collect()
    gc.freeze()


def _tied_to(parent: int) -> Callable[[], None]:
    return lambda: end_with_parent(parent)


class Troupe:
    """Processes in sessions of their own, so that a Ctrl-C reaches only us and we end them in order.

    Each writes to `<logs>/<name>.log`. Leaving the `with` block ends all that still run.
    """

    def __init__(self, logs: Path, grace: float) -> None:
        self.logs = logs
        self.grace = grace
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start one more. It gets TERM when we die."""
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
                preexec_fn=_tied_to(os.getpid()),  # noqa: PLW1509 - we have one thread when we start them
            )

    def log(self, name: str) -> Path:
        """Where the process writes."""
        return self.logs / f"{name}.log"

    def ended(self) -> list[str]:
        """Names of those which are no longer running."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def watch(self, stop: threading.Event) -> list[str]:
        """Wait until `stop` is set or one ends; return the names of the ended."""
        while not stop.wait(0.2):
            if ended := self.ended():
                return ended
        return []

    def end(self) -> None:
        """Send TERM to all, wait for them up to the grace time, kill what is left with its children."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
            else:
                _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in self._running.values():
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._running.clear()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Reach its children too, which outlive a server that was killed."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)

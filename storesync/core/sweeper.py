"""The sweeper: short loops inside the worker that find the rows whose message was lost (Rule S1).

huey's own periodic tasks tick once a minute and live in the queue; these loops need neither. Every sweep has
a thread of its own, so a slow one holds up no other; an error is logged and the next round is tried.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

import pghistory
from django.conf import settings
from django.db.models.functions import Now

from storesync.core.models import Heartbeat
from storesync.core.queue import fresh_connections

logger = logging.getLogger(__name__)

WORKER: Final = "worker"

_sweeps: dict[str, Callable[[], None]] = {}


def register_sweep(name: str, sweep: Callable[[], None]) -> None:
    """Call `sweep` every `settings.SWEEP_SECONDS` in each worker, from `AppConfig.ready`.

    Several workers sweep at once, so a sweep claims what it takes (SKIP LOCKED) or only wakes tasks. It
    opens the scope it needs itself, and takes short steps: a stopping worker waits for the one it is in.
    """
    if _sweeps.setdefault(name, sweep) is not sweep:
        raise ValueError(f"a sweep named {name} is registered already")


def sweep_once(name: str) -> bool:
    """Run one registered sweep in its audit context; False when it failed (the log says how)."""
    try:
        with fresh_connections(), pghistory.context(sweep=name):
            _sweeps[name]()
    except Exception:
        # A sweep must outlive whatever happened in one round, a database restart above all.
        logger.exception("sweep %s failed; next try in %s s", name, settings.SWEEP_SECONDS)
        return False
    return True


def beat() -> None:
    """Say that a worker is alive; `/healthz` reads it."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"seen_at": Now()})


class Sweeper:
    """The threads of all registered sweeps."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._loop, args=(name,), name=f"sweep-{name}", daemon=True)
            for name in _sweeps
        ]

    def start(self) -> None:
        """Begin all loops; the first round runs at once."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Let every loop end after the round it is in."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Wait up to `seconds` for the loops to end; False when one is still at work."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _loop(self, name: str) -> None:
        while not self._stop.is_set():
            sweep_once(name)
            self._stop.wait(settings.SWEEP_SECONDS)

"""The worker: huey's consumer with threads, and the sweeper beside it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import autodiscover_modules
from huey.consumer import Consumer

from storesync.core.processes import settle_memory
from storesync.core.queue import HUEY
from storesync.core.sweeper import Sweeper


class SweepingConsumer(Consumer):
    """A consumer whose sweeper stops with it, within the same grace time."""

    def __init__(self, *args: Any, sweeper: Sweeper, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sweeper = sweeper

    def start(self) -> None:
        super().start()
        self.sweeper.start()

    def stop(self, graceful: bool = False) -> None:
        begun = time.monotonic()
        self.sweeper.ask_to_stop()
        super().stop(graceful=graceful)
        if graceful and not self.sweeper.join(self.shutdown_timeout - (time.monotonic() - begun)):
            self._logger.warning("A sweep did not end within the grace time.")


class Command(BaseCommand):
    """Run until SIGTERM, then finish the tasks at hand for up to the grace time.

    Refuses to start on a database that cannot carry StoreSync (every check, those of the database too).
    """

    help = "Run the worker: queue consumer and sweeper. TERM stops it when the tasks at hand are done."
    requires_system_checks: list[str] = []  # handle runs all of them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=4, help="threads that run tasks (default 4)")
        parser.add_argument(
            "--grace", type=float, default=25, help="seconds that running tasks get after TERM (default 25)"
        )

    def handle(self, *args: Any, workers: int, grace: float, **options: Any) -> None:
        self.check(databases=["default"])
        autodiscover_modules("tasks")
        settle_memory()
        SweepingConsumer(
            HUEY,
            workers=workers,
            periodic=False,
            max_delay=1.0,
            worker_type="thread",
            graceful_signal="TERM",
            shutdown_timeout=grace,
            sweeper=Sweeper(),
        ).run()

"""`make demo`: prepare the database, then run web server, worker and mail sink until Ctrl-C."""

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from storesync.core.demo import DemoAccount
from storesync.core.embedded import EmbeddedError
from storesync.core.languages import build_catalogues
from storesync.core.processes import Troupe, end_with_parent

LOOPBACK: Final = "127.0.0.1"
SAMPLE: Final = "sample"
MODEL_SERVER: Final = settings.BASE_DIR / "tests" / "model_server.py"
"""Answers with canned texts in place of a model; part of the tests, not of the product."""
_UP_SECONDS: Final = 60
_GRACE_SECONDS: Final = 30
_TAIL_LINES: Final = 20


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def is_up(address: str) -> bool:
    """Whether web server, database, queue and worker all answer."""
    try:
        with urllib.request.urlopen(f"{address}healthz?worker=1", timeout=5) as answer:  # noqa: S310 - our own
            return all(json.load(answer).values())
    except (urllib.error.URLError, OSError, ValueError):
        return False


class Command(BaseCommand):
    """Everything of StoreSync in one terminal, on this machine only."""

    help = "Run the demo: embedded database, web server, worker, mail sink. Ctrl-C stops them all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="where the web server listens (default 8000)"
        )
        parser.add_argument(
            "--tied", action="store_true", help="stop when the process that started this one dies"
        )
        parser.add_argument(
            "--ai", choices=["", SAMPLE], default="", help="let a server of canned texts stand in for a model"
        )

    def handle(self, *args: Any, port: int, tied: bool, ai: str, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: stop.set())
        if tied:
            end_with_parent(os.getppid())
        self._check_port(port)
        if ai == SAMPLE and not MODEL_SERVER.is_file():
            raise CommandError(_("The server of samples is part of the tests, which are not here."))
        address = f"http://{LOOPBACK}:{port}/"
        # The mails of the demo are compiled here, with the addresses of their pictures.
        settings.BASE_URL = address.rstrip("/")
        accounts = self._prepare(stop)
        if stop.is_set():
            return
        with Troupe(settings.VAR_DIR / "log", _GRACE_SECONDS) as troupe:
            self._start_all(troupe, port, address, self._samples(troupe) if ai == SAMPLE else {})
            if self._comes_up(troupe, address, stop):
                self._introduce(address, troupe.logs, accounts)
            ended = troupe.watch(stop)
            if ended:
                self._explain(troupe, ended)
            self._say(_("Stopping ..."))
        if ended:
            sys.exit(1)

    def _check_port(self, port: int) -> None:
        if not is_free(port):
            raise CommandError(
                _("Port %(port)d is in use. Stop what runs there, or take another: make demo PORT=8010")
                % {"port": port}
            )

    def _check_migrations(self) -> None:
        """Refuse an embedded database that knows migrations of ours which this version has not.

        `migrate` would go by what is recorded, find tables in its way or, worse, leave some as they are.
        """
        loader = MigrationLoader(connection)
        ours = {app.label for app in apps.get_app_configs() if app.name.startswith("storesync.")}
        if any(key[0] in ours and key not in loader.disk_migrations for key in loader.applied_migrations):
            raise CommandError(
                _(
                    "The database in %(path)s was made by another version of StoreSync. Delete that folder "
                    "to begin with an empty one, or name another folder with STORESYNC_PGDIR."
                )
                % {"path": settings.STORESYNC_PGDIR}
            )

    def _prepare(self, stop: threading.Event) -> Sequence[DemoAccount]:
        """Database, languages, static files: once, here, as several processes at once would collide."""
        try:
            connection.ensure_connection()
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        if settings.EMBEDDED:
            self._check_migrations()
        self._say(_("Preparing the database ..."))
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if stop.is_set():
            return []
        # Before the demo's data: a German mail with English lines at its foot breaks its brand's guidelines.
        build_catalogues()
        accounts: Sequence[DemoAccount] = []
        if settings.STORESYNC_DEMO_LOADER:
            accounts = import_string(settings.STORESYNC_DEMO_LOADER)()
        call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()
        return accounts

    def _samples(self, troupe: Troupe) -> dict[str, str]:
        """Start the server of canned texts; the settings by which every page of AI says so."""
        port = any_free_port()
        troupe.start("samples", [sys.executable, str(MODEL_SERVER), "--port", str(port)], {})
        return {"AI_SAMPLE": "true", "OPENAI_BASE_URL": f"http://{LOOPBACK}:{port}/v1", "OPENAI_API_KEY": ""}

    def _start_all(self, troupe: Troupe, port: int, address: str, more: dict[str, str]) -> None:
        mail_port = settings.MAIL_SINK_PORT
        if not is_free(mail_port):
            mail_port = any_free_port()
        environment = {
            "BASE_URL": address.rstrip("/"),
            "MAIL_SINK_PORT": str(mail_port),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            **more,
        }
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        if settings.MAILBOX:
            troupe.start("mail-sink", [*manage, "run_mail_sink"], environment)
        troupe.start("worker", [*manage, "run_worker", f"--grace={_GRACE_SECONDS - 5}"], environment)
        troupe.start("web", [sys.executable, "-m", "granian", *self._web_options(port)], environment)

    def _web_options(self, port: int) -> list[str]:
        """Bounded threads: every one of them may hold a connection to the database."""
        server = ["--interface", "wsgi", "--host", LOOPBACK, "--port", str(port), "--no-ws"]
        threads = ["--workers", "2", "--blocking-threads", "2", "--workers-kill-timeout", "10"]
        return [*server, *threads, "storesync.wsgi:application"]

    def _comes_up(self, troupe: Troupe, address: str, stop: threading.Event) -> bool:
        """Wait until all of it answers; False when it is to stop, or a part has ended, before that."""
        deadline = time.monotonic() + _UP_SECONDS
        while not is_up(address):
            if stop.is_set() or troupe.ended():
                return False
            if time.monotonic() > deadline:
                raise CommandError(
                    _("The demo did not come up within %(seconds)d s; see %(logs)s")
                    % {"seconds": _UP_SECONDS, "logs": troupe.logs}
                )
            stop.wait(0.1)
        return True

    def _introduce(self, address: str, logs: Path, accounts: Sequence[DemoAccount]) -> None:
        self._say("")
        self._say(_("StoreSync runs at %(address)s") % {"address": address})
        if settings.MAILBOX:
            self._say(_("All mail it sends arrives at %(address)s") % {"address": f"{address}mailbox/"})
        if accounts:
            self._say("")
            width = max(len(account.role) for account in accounts)
            mails = max(len(account.email) for account in accounts)
            for account in accounts:
                self._say(f"  {account.role:<{width}}  {account.email:<{mails}}  {account.password}")
        self._say("")
        self._say(_("Logs: %(logs)s. Ctrl-C stops everything.") % {"logs": logs})

    def _explain(self, troupe: Troupe, ended: list[str]) -> None:
        for name in ended:
            lines = troupe.log(name).read_text(errors="replace").splitlines()[-_TAIL_LINES:]
            self.stderr.write(
                _("%(name)s ended by itself, so everything stops. Its last words (%(log)s):")
                % {"name": name, "log": troupe.log(name)}
            )
            self.stderr.write("\n".join(f"    {line}" for line in lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

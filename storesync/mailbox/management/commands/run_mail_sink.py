"""Run the demo's mail server."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from storesync.mailbox.sink import serve
from storesync.mailbox.store import Mailbox


class Command(BaseCommand):
    """An SMTP server on the loopback address that keeps every message for `/mailbox/`."""

    help = "Run the mail sink of the demo: accepts every message and shows it at /mailbox/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.MAIL_SINK_PORT)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        try:
            asyncio.run(serve(Mailbox.of_settings().add, "127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                _("The mail sink cannot listen on port %(port)d: %(error)s") % {"port": port, "error": error}
            ) from error

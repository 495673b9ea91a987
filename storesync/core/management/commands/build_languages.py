"""`manage.py build_languages`: what translators wrote, made ready to run. Part of every deployment."""

from typing import Any

from django.core.management.base import BaseCommand

from storesync.core.languages import build_catalogues


class Command(BaseCommand):
    """Build the .mo files that are missing or older than their .po files."""

    help = "Build the translations (.mo from .po) that are missing or out of date. Needs no gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in build_catalogues():
            self.stdout.write(str(path))

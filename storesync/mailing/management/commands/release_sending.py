"""Let a restored or copied database send (Rule S12)."""

from typing import Any

from django.core.management.base import BaseCommand

from storesync.mailing.safety import release_sending


class Command(BaseCommand):
    """Run by a person, once the ledger of the copy has been reconciled with what was really sent."""

    help = "Release sending on this database after a restore, a copy or a failover."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Released: {release_sending()}")

"""The mail engine: batches, the ledger of deliveries, limiter, transports, one-click unsubscribe."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class MailingConfig(AppConfig):
    name = "storesync.mailing"

    def ready(self) -> None:
        from storesync.core.sweeper import register_sweep
        from storesync.mailing.checks import check_durability
        from storesync.mailing.tasks import sweep_mail

        register(check_durability, Tags.database)
        register_sweep("mailing", sweep_mail)

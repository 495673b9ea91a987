"""The mail engine: batches, the ledger of deliveries, limiter, transports, one-click unsubscribe."""

from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "storesync.mailing"

"""People: who signs in, with which language, zone and theme."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "storesync.accounts"

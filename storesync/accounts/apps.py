"""People: who signs in, with which language, zone and theme."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "storesync.accounts"

    def ready(self) -> None:
        from storesync.accounts import navigation

        navigation.register()

"""The first page after sign-in, and the data of the demo."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "storesync.dashboard"

    def ready(self) -> None:
        from storesync.core import navigation
        from storesync.dashboard.navigation import HOME

        navigation.register(HOME)

"""Approvals: what waits for whom, who decided what, and the process that leads from one to the other."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "storesync.approvals"

    def ready(self) -> None:
        from storesync.approvals import navigation, subscribers

        subscribers.listen()
        navigation.register()

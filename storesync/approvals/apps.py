"""Approvals: what waits for whom, who decided what, and the process that leads from one to the other."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "storesync.approvals"

    def ready(self) -> None:
        from storesync.approvals.navigation import ITEM
        from storesync.approvals.verbs import VERBS
        from storesync.core import navigation
        from storesync.core.changes import register_verbs

        navigation.register(ITEM)
        register_verbs(VERBS)

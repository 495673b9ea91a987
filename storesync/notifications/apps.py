"""Notices of people."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "storesync.notifications"

    def ready(self) -> None:
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.core.events import subscribe
        from storesync.core.jobs import JobEnded
        from storesync.core.sweeper import register_sweep
        from storesync.notifications.jobs import KIND, on_job_ended
        from storesync.notifications.kinds import register_kind
        from storesync.notifications.navigation import ITEM, SETTINGS
        from storesync.notifications.tasks import sweep_notices
        from storesync.notifications.verbs import VERBS

        navigation.register(ITEM)
        navigation.register_user_item(SETTINGS)
        register_verbs(VERBS)
        register_kind(KIND)
        subscribe(JobEnded, on_job_ended)
        register_sweep("notices", sweep_notices)

"""Guidelines: rules that every message of a brand is held against."""

from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "storesync.guidelines"

    def ready(self) -> None:
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.core.sweeper import register_sweep
        from storesync.guidelines.navigation import ITEMS
        from storesync.guidelines.tasks import sweep_try_outs
        from storesync.guidelines.verbs import VERBS

        register_verbs(VERBS)
        navigation.register(*ITEMS)
        register_sweep("try-outs", sweep_try_outs)

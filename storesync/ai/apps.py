"""AI: the one door to a model, with its budget, keys, prompts and pages."""

from django.apps import AppConfig


class AiConfig(AppConfig):
    name = "storesync.ai"

    def ready(self) -> None:
        from storesync.ai.navigation import ITEMS
        from storesync.ai.tasks import sweep_ai
        from storesync.ai.verbs import VERBS
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.core.sweeper import register_sweep

        register_verbs(VERBS)
        navigation.register(*ITEMS)
        register_sweep("ai", sweep_ai)

"""Guidelines: rules that every message of a brand is held against."""

from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "storesync.guidelines"

    def ready(self) -> None:
        from storesync.core.changes import register_verbs
        from storesync.guidelines.verbs import VERBS

        register_verbs(VERBS)

"""The media library: a brand's pictures, checked and made fit for mails, named by their content."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "storesync.media"

    def ready(self) -> None:
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.media.navigation import ITEMS
        from storesync.media.verbs import VERBS

        register_verbs(VERBS)
        navigation.register(*ITEMS)

"""Comments on places of a message: threads, mentions, resolving."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "storesync.comments"

    def ready(self) -> None:
        from storesync.comments.notices import KINDS
        from storesync.comments.tasks import sweep_mentions
        from storesync.comments.verbs import VERBS
        from storesync.core.changes import register_verbs
        from storesync.core.sweeper import register_sweep
        from storesync.notifications.kinds import register_kind

        register_verbs(VERBS)
        register_kind(*KINDS)
        register_sweep("comments", sweep_mentions)

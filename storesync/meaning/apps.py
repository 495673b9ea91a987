"""Search by meaning: texts of a brand with their vectors, found by words and by what they say."""

from django.apps import AppConfig


class MeaningConfig(AppConfig):
    name = "storesync.meaning"

    def ready(self) -> None:
        from storesync.core.sweeper import register_sweep
        from storesync.meaning.tasks import sweep_embeddings

        register_sweep("embeddings", sweep_embeddings)

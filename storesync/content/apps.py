"""Content: template language, blocks, rendering, checks, revisions and their approvals."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "storesync.content"

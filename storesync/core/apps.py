"""The ground floor: scoping, actions, history, jobs, events, base views and the shell."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class CoreConfig(AppConfig):
    name = "storesync.core"

    def ready(self) -> None:
        from django.db.models import UUIDField

        from storesync.core import checks, list_files, periodic, sweeper
        from storesync.core.lookups import AnyOf

        UUIDField.register_lookup(AnyOf)
        register(checks.check_databases, Tags.database)
        sweeper.register_sweep("heartbeat", sweeper.beat)
        sweeper.register_sweep("periodic", periodic.sweep_periodic)
        sweeper.register_sweep("list files", list_files.sweep_files)

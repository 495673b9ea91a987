"""The ground floor: scoping, actions, history, jobs, events, base views and the shell."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class CoreConfig(AppConfig):
    name = "storesync.core"

    def ready(self) -> None:
        from storesync.core import checks, periodic, sweeper

        register(checks.check_databases, Tags.database)
        sweeper.register_sweep("heartbeat", sweeper.beat)
        sweeper.register_sweep("periodic", periodic.sweep_periodic)

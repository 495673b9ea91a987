"""The ground floor: scoping, actions, history, jobs, events, base views and the shell."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "storesync.core"

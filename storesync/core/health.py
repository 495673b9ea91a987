"""`/healthz`: is everything there that StoreSync needs? For load balancers, containers and the demo."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic.base import View
from redis.exceptions import RedisError

from storesync.core.models import Heartbeat
from storesync.core.queue import HUEY
from storesync.core.sweeper import WORKER

_SILENCE: Final = timedelta(minutes=2)
_parts: dict[str, Callable[[], bool]] = {}


def register_part(name: str, works: Callable[[], bool]) -> None:
    """Let `/healthz` tell of one more part, from `AppConfig.ready`; like the worker, only whoever asks for
    `?worker=1` is told off by it."""
    if _parts.setdefault(name, works) is not works:
        raise ValueError(f"a part named {name} is registered already")


def database_works() -> bool:
    """Whether a query is answered."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def queue_works() -> bool:
    """Whether the queue can be read (PostgreSQL or Redis)."""
    try:
        HUEY.storage.queue_size()
    except (psycopg.Error, RedisError, OSError):
        return False
    return True


def worker_beats() -> bool:
    """Whether any worker's sweeper was seen within two minutes, by the database's clock."""
    try:
        return Heartbeat.objects.filter(name=WORKER, seen_at__gte=Now() - _SILENCE).exists()
    except DatabaseError:
        return False


@method_decorator([login_not_required, never_cache], name="dispatch")
class HealthView(View):
    """Public: says which part is missing, and nothing about it.

    200 when database and queue answer. A silent worker, or a part of the floors above that fails, is reported
    but is no reason to take the web server out of a load balancer; `?worker=1` makes it one, for whoever
    watches the whole.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> JsonResponse:
        needed = {"database": database_works(), "queue": queue_works()}
        parts = needed | {"worker": worker_beats()} | {name: works() for name, works in _parts.items()}
        if "worker" in request.GET:
            needed = parts
        return JsonResponse(parts, status=200 if all(needed.values()) else 503)

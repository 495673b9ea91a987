"""The task queue: huey on PostgreSQL, or on Redis where REDIS_URL is set.

huey is at-most-once, so a message is only a poke: all work lives in rows, and a sweeper finds what a lost
message left behind (Rule S1). Messages are signed and carry identifiers only, the brand first; the worker
opens that brand's scope again.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Generic, ParamSpec
from uuid import UUID

import pghistory
import psycopg
from django.conf import settings
from django.db import close_old_connections, connections, transaction
from huey import Huey, PostgresHuey, PriorityRedisHuey
from huey.serializer import SignedSerializer

from storesync.core.scoping import all_brands, brand_scope

P = ParamSpec("P")

NAME: Final = "storesync"
_SALT: Final = "storesync.queue"
# Longer than any identifier; text of people has no place in a message.
_LONGEST_TEXT: Final = 100
# What Django passes to its own connection and psycopg.connect() does not know or huey must not share.
_DJANGO_ONLY: Final = frozenset(
    {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool", "assume_role"}
)


def _connect() -> psycopg.Connection[Any]:
    """A connection of huey's own, to the database Django uses at this moment (the test one under tests)."""
    params = connections["default"].get_connection_params()
    return psycopg.connect(**{name: value for name, value in params.items() if name not in _DJANGO_ONLY})


def make_huey(redis_url: str, secret: str) -> Huey:
    """The queue on Redis where `redis_url` is given, else on PostgreSQL. Tables are made by a migration."""
    serializer = SignedSerializer(secret=secret, salt=_SALT)
    if redis_url:
        return PriorityRedisHuey(NAME, url=redis_url, serializer=serializer, results=False)
    return PostgresHuey(NAME, connection=_connect, create_tables=False, serializer=serializer, results=False)


HUEY: Final = make_huey(settings.REDIS_URL, settings.SECRET_KEY)


class Task(Generic[P]):
    """A function that the worker runs. Made by `@task()`; see there."""

    def __init__(self, function: Callable[P, None], *, name: str, reason: str, priority: int | None) -> None:
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.function = function
        self.name = name
        self._reason = reason
        self._signature = inspect.signature(function)
        first = next(iter(self._signature.parameters), "")
        if not reason and first != "brand_id":
            raise TypeError(f"{name}: the first parameter of a task is brand_id (or give all_brands=)")
        self._message = HUEY.task(name=name, priority=priority)(self._work)

    def wake(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Enqueue once the current transaction commits; at once when there is none."""
        self._wake(args, kwargs, None)

    def wake_in(self, seconds: float, /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Like `wake`, to be run `seconds` after the commit. A lost delay is the sweeper's to find."""
        self._wake(args, kwargs, seconds)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run here and now, in the scope and audit context the worker would open."""
        values = self._values(args, kwargs)
        with self._scope(values), pghistory.context(task=self.name):
            self.function(*args, **kwargs)

    def _wake(self, args: tuple[Any, ...], kwargs: dict[str, Any], delay: float | None) -> None:
        values = self._values(args, kwargs)
        message = functools.partial(self._message.schedule, delay=delay) if delay else self._message
        transaction.on_commit(
            functools.partial(message, tuple(values)) if delay else functools.partial(message, *values),
            robust=True,
        )

    def _values(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[UUID | str | int, ...]:
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if not isinstance(value, UUID | str | int) or (
                isinstance(value, str) and len(value) > _LONGEST_TEXT
            ):
                raise TypeError(f"{self.name}: {name} is not an identifier; messages carry ids only")
        return tuple(bound.arguments.values())

    def _scope(self, values: tuple[Any, ...]) -> AbstractContextManager[None]:
        if self._reason:
            return all_brands(self._reason)
        brand = values[0]
        return brand_scope([brand if isinstance(brand, UUID) else UUID(str(brand))])

    def _work(self, *args: P.args, **kwargs: P.kwargs) -> None:
        with fresh_connections():
            self.run(*args, **kwargs)


def task(
    *, name: str = "", all_brands: str = "", priority: int | None = None
) -> Callable[[Callable[P, None]], Task[P]]:
    """Make a function a task of the worker.

    Its arguments are identifiers (UUID, int, short text), the first is `brand_id`: the worker opens that
    brand's scope. A task that works across brands says why in `all_brands`. Callers use `.wake(...)`,
    which waits for their commit. A higher `priority` runs first. The function loads and calls an action;
    it must bear being run twice, or never.
    """

    def decorate(function: Callable[P, None]) -> Task[P]:
        known = name or f"{function.__module__.removeprefix('storesync.')}.{function.__name__}"
        return Task(function, name=known, reason=all_brands, priority=priority)

    return decorate


@contextmanager
def fresh_connections() -> Iterator[None]:
    """Drop broken and expired connections around a piece of work outside of requests."""
    if not HUEY.immediate:
        close_old_connections()
    try:
        yield
    finally:
        if not HUEY.immediate:
            close_old_connections()

"""What an action raises when it will not do what it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected


class ActionRefused(Exception):
    """A write that the present state does not allow.

    Args:
        message: why, in words for people (translated); pages show it as it is, with status 409.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class StaleVersion(ActionRefused):
    """The object has changed since the page was made; saving would overwrite what somebody else wrote.

    Args:
        message: says so, in words for people.
        since: the version that the page was made from; `core.changes.changes_since` tells the rest.
    """

    def __init__(self, message: str, *, since: datetime | None) -> None:
        super().__init__(message)
        self.since = since


@contextmanager
def refused_on_deadlock(words: str) -> Iterator[None]:
    """Around the outermost transaction of an action: who gave way in a deadlock is refused (Rule A9).

    Args:
        words: what to do now, for people.

    Raises:
        ActionRefused: the database chose this one to give way; nothing of it was written.
    """
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, DeadlockDetected) or connection.in_atomic_block:
            raise
        raise ActionRefused(words) from error

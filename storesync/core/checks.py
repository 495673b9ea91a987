"""What StoreSync needs of its database, said in words before anything breaks.

Django runs these with `migrate` and `check --database default`; the worker runs them at its start.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.core.checks import CheckMessage, Error
from django.db import connections

OLDEST_POSTGRESQL: Final = 160000
OLDEST_PGVECTOR: Final = (0, 7)


def check_databases(databases: Sequence[str] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Server version and pgvector. (mailing.checks: that a commit is on disk when it returns.)"""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
                " (SELECT default_version FROM pg_available_extensions WHERE name = 'vector')"
            )
            found += judge(*cursor.fetchone())
    return found


def judge(number: int, version: str, vector: str | None) -> list[CheckMessage]:
    """The errors of a server that says this about itself."""
    found: list[CheckMessage] = []
    if number < OLDEST_POSTGRESQL:
        found.append(Error(f"PostgreSQL 16 or newer is needed, this is {version}.", id="core.E001"))
    if vector is None:
        found.append(
            Error(
                "This PostgreSQL has no pgvector.",
                hint="Install it on the database server (package postgresql-NN-pgvector, or the image "
                "pgvector/pgvector:pg16).",
                id="core.E002",
            )
        )
    elif tuple(int(part) for part in vector.split(".")[:2]) < OLDEST_PGVECTOR:
        found.append(Error(f"pgvector 0.7 or newer is needed, this is {vector}.", id="core.E003"))
    return found

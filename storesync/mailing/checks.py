"""System checks: `manage.py check --database default`, and every `migrate`, read them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connection


def check_durability(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a database that may forget what it committed: a forgotten intent is a duplicate nobody sees."""
    if not databases or not settings.MAIL_REQUIRE_DURABLE:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
        commit, fsync = cursor.fetchone()
    return [
        Error(
            f"{name} is off: the database says that a commit is done before it is on disk.",
            hint="After a crash mail would be sent twice with nothing to show it. Turn it on.",
            id=code,
        )
        for name, value, code in (
            ("synchronous_commit", commit, "mailing.E001"),
            ("fsync", fsync, "mailing.E002"),
        )
        if value == "off"
    ]

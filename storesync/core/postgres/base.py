"""Django's PostgreSQL backend, which starts the embedded server at the first connection.

Started here and not in settings.py, so that commands which need no database (check, collectstatic, mypy)
start none.
"""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from storesync.core import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL under `settings.STORESYNC_PGDIR`."""

    def get_connection_params(self) -> dict[str, Any]:
        sockets = embedded.ensure(settings.STORESYNC_PGDIR)
        self.settings_dict.update(HOST=str(sockets), PORT=embedded.PORT, USER=embedded.USER, PASSWORD="")
        return super().get_connection_params()

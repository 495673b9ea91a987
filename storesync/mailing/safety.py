"""May this database send? It must keep what it committed, and be the one that was released (Rule S12)."""

import logging
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from storesync.core.audit import audited
from storesync.mailing.models import Installation

logger = logging.getLogger(__name__)

# A restored dump has another system identifier, a promoted standby or restored backup another timeline, a
# copied database another oid. A copy of the files of a stopped server has the same in all three: give it
# another MAIL_INSTALLATION.
_READ: Final = """
SELECT current_setting('synchronous_commit'), current_setting('fsync'),
       concat_ws('/', %(name)s::text, (SELECT system_identifier FROM pg_control_system()),
                 (SELECT timeline_id FROM pg_control_checkpoint()),
                 (SELECT oid FROM pg_database WHERE datname = current_database())),
       (SELECT fingerprint FROM mailing_installation)
"""
# Weaker than "on" and still on disk before it is told: these two only say more about standbys.
_DURABLE: Final = frozenset({"on", "remote_write", "remote_apply", "local"})


@dataclass(frozen=True, slots=True)
class Health:
    """What stands against sending: empty when nothing does."""

    durable: bool
    fingerprint: str
    released: str | None

    @property
    def refusal(self) -> str:
        """Why nothing is sent, in words; empty when sending is allowed."""
        if not self.durable and settings.MAIL_REQUIRE_DURABLE:
            return _("The database may lose what it committed (synchronous_commit or fsync is off).")
        if self.released is not None and self.released != self.fingerprint:
            return _(
                "This is a copy of the database that sends. Run “manage.py release_sending” if it is to."
            )
        return ""


def read_health() -> Health:
    """Ask the database about itself."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"name": settings.MAIL_INSTALLATION})
        commit, fsync, fingerprint, released = cursor.fetchone()
    return Health(commit in _DURABLE and fsync == "on", fingerprint, released)


def may_send() -> bool:
    """Whether the engine may work; the log says why not. A fresh installation is noted as released."""
    health = read_health()
    if health.refusal:
        logger.error("mail is held: %s", health.refusal)
        return False
    if health.released is None:
        Installation.objects.bulk_create(
            [Installation(fingerprint=health.fingerprint)], ignore_conflicts=True
        )
    return True


def release_sending() -> str:
    """Let this database send from now on; returns its fingerprint. For a person who reconciled the ledger."""
    with audited("mailing.released", actor=None):
        fingerprint = read_health().fingerprint
        Installation.objects.update_or_create(pk=1, defaults={"fingerprint": fingerprint})
    return fingerprint

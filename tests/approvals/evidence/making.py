"""Evidence to break: an approved wave, sealed; and the way past every trigger that a superuser has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from storesync.approvals.evidence.sealing import seal
from storesync.approvals.evidence.verifying import Verified, verify
from storesync.approvals.models import EvidenceSeal
from tests.conftest import Cast


@contextmanager
def past_triggers() -> Iterator[Any]:
    """A cursor for whom no trigger fires and no foreign key is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def sealed(cast: Cast, days_ahead: int = 0) -> EvidenceSeal:
    """The seal of today, or of a day to come: with what there is now in it."""
    made = seal(brand=cast.acme, day=timezone.localdate() + timedelta(days=days_ahead))
    assert made is not None
    return made


def verified(cast: Cast) -> Verified:
    """What verification says of acme."""
    return verify(cast.acme)


def first_break(cast: Cast) -> str:
    """The first break in words."""
    found = verified(cast).breaks
    assert found, "nothing was found"
    return str(found[0])

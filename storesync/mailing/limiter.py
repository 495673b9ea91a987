"""The rate limit: GCRA, one row per bucket, by the database's clock, so it holds over all workers.

huey's own limit does not (sending.md). A bucket that is asked for `n` permits gives all or none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

_TAKE: Final = """
UPDATE mailing_ratelimit
SET tat = greatest(tat, clock_timestamp()) + %(n)s * make_interval(secs => %(interval)s)
WHERE key = %(key)s
  AND greatest(tat, clock_timestamp()) + %(n)s * make_interval(secs => %(interval)s) - clock_timestamp()
      <= make_interval(secs => %(burst)s * %(interval)s)
RETURNING 0.0
"""
_MAKE: Final = """
INSERT INTO mailing_ratelimit (key, tat) VALUES (%(key)s, clock_timestamp()) ON CONFLICT (key) DO NOTHING
RETURNING 0.0
"""
_WAIT: Final = """
SELECT extract(epoch FROM tat - clock_timestamp())::float8 + (%(n)s - %(burst)s) * %(interval)s
FROM mailing_ratelimit WHERE key = %(key)s
"""
_PUSH: Final = """
INSERT INTO mailing_ratelimit AS bucket (key, tat)
VALUES (%(key)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET tat = greatest(bucket.tat, excluded.tat)
"""


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """A limit: `rate` permits a second, at most `burst` of them at once. Any second holds rate + burst."""

    key: str
    rate: float

    @property
    def burst(self) -> int:
        """A twentieth of a second's permits: 1 at 20 a second and below, 10 at 200."""
        return max(1, int(self.rate / 20))


def permit(buckets: Iterable[Bucket], n: int) -> float:
    """Take `n` permits from every bucket, or from none; 0.0, or the seconds to wait before asking again.

    Args:
        n: not more than the smallest burst, or it would never be given.
    """
    wanted = sorted(buckets)
    if len(wanted) == 1:
        return _take(wanted[0], n)
    with transaction.atomic():
        # In sorted order, so that two workers never wait for each other.
        for bucket in wanted:
            wait = _take(bucket, n)
            if wait > 0:
                transaction.set_rollback(True)
                return wait
    return 0.0


def _take(bucket: Bucket, n: int) -> float:
    params: dict[str, str | float] = {
        "key": bucket.key,
        "n": n,
        "interval": 1 / bucket.rate,
        "burst": bucket.burst,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, params)
        if cursor.fetchone() is not None:
            return 0.0
        cursor.execute(_MAKE, params)
        if cursor.fetchone() is not None:
            return _take(bucket, n)
        cursor.execute(_WAIT, params)
        row = cursor.fetchone()
    return max(0.001, row[0] if row else 0.0)


def hold_back(key: str, seconds: float) -> None:
    """Give no permit from this bucket for so long: a provider said 429, and every worker stops."""
    with connection.cursor() as cursor:
        cursor.execute(_PUSH, {"key": key, "seconds": seconds})

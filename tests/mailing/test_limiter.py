"""The limiter over many threads, by the database's clock (fault 10)."""

import threading
import time

import pytest
from django.db import connection, connections

from storesync.mailing.limiter import Bucket, hold_back, permit
from storesync.mailing.models import RateLimit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("rate", "n"), [(20, 1), (200, 5)])
def test_no_second_holds_more_than_rate_and_burst(rate: float, n: int) -> None:
    bucket = Bucket("brand:test", rate)
    given: list[float] = []
    stop = time.monotonic() + 3

    def worker() -> None:
        while time.monotonic() < stop:
            wait = permit([bucket], n)
            if wait:
                time.sleep(min(wait, 0.05))
                continue
            with connection.cursor() as cursor:
                cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
                given.extend([cursor.fetchone()[0]] * n)
        connections.close_all()

    threads = [threading.Thread(target=worker) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given.sort()
    # The clock is read after the permit was given, so a permit may seem later than it was, by one try.
    most = max(sum(1 for at in given if start <= at < start + 1) for start in given)
    assert most <= rate + bucket.burst + 6 * n
    assert len(given) <= 3.5 * rate + bucket.burst and len(given) > rate / 2


@pytest.mark.django_db
def test_all_or_none_of_several_buckets() -> None:
    fast, slow = Bucket("brand:a", 1000), Bucket("batch:b", 0.1)
    assert permit([fast, slow], 1) == 0
    before = RateLimit.objects.get(key="brand:a").tat
    wait = permit([slow, fast], 1)
    assert 8 < wait <= 10
    assert RateLimit.objects.get(key="brand:a").tat == before


@pytest.mark.django_db
def test_holding_back_stops_everybody() -> None:
    bucket = Bucket("brand:a", 1000)
    hold_back(bucket.key, 30)
    assert 28 < permit([bucket], 1) <= 30
    hold_back(bucket.key, 5)
    assert permit([bucket], 1) > 20

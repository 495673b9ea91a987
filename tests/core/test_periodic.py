"""Periodic jobs: each period once, by whichever worker; a dead worker's claim is taken over."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from storesync.core import periodic
from storesync.core.models import PeriodicClaim
from storesync.core.periodic import Periodic, claim, run_periodic, sweep_periodic

MINUTE = timedelta(minutes=1)
runs: list[str] = []


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry of our own."""
    monkeypatch.setattr(periodic, "_jobs", {})
    monkeypatch.setattr(periodic, "_finished", {})
    runs.clear()
    yield


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The messages that the sweep would send."""
    messages: list[tuple[str, str]] = []
    monkeypatch.setattr(run_periodic, "wake", lambda job, period: messages.append((job, period)))
    return messages


def register(name: str = "tests.hourly", **options: timedelta) -> None:
    """A job that notes its runs."""
    periodic.periodic(name, every=timedelta(hours=1), **options)(lambda: runs.append(name))


@pytest.mark.parametrize(
    ("every", "offset", "now", "begins"),
    [
        (timedelta(hours=1), timedelta(), "2026-11-20T10:59:59+00:00", "2026-11-20T10:00:00+00:00"),
        (timedelta(days=1), timedelta(hours=2), "2026-11-20T01:59:00+00:00", "2026-11-19T02:00:00+00:00"),
        # Sunday 02:00 (Rule A12).
        (
            timedelta(days=7),
            timedelta(days=3, hours=2),
            "2026-11-20T10:00:00+00:00",
            "2026-11-15T02:00:00+00:00",
        ),
    ],
)
def test_period(every: timedelta, offset: timedelta, now: str, begins: str) -> None:
    job = Periodic("x", lambda: None, every, offset, MINUTE)
    assert job.period(datetime.fromisoformat(now)) == begins


def test_claim_is_given_once(db: None) -> None:
    assert claim("tests.job", "p1", MINUTE)
    assert not claim("tests.job", "p1", MINUTE)
    assert claim("tests.job", "p2", MINUTE)
    assert claim("tests.other", "p1", MINUTE)


def test_two_workers_at_once_one_claim(transactional_db: None) -> None:
    barrier = threading.Barrier(8)
    given: list[bool] = []

    def worker() -> None:
        connection.ensure_connection()
        barrier.wait()
        given.append(claim("tests.job", "p1", MINUTE))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [False] * 7 + [True]


def test_dead_worker_loses_its_lease(db: None) -> None:
    claim("tests.job", "p1", MINUTE)
    PeriodicClaim.objects.update(lease_until=datetime(2026, 1, 1, tzinfo=UTC))
    assert claim("tests.job", "p1", MINUTE)
    PeriodicClaim.objects.update(
        lease_until=datetime(2026, 1, 1, tzinfo=UTC), finished_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert not claim("tests.job", "p1", MINUTE)


def test_each_period_is_done_once(db: None, woken: list[tuple[str, str]]) -> None:
    register()
    with time_machine.travel("2026-11-20T10:30:00Z", tick=False):
        sweep_periodic()
        assert woken == [("tests.hourly", "2026-11-20T10:00:00+00:00")]
        run_periodic.run(*woken[0])
        run_periodic.run(*woken[0])
        sweep_periodic()
    assert runs == ["tests.hourly"]
    assert len(woken) == 1
    with time_machine.travel("2026-11-20T11:00:01Z", tick=False):
        sweep_periodic()
    assert woken[1:] == [("tests.hourly", "2026-11-20T11:00:00+00:00")]


def test_work_in_progress_is_not_woken_again(db: None, woken: list[tuple[str, str]]) -> None:
    register()
    claim("tests.hourly", periodic._jobs["tests.hourly"].period(datetime.now(UTC)), timedelta(hours=2))
    sweep_periodic()
    assert woken == []


def test_failed_run_is_tried_again_after_its_lease(db: None, woken: list[tuple[str, str]]) -> None:
    def broken() -> None:
        raise RuntimeError("no")

    periodic.periodic("tests.broken", every=timedelta(days=3650))(broken)
    sweep_periodic()
    with pytest.raises(RuntimeError):
        run_periodic.run(*woken[0])
    sweep_periodic()
    assert len(woken) == 1
    PeriodicClaim.objects.update(lease_until=datetime(2026, 1, 1, tzinfo=UTC))
    sweep_periodic()
    assert len(woken) == 2


def test_names_are_unique() -> None:
    register()
    with pytest.raises(ValueError, match="registered already"):
        register()


def test_old_claims_are_forgotten(db: None) -> None:
    claim("tests.job", "old", MINUTE)
    PeriodicClaim.objects.update(claimed_at=datetime(2025, 1, 1, tzinfo=UTC))
    claim("tests.job", "new", MINUTE)
    periodic.forget_periods()
    assert list(PeriodicClaim.objects.values_list("period", flat=True)) == ["new"]

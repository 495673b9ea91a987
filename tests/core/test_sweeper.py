"""The sweeper's loops: they outlive errors, keep out of each other's way and stop when asked."""

import threading
from collections.abc import Iterator

import pghistory
import pytest
from pytest_django import Settings

from storesync.core import sweeper
from storesync.core.models import Heartbeat
from storesync.core.sweeper import Sweeper, register_sweep, sweep_once


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    """No sweeps but the test's, in quick rounds."""
    monkeypatch.setattr(sweeper, "_sweeps", {})
    monkeypatch.setattr(sweeper, "fresh_connections", lambda: pghistory.context())
    settings.SWEEP_SECONDS = 0.01
    yield


def test_loop_outlives_an_error(caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[int] = []
    again = threading.Event()

    def sweep() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("broken on purpose")
        again.set()

    register_sweep("tests", sweep)
    running = Sweeper()
    running.start()
    assert again.wait(30)
    running.ask_to_stop()
    assert running.join(30)
    assert "sweep tests failed" in caplog.text
    assert "broken on purpose" in caplog.text


def test_slow_sweep_holds_up_no_other() -> None:
    let_go, quick = threading.Event(), threading.Event()
    register_sweep("slow", lambda: None if let_go.wait(30) else None)
    register_sweep("quick", quick.set)
    running = Sweeper()
    running.start()
    assert quick.wait(30)
    running.ask_to_stop()
    assert not running.join(0.05)
    let_go.set()
    assert running.join(30)


def test_context_names_the_sweep() -> None:
    seen: list[object] = []

    def sweep() -> None:
        with pghistory.context() as context:
            seen.append(dict(context.metadata))

    register_sweep("tests", sweep)
    assert sweep_once("tests")
    assert seen == [{"sweep": "tests"}]


def test_one_name_one_sweep() -> None:
    def one() -> None: ...

    def two() -> None: ...

    register_sweep("tests", one)
    register_sweep("tests", one)
    with pytest.raises(ValueError, match="registered already"):
        register_sweep("tests", two)


def test_heartbeat_moves(db: None) -> None:
    sweeper.beat()
    Heartbeat.objects.update(seen_at="2026-01-01T00:00:00Z")
    sweeper.beat()
    assert Heartbeat.objects.filter(name=sweeper.WORKER, seen_at__gt="2026-01-02T00:00:00Z").count() == 1

"""Processes that live and die together."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storesync.core.processes import Troupe

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_leaving_ends_all(tmp_path: Path) -> None:
    with Troupe(tmp_path / "log", grace=30) as troupe:
        troupe.start("one", SLEEP, {})
        troupe.start("two", SLEEP, {})
        wait_until(lambda: all("up" in troupe.log(name).read_text() for name in ("one", "two")))
        pids = [process.pid for process in troupe._running.values()]
        assert troupe.ended() == []
    assert not any(runs(pid) for pid in pids)


def test_who_does_not_listen_is_killed(tmp_path: Path) -> None:
    with Troupe(tmp_path, grace=0.1) as troupe:
        troupe.start("stubborn", STUBBORN, {})
        wait_until(lambda: "up" in troupe.log("stubborn").read_text())
        (process,) = troupe._running.values()
    assert process.returncode == -signal.SIGKILL


def test_first_end_is_noticed_and_its_children_are_ended(tmp_path: Path) -> None:
    parent = textwrap.dedent(
        """
        import subprocess, sys
        print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
        """
    )
    with Troupe(tmp_path, grace=30) as troupe:
        troupe.start("stays", SLEEP, {})
        troupe.start("ends", [sys.executable, "-c", parent], {"NAME": "value"})
        assert troupe.watch(threading.Event()) == ["ends"]
        orphan = int(troupe.log("ends").read_text())
        assert runs(orphan)
    wait_until(lambda: not runs(orphan))


def test_asked_to_stop(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with Troupe(tmp_path, grace=30) as troupe:
        troupe.start("stays", SLEEP, {})
        assert troupe.watch(stop) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_killed_owner_takes_them_along(tmp_path: Path) -> None:
    owner = textwrap.dedent(
        f"""
        import threading
        from pathlib import Path
        from storesync.core.processes import Troupe
        with Troupe(Path({str(tmp_path)!r}), grace=1) as troupe:
            troupe.start("child", {SLEEP!r}, {{}})
            print(*[process.pid for process in troupe._running.values()], flush=True)
            troupe.watch(threading.Event())
        """
    )
    running = subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    child = int(running.stdout.readline())
    assert runs(child)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    wait_until(lambda: not runs(child))

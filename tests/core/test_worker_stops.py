"""A real worker that is told to stop while it works."""

import sys
import time
from collections.abc import Callable

import pytest

from tests.core.worker_program import said, say, wait_for_go
from tests.services import Worker


def wait_until(condition: Callable[[], bool], worker: Worker) -> None:
    """Wait for the worker."""
    deadline = time.monotonic() + 180
    while not condition():
        assert worker.is_running, "the worker ended by itself"
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def at_work(worker: Worker) -> Worker:
    """A worker in the middle of a task."""
    worker.command = [sys.executable, "-m", "tests.core.worker_program", "--grace", "20"]
    return worker


def begin(worker: Worker) -> None:
    worker.start()
    wait_for_go.wake()
    wait_until(lambda: said("begun"), worker)


def test_term_lets_the_task_finish_and_takes_no_other(at_work: Worker) -> None:
    begin(at_work)
    assert at_work.process is not None
    at_work.process.terminate()
    with pytest.raises(Exception, match="timed out"):
        at_work.process.wait(2)
    assert not said("done")
    say("go")
    assert at_work.process.wait(30) == 0
    assert said("done")


def test_task_that_does_not_end_is_left_after_the_grace_time(at_work: Worker) -> None:
    at_work.command[-1] = "1"
    begin(at_work)
    assert at_work.process is not None
    at_work.process.terminate()
    at_work.process.wait(30)
    assert not said("done")

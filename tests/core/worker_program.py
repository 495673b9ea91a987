"""The worker with tasks that tests watch: `python -m tests.core.worker_program`, options as run_worker."""

import sys
import time

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()

from storesync.core.models import Heartbeat  # noqa: E402 - apps must be ready
from storesync.core.queue import task  # noqa: E402
from storesync.mailing.gates import register_gate  # noqa: E402


def say(word: str) -> None:
    """Write a word that other processes can read."""
    Heartbeat.objects.get_or_create(name=word)


def said(word: str) -> bool:
    """Whether somebody has written it."""
    return Heartbeat.objects.filter(name=word).exists()


@task(name="tests.wait_for_go", all_brands="a test of the worker")
def wait_for_go() -> None:
    """Begin, and end only when told to."""
    say("begun")
    while not said("go"):
        time.sleep(0.02)
    say("done")


if __name__ == "__main__":
    register_gate("test", lambda batch: None)
    call_command("run_worker", *sys.argv[1:])

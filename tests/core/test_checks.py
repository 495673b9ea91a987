"""What is said of a database that cannot carry StoreSync, by the functions and by what runs them."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks

from storesync.core import embedded
from storesync.core.checks import judge
from tests.services import Worker

GOOD = (180004, "18.4", "0.8.1")


def test_embedded_database_is_good(db: None) -> None:
    assert [error for error in run_checks(databases=["default"]) if error.id.startswith("core.")] == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({0: 150010, 1: "15.10"}, "core.E001"),
        ({2: None}, "core.E002"),
        ({2: "0.6.2"}, "core.E003"),
    ],
)
def test_what_is_missing_is_named(change: dict[int, object], error: str) -> None:
    server = [change.get(place, value) for place, value in enumerate(GOOD)]
    assert [found.id for found in judge(*server)] == [error]  # type: ignore[arg-type]
    assert judge(*GOOD) == []


def test_server_without_pgvector_is_refused_before_anything_is_made() -> None:
    """A real one, that does not find its extensions."""
    folder = Path(tempfile.mkdtemp(prefix="ss-plain-"))
    try:
        sockets = embedded.ensure(folder, {"extension_control_path": "/nowhere"})
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--noinput"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": f"postgres://{embedded.USER}@/{sockets}/{embedded.DATABASE}",
                "SECRET_KEY": settings.SECRET_KEY,
                "ALLOWED_HOSTS": "storesync.example.com",
                "EMAIL_URL": "smtp://mail.invalid",
                "DEFAULT_FROM_EMAIL": "storesync@example.com",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "This PostgreSQL has no pgvector." in done.stderr
        assert "Install it on the database server" in done.stderr
        assert "Applying" not in done.stdout
    finally:
        embedded.release(folder)
        shutil.rmtree(folder)


def test_worker_refuses_a_database_that_forgets(worker: Worker) -> None:
    """Boot refuses synchronous_commit=off: after a crash, mail would be sent twice unseen (sending.md)."""
    worker.environment["PGOPTIONS"] = "-c synchronous_commit=off"
    done = subprocess.run(
        worker.command,
        cwd=settings.BASE_DIR,
        env=worker.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode != 0
    assert "synchronous_commit is off: the database says that a commit is done" in done.stderr

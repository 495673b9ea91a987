"""Fault 26: an import that is killed leaves all or nothing, and runs again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from storesync.brands.models import Brand, Location

ROWS = 20_000


def child(path: Path) -> "subprocess.Popen[bytes]":
    name = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_locations", str(path), "--brand", "chain", "--skip-checks"],
        env=os.environ | {"STORESYNC_DB": name, "DJANGO_SETTINGS_MODULE": "storesync.settings"},
        stdout=subprocess.DEVNULL,
    )


def running() -> str:
    """What the import's connection is doing in the database, "" when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
            AND (query LIKE 'COPY "location_import"%' OR query LIKE '%INSERT INTO "brands_location"%')
            """
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the child meets the test database by its name")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["COPY", "INSERT INTO"])
def test_a_killed_import_leaves_nothing_and_runs_again(brand: Brand, tmp_path: Path, moment: str) -> None:
    path = tmp_path / "stores.csv"
    with path.open("w") as file:
        file.write("number,name,city,phone\n")
        file.writelines(f"{n},Store {n},Austin,512472{n % 10_000:04d}\n" for n in range(ROWS))
    process = child(path)
    try:
        until = time.monotonic() + 180
        while moment not in running():
            assert process.poll() is None, f"the import ended before it was seen at {moment}"
            assert time.monotonic() < until
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    until = time.monotonic() + 180
    while running() and time.monotonic() < until:
        time.sleep(0.05)
    assert Location.objects.count() == 0
    again = child(path)
    assert again.wait(120) == 0
    assert Location.objects.count() == ROWS

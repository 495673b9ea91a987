"""Import of 1,000,000 synthetic locations, against COPY into the same table and tablib + bulk_create.

The import runs as its command does, in a process of its own, so that its peak memory is its own; every
check and the history are on. COPY and the peer run with neither. Each starts with an empty table.
"""

import csv
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tablib
from django.db import connection

from storesync.brands.imports.report import peak_memory
from storesync.brands.models import Brand, Location
from storesync.core.scoping import brand_scope
from tests.benchmarks import Result

ROWS = 1_000_000
#: The peer holds the whole file in memory (2.2 GB for a million rows), so it is measured on fewer.
PEER_ROWS = 100_000
MEMORY_LIMIT_MB = 150.0
_COLUMNS = "number,name,street,city,state,country,zip,phone,lat,lon,timezone,email"
#: Run by a process of its own, for its peak memory.
_PEER = """
import django, json, pathlib, sys
django.setup()
from tests.benchmarks.bench_import import tablib_and_bulk_create
print(json.dumps(tablib_and_bulk_create(pathlib.Path(sys.argv[1]))))
"""
_CITIES = (
    ("Tuscaloosa", "AL", "354", "205462", "America/Chicago"),
    ("Austin", "TX", "787", "512472", "America/Chicago"),
    ("Kansas City", "MO", "641", "816221", "America/Chicago"),
    ("Los Angeles", "CA", "900", "310836", "America/Los_Angeles"),
    ("Denver", "CO", "802", "303571", "America/Denver"),
    ("New York", "NY", "100", "212736", "America/New_York"),
)
_STREETS = ("Main St", "University Blvd E", "Oak Ave", "Crescent Ridge Rd", "Market Street", "Skyland Blvd")


def run(scale: float) -> Iterator[Result]:
    """Yield speed, speed of an unchanged second run, and peak memory.

    Args:
        scale: share of a million rows.
    """
    rows = max(1_000, int(ROWS * scale))
    with tempfile.TemporaryDirectory() as folder:
        file, few = Path(folder, "locations.csv"), Path(folder, "few.csv")
        _write_locations(file, rows)
        peer_rows = min(rows, PEER_ROWS)
        with file.open("rb") as source, few.open("wb") as target:
            target.writelines(itertools.islice(source, peer_rows + 1))
        _empty()
        ours = _import(file)
        again = _import(file)
        if (ours["counts"]["new"], again["counts"]["unchanged"]) != (rows, rows):
            raise RuntimeError(f"the import lost rows: {ours['counts']}, then {again['counts']}")
        dump = Path(folder, "locations.copy")
        _dump(dump)
        copy_seconds = _copy(dump)
        peer = _peer(few)
        _empty()
    copied = rows / copy_seconds
    note = f"{rows:,} rows; limit: COPY of the same rows; peer: tablib + bulk_create at {peer_rows:,} rows"
    yield Result(
        "import locations",
        round(rows / ours["seconds"]),
        round(peer_rows / peer["seconds"]),
        round(copied),
        "rows/s",
        note,
    )
    yield Result(
        "import locations again", round(rows / again["seconds"]), None, round(copied), "rows/s", note
    )
    memory = max(ours["peak_memory_mb"], again["peak_memory_mb"])
    yield Result(
        "import locations: peak memory", memory, peer["mb"], MEMORY_LIMIT_MB, "MB", note + "; less is better"
    )


def _write_locations(path: Path, rows: int) -> None:
    """A file as chains publish them: every number, name, street, phone and place another one."""
    rng = random.Random(2)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_COLUMNS + "\n")
        writer = csv.writer(file)
        for n in range(rows):
            city, state, zip_start, phone_start, zone = _CITIES[n % len(_CITIES)]
            line = f"{n // len(_CITIES) % 10_000:04d}"
            prefix, exchange = phone_start[:3], int(phone_start[3:]) + n // 60_000 % 90
            phone = (
                f"({prefix}) {exchange}-{line}",
                f"{prefix}{exchange}{line}",
                f"+1{prefix}{exchange}{line}",
            )[n % 3]
            writer.writerow(
                (
                    100_000 + n,
                    f"Store {n} {city}",
                    f"{rng.randrange(1, 9999)} {_STREETS[n % 5]}",
                    city,
                    state,
                    "US",
                    f"{zip_start}{n % 100:02d}",
                    phone,
                    f"{30 + rng.random() * 10:.6f}",
                    f"{-120 + rng.random() * 40:.6f}",
                    zone,
                    f"store{n}@chain.example",
                )
            )


def _environment() -> dict[str, str]:
    """The environment in which a child process meets the database of this run."""
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "storesync.settings", "STORESYNC_DB": name}
    if url := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    return environment


def _child(*args: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, *args], env=_environment(), stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _import(file: Path) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return _child("manage.py", "import_locations", str(file), "--brand", "bench", "--json", "--skip-checks")


def _empty() -> None:
    """An empty table of locations, and the brand."""
    with connection.cursor() as cursor:
        history = Location.history.rel.related_model._meta.db_table  # type: ignore[attr-defined]
        cursor.execute(f"TRUNCATE brands_location, {history} CASCADE")
        cursor.execute(
            "INSERT INTO brands_brand SELECT (jsonb_populate_record(NULL::brands_brand, %s)).* "
            "ON CONFLICT (slug) DO NOTHING",
            [json.dumps(_brand_row())],
        )
        cursor.execute("CHECKPOINT")


def _brand_row() -> dict[str, object]:

    brand = Brand(name="Bench", slug="bench", country="US", time_zone="America/Chicago")
    row = {field.column: field.value_from_object(brand) for field in Brand._meta.concrete_fields}
    return {
        key: str(value) if key == "id" or isinstance(value, Decimal) else value for key, value in row.items()
    } | {"logo": "", "created_at": "2026-01-01T00:00Z", "updated_at": "2026-01-01T00:00Z"}


def _columns() -> str:

    return ", ".join(f'"{field.column}"' for field in Location._meta.concrete_fields if not field.generated)


def _dump(path: Path) -> None:
    statement = f"COPY brands_location ({_columns()}) TO STDOUT"
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        file.writelines(copy)


def _copy(path: Path) -> float:
    """Seconds of a bare COPY of the same rows into the empty table, its indexes on, the history off."""
    _empty()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE brands_location DISABLE TRIGGER USER")
        try:
            started = time.monotonic()
            with (
                path.open("rb") as file,
                cursor.copy(f"COPY brands_location ({_columns()}) FROM STDIN") as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
            return time.monotonic() - started
        finally:
            cursor.execute("ALTER TABLE brands_location ENABLE TRIGGER USER")


def _peer(path: Path) -> dict[str, Any]:
    _empty()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE brands_location DISABLE TRIGGER USER")
        try:
            return _child("-c", _PEER, str(path))
        finally:
            cursor.execute("ALTER TABLE brands_location ENABLE TRIGGER USER")


def tablib_and_bulk_create(path: Path) -> dict[str, float]:
    """The usual Django way: the file into a tablib Dataset, rows into objects, objects into bulk_create."""

    brand = Brand.objects.get(slug="bench")
    started = time.monotonic()
    with path.open(encoding="utf-8", newline="") as file, brand_scope([brand.pk]):
        data = tablib.Dataset().load(file, format="csv")
        locations = [
            Location(
                brand=brand,
                store_number=row["number"],
                name=row["name"],
                street=row["street"],
                city=row["city"],
                state=row["state"],
                country=row["country"],
                postcode=row["zip"],
                phone=row["phone"],
                latitude=Decimal(row["lat"]),
                longitude=Decimal(row["lon"]),
                time_zone=row["timezone"],
                email=row["email"],
            )
            for row in data.dict
        ]
        Location.objects.bulk_create(locations, batch_size=2_000)
    seconds = time.monotonic() - started
    return {"seconds": seconds, "mb": round(peak_memory() / 2**20, 1)}

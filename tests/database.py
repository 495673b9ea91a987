"""The test database: migrated once, rows that are made once and written down again for each test, emptying.

People, rights and their history take some hundred queries to make and one to write down again. What is
remembered is what the real actions wrote; a test can tell only by ids and moments, which stay the same.
"""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Generic, TypeVar

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

T = TypeVar("T")
Rows = dict[str, dict[str, Any]]
"""The rows of one table by the text of their primary key."""


class Remembered(Generic[T]):
    """What `make` returns and the rows it wrote; calling it writes them again and returns a fresh copy.

    Make one in a fixture of the session, so that no test's settings or clock have a part in it.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        with transaction.atomic():
            before = _all_rows()
            self.value = pickle.dumps(make())
            self.script = _script(before, _all_rows()).as_string(connection.connection)
            transaction.set_rollback(True)

    def __call__(self) -> T:
        # No savepoint: a statement that fails ends the test anyway.
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(self.script)
        found: T = pickle.loads(self.value)  # noqa: S301 - ours, of this process
        return found


def _all_rows() -> dict[str, Rows]:
    found = {}
    with connection.cursor() as cursor:
        for table, keys in _primary_keys().items():
            key = sql.SQL(", ").join(map(sql.Identifier, keys))
            query = sql.SQL("SELECT jsonb_build_array({})::text, to_jsonb(t) FROM {} t")
            cursor.execute(query.format(key, sql.Identifier(table)))
            found[table] = {one: json.loads(row) for one, row in cursor.fetchall()}
    return found


@cache
def _primary_keys() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text)"
            " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())


@cache
def _plain_columns() -> dict[str, list[str]]:
    """Those that are not computed by the database."""
    columns = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name::text, column_name::text FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position"
        )
        for table, column in cursor.fetchall():
            columns[table].append(column)
    return columns


def _script(before: dict[str, Rows], after: dict[str, Rows]) -> sql.Composed:
    """The statements that make of the rows before those after; triggers have done their part already."""
    keys, columns = _primary_keys(), _plain_columns()
    statements: list[sql.Composable] = [sql.SQL("SET LOCAL session_replication_role = replica")]
    for table, rows in after.items():
        written = [row for key, row in rows.items() if before[table].get(key) != row]
        gone = [
            json.loads(key) for key in before[table] if key not in rows or before[table][key] != rows[key]
        ]
        name = sql.Identifier(table)
        for key in gone:
            where = sql.SQL(" AND ").join(
                sql.SQL("{}::text = {}").format(sql.Identifier(column), sql.Literal(str(value)))
                for column, value in zip(keys[table], key, strict=True)
            )
            statements.append(sql.SQL("DELETE FROM {} WHERE {}").format(name, where))
        if written:
            names = sql.SQL(", ").join(map(sql.Identifier, columns[table]))
            insert = (
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE"
                " SELECT {} FROM jsonb_populate_recordset(NULL::{}, {}::jsonb)"
            )
            literal = sql.Literal(json.dumps(written))
            statements.append(sql.SQL(insert).format(name, names, names, name, literal))
    statements.append(sql.SQL("SET LOCAL session_replication_role = DEFAULT"))
    return sql.SQL(";\n").join(statements)


KEPT: Final = {"django_content_type", "auth_permission", "django_migrations"}
"""Tables that say what there is in the code: every test finds them as migrations left them."""
LARGE: Final = 2**20
"""Bytes of a table from which on throwing it away is quicker than deleting its rows."""


def empty_database() -> None:
    """Leave no row that a test wrote. Django's own flush makes every file of every table anew, which takes
    a second, and then writes all permissions again.
    """
    tables = [name for name in connection.introspection.django_table_names() if name not in KEPT]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname::text, pg_relation_size(oid) > %s FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0",
            [LARGE, tables],
        )
        found = [(sql.Identifier(name), is_large) for name, is_large in cursor.fetchall()]
        # What refers to a large one goes with it.
        truncate = [sql.SQL("TRUNCATE {} CASCADE").format(name) for name, is_large in found if is_large]
        delete = [sql.SQL("DELETE FROM {}").format(name) for name, is_large in found if not is_large]
        replica = sql.SQL("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL("; ").join([replica, *truncate, *delete]))


PREFIX: Final = "storesync_migrated_"
LOCK: Final = 7_331_001
"""Key of the lock under which the template is made."""


def migrated_template() -> str:
    """The name of a database with all migrations and nothing else, for `CREATE DATABASE ... TEMPLATE`.

    Applying them takes ten seconds, copying what they made less than one. It is made anew when a
    migration, a requirement or the list of apps is another one, by the first process that needs it.
    """
    told = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    written = ["storesync/*/migrations/*.py", "storesync/core/foreign_keys.py", "requirements.txt"]
    files = [path for pattern in written for path in settings.BASE_DIR.glob(pattern)]
    for path in sorted(files):
        told.update(path.name.encode() + path.read_bytes())
    name = PREFIX + told.hexdigest()[:16]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for old in found:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            # Under its name only when it is whole: a killed run leaves half a one under the other.
            unfinished = PREFIX + "unfinished"
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
            _migrate(unfinished)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            cursor.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def _migrate(database: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=environment | {"STORESYNC_DB": database, "STORESYNC_PGDIR": str(settings.STORESYNC_PGDIR)},
        check=True,
    )

"""Thousands of rows in one statement with two parameters.

`bulk_create` sends every cell as a parameter of its own and reads back what the database set by itself, which
for wide rows is most of the time. Here the rows go as JSON. It is a statement like any other: constraints,
triggers and the history of the present write see it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from storesync.core.models import Model, new_id
from storesync.core.scoping import BrandOwned, require_scope


def insert_rows(model: type[Model], rows: Iterable[Mapping[str, Any]], *, keep: bool = False) -> int:
    """Insert rows of a business model, given by the names of their columns.

    All rows name the same columns. An id and the two moments that every row has are added; other columns left
    out get the default of the database, never that of the field.

    Args:
        keep: leave alone what a unique constraint says is there already, instead of raising.

    Returns:
        How many are new.

    Raises:
        ScopeError: the brand of a row is not in scope.
        IntegrityError: as for any insert.
    """
    now = timezone.now()
    made = [{"id": new_id(), "created_at": now, "updated_at": now, **row} for row in rows]
    if not made:
        return 0
    if issubclass(model, BrandOwned):
        for brand_id in {row["brand_id"] for row in made}:
            require_scope(brand_id)
    # What all rows share is sent and read once.
    shared = {name: cell for name, cell in made[0].items() if all(row[name] == cell for row in made)}
    own = [{name: row[name] for name in row if name not in shared} for row in made]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in made[0])
    # Names of our own model; what people wrote is in the parameters.
    command = (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608
        f"FROM json_populate_recordset(json_populate_record(null::{table}, %s), %s)"
        f"{' ON CONFLICT DO NOTHING' if keep else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(command, [json.dumps(shared, default=_plain), json.dumps(own, default=_plain)])
        return int(cursor.rowcount)


def insert_models(model: type[Model], rows: Iterable[Model]) -> None:
    """Insert models that were made but not saved, as `insert_rows` does; they count as saved then."""
    made = list(rows)
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    insert_rows(model, ({str(field.column): field.pre_save(one, True) for field in fields} for one in made))
    for one in made:
        one._state.adding, one._state.db = False, connection.alias


def _plain(value: Any) -> str:
    if isinstance(value, UUID | datetime):
        return str(value)
    raise TypeError(f"{value!r} cannot be written as JSON")

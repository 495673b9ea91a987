"""Foreign keys that carry the brand with them, for migrations: Django's have one column."""

from django.db.migrations import RunSQL


def foreign_key(
    table: str, name: str, columns: str, target: str, target_columns: str = "id, brand_id"
) -> RunSQL:
    """The operation that lets rows of `table` refer only to rows of `target` that agree in all columns.

    It stands beside Django's own key and closes the side doors (ORM, SQL, COPY): what belongs together is of
    one brand, and whoever names a revision names the hash that it has (Rule A3). `columns` and
    `target_columns` are names with commas between them; `target` has a unique constraint on its own.
    """
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) "
        f"REFERENCES {target} ({target_columns})",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )

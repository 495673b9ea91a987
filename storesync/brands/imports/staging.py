"""The database's side of an import: a temporary table, filled by COPY, held against the locations in sets.

Nothing here touches a row that stays as it is. Every statement names the brand, since raw SQL knows no scope.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from storesync.brands.imports.cleaning import Finding
from storesync.brands.imports.mapping import ATTRIBUTE_PREFIX, ColumnMap
from storesync.brands.imports.values import REFUSED, REPAIRED
from storesync.brands.models import Brand, Location, LocationStatus

#: Kinds of finding that only the comparison with what is there can give.
CHANGED: Final = "changed"
GONE: Final = "gone"

Blank = Literal["keep", "clear"]
Duplicates = Literal["fail", "first", "last"]

_STAGING: Final = sql.Identifier("location_import")
_MATCHES: Final = sql.Identifier("location_import_match")
_LOCATION: Final = sql.Identifier(Location._meta.db_table)
_OWN: Final = {"row": "integer", "id": "uuid", "fallback_country": "varchar(2)"}
#: Columns that hold NULL, not "", where there is nothing.
_NULLABLE: Final = frozenset({"latitude", "longitude", "opened_on", "closed_on", "region_id"})
#: Columns that a blank cell cannot clear, because a location must have them.
_NEEDED: Final = frozenset({"name", "status", "time_zone"})


class Writer(Protocol):
    """Where lines of COPY go."""

    def write(self, data: bytes | str) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of stores, by what the file means for them."""

    new: int
    changed: int
    unchanged: int


class Staging:
    """The rows of one file in the database, for the length of one transaction.

    Args:
        brand: whose locations they are.
        columns: how the file's columns were matched.
        staged: names of the columns of each line, in order.
        blank: what a blank cell does to a location that is there (Rule L3).
    """

    def __init__(self, brand: Brand, columns: ColumnMap, staged: Sequence[str], blank: Blank) -> None:
        self._brand = brand
        self._columns = columns
        self._staged = tuple(staged)
        self._blank = blank
        self._fields = [name for name in staged if name not in {*_OWN, "store_number"}]

    def create(self) -> None:
        """Make the empty table, instead of one that an earlier import of this transaction left."""
        types = []
        for name in self._staged:
            kind = _OWN.get(name) or Location._meta.get_field(name.removesuffix("_id")).db_type(connection)
            types.append(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(str(kind))))
        self.drop()
        self._run(
            sql.SQL(
                "CREATE TEMPORARY TABLE {} ({}, refused boolean NOT NULL DEFAULT false) ON COMMIT DROP"
            ).format(_STAGING, sql.SQL(", ").join(types))
        )

    def drop(self) -> None:
        """Take the tables away."""
        self._run(sql.SQL("DROP TABLE IF EXISTS {}, {}").format(_STAGING, _MATCHES))

    @contextmanager
    def filling(self) -> Iterator[Writer]:
        """The way in for lines."""
        columns = sql.SQL(", ").join(map(sql.Identifier, self._staged))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_STAGING, columns)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            yield copy

    def refuse_duplicates(self, duplicates: Duplicates) -> Iterator[Finding]:
        """Leave one row of each number, or none, and say which rows went.

        `fail` refuses every row of such a number, since either may be the wrong one; `first` and `last` keep
        that one of the file.
        """
        self._run(sql.SQL("ANALYZE {}").format(_STAGING))
        order = sql.SQL("DESC" if duplicates == "last" else "ASC")
        # `later` is 0 for the row that would stay.
        found = self._rows(
            sql.SQL(
                """
                WITH repeated AS (SELECT store_number FROM {staging} GROUP BY 1 HAVING count(*) > 1)
                SELECT store_number, row,
                       first_value(row) OVER same, row_number() OVER same - 1, lead(row) OVER same
                FROM {staging} JOIN repeated USING (store_number)
                WINDOW same AS (PARTITION BY store_number ORDER BY row {order})
                ORDER BY store_number, row
                """
            ).format(staging=_STAGING, order=order)
        )
        rows: list[int] = []
        for number, row, kept, later, after in found:
            if duplicates != "fail" and not later:
                continue
            rows.append(row)
            if duplicates == "fail":
                reason = _("row %(row)s has the same store number") % {"row": kept if later else after}
            else:
                reason = _("row %(row)s has the same store number and was taken") % {"row": kept}
            yield Finding(row, number, self._columns.column("store_number"), REFUSED, number, reason)
        for start in range(0, len(rows), 10_000):
            self._run(
                sql.SQL("UPDATE {} SET refused = true WHERE row = ANY(%s)").format(_STAGING),
                [rows[start : start + 10_000]],
            )

    def compare(self) -> Outcome:
        """Find the locations that are there, and those of them that would change."""
        self._run(
            sql.SQL(
                """
                CREATE TEMPORARY TABLE {matches} ON COMMIT DROP AS
                SELECT s.row, l.id AS location_id, {differs} AS changed,
                    CASE WHEN {differs} THEN {fields} END AS fields
                FROM {staging} s JOIN {location} l ON l.brand_id = %s AND l.store_number = s.store_number
                WHERE NOT s.refused
                """
            ).format(
                matches=_MATCHES,
                staging=_STAGING,
                location=_LOCATION,
                differs=self._differs(),
                fields=self._differing(),
            ),
            [self._brand.pk],
        )
        self._run(sql.SQL("ANALYZE {}").format(_MATCHES))
        [(staged,)] = self._rows(sql.SQL("SELECT count(*) FROM {} WHERE NOT refused").format(_STAGING))
        [(there, changed)] = self._rows(
            sql.SQL("SELECT count(*), count(*) FILTER (WHERE changed) FROM {}").format(_MATCHES)
        )
        return Outcome(new=staged - there, changed=changed, unchanged=there - changed)

    def changes(self) -> Iterator[Finding]:
        """Each cell that would change, with what is there now."""
        if not self._fields:
            return
        pairs = sql.SQL(", ").join(
            sql.SQL("({}, l.{}::text, ({})::text)").format(
                sql.Literal(name), sql.Identifier(name), self._new_value(name)
            )
            for name in self._fields
        )
        found = self._rows(
            sql.SQL(
                """
                SELECT s.row, s.store_number, v.field, v.old, v.new
                FROM {matches} m JOIN {staging} s USING (row) JOIN {location} l ON l.id = m.location_id
                CROSS JOIN LATERAL (VALUES {pairs}) AS v (field, old, new)
                WHERE m.changed AND v.old IS DISTINCT FROM v.new
                ORDER BY s.row
                """
            ).format(matches=_MATCHES, staging=_STAGING, location=_LOCATION, pairs=pairs)
        )
        for row, number, name, old, new in found:
            reason = _("was: %(value)s") % {"value": old} if old else _("was blank")
            yield Finding(row, number, self._title(name), CHANGED, new or "", reason)

    def changed_locations(self) -> Iterator[tuple[frozenset[str], tuple[UUID, ...]]]:
        """The changed locations in portions, those together of which the same fields differ."""
        found = self._rows(
            sql.SQL(
                "SELECT fields, array_agg(location_id) FROM {} WHERE changed GROUP BY fields, row / 2000"
            ).format(_MATCHES)
        )
        for fields, ids in found:
            yield frozenset(name.removesuffix("_id") for name in fields), tuple(ids)

    def names_built(self) -> Iterator[Finding]:
        """New locations without a name, which get their city and number as one."""
        if "name" not in self._staged:
            return
        found = self._rows(
            sql.SQL(
                """
                SELECT s.row, s.store_number, {name} FROM {staging} s
                WHERE s.name IS NULL AND NOT s.refused
                AND NOT EXISTS (SELECT 1 FROM {matches} m WHERE m.row = s.row) ORDER BY s.row
                """
            ).format(name=self._built_name(), staging=_STAGING, matches=_MATCHES)
        )
        for row, number, name in found:
            reason = _("the cell is blank; the name was built from city and store number: %(name)s")
            yield Finding(row, number, self._title("name"), REPAIRED, "", reason % {"name": name})

    def update(self) -> int:
        """Write the changed locations; the number of rows written."""
        assignments = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), self._new_value(name)) for name in self._fields
        )
        if not self._fields:
            return 0
        return self._run(
            sql.SQL(
                """
                UPDATE {location} l SET {assignments}, updated_at = statement_timestamp()
                FROM {matches} m JOIN {staging} s USING (row)
                WHERE m.changed AND l.id = m.location_id AND l.brand_id = %s
                """
            ).format(location=_LOCATION, assignments=assignments, matches=_MATCHES, staging=_STAGING),
            [self._brand.pk],
        )

    def insert(self) -> int:
        """Write the new locations, in the order of the file; the number of rows written.

        A location that somebody made by hand since `compare` is left as they made it.
        """
        values: dict[str, sql.Composable] = {
            field.column: sql.Literal(_default(field)) for field in _insertable()
        }
        values |= {"id": sql.SQL("s.id"), "brand_id": sql.Literal(self._brand.pk)}
        values |= {"store_number": sql.SQL("s.store_number"), "name": self._built_name()}
        values |= {"time_zone": sql.Literal(self._brand.time_zone), "country": sql.SQL("s.fallback_country")}
        for name in self._fields:
            column: sql.Composable = sql.SQL("s.{}").format(sql.Identifier(name))
            if name == "attributes":
                column = sql.SQL("jsonb_strip_nulls(s.attributes)")
            values[name] = (
                column
                if name in _NULLABLE
                else sql.SQL("coalesce({}, {})").format(column, values.get(name, sql.Literal("")))
            )
        values["country"] = sql.SQL("coalesce({}, '')").format(values["country"])
        return self._run(
            sql.SQL(
                """
                INSERT INTO {location} ({columns}) SELECT {values} FROM {staging} s
                WHERE NOT s.refused AND NOT EXISTS (SELECT 1 FROM {matches} m WHERE m.row = s.row)
                ORDER BY s.row
                ON CONFLICT (brand_id, store_number) DO NOTHING
                """
            ).format(
                location=_LOCATION,
                columns=sql.SQL(", ").join(map(sql.Identifier, values)),
                values=sql.SQL(", ").join(values.values()),
                staging=_STAGING,
                matches=_MATCHES,
            )
        )

    def refresh_statistics(self) -> None:
        """Tell the planner how many locations there are now; it would learn it minutes later by itself."""
        self._run(sql.SQL("ANALYZE {}").format(_LOCATION))

    def gone(self) -> Iterator[Finding]:
        """Stores of the brand that are not closed and whose number the file does not have at all."""
        found = self._rows(
            sql.SQL(
                "SELECT l.store_number, l.name FROM {location} l WHERE {gone} ORDER BY l.store_number"
            ).format(location=_LOCATION, gone=_gone()),
            [self._brand.pk],
        )
        for number, name in found:
            yield Finding(0, number, "", GONE, name, _("the store is not in the file"))

    def close_gone(self) -> int:
        """Close them, as of today in the zone of each; the number of rows written."""
        return self._run(
            sql.SQL(
                """
                UPDATE {location} l SET status = {closed}, updated_at = statement_timestamp(),
                    closed_on = coalesce(l.closed_on, (statement_timestamp() AT TIME ZONE l.time_zone)::date)
                WHERE {gone}
                """
            ).format(location=_LOCATION, closed=sql.Literal(LocationStatus.CLOSED.value), gone=_gone()),
            [self._brand.pk],
        )

    def _title(self, name: str) -> str:
        return self._columns.column(name.removesuffix("_id"))

    def _built_name(self) -> sql.Composable:
        city = sql.SQL("s.city, ") if "city" in self._staged else sql.SQL("")
        return sql.SQL("concat_ws(' ', {}s.store_number)").format(city)

    def _differs(self) -> sql.Composable:
        """Whether a location (`l`) would change by its row (`s`)."""
        if not self._fields:
            return sql.SQL("false")
        old = sql.SQL(", ").join(sql.SQL("l.{}").format(sql.Identifier(name)) for name in self._fields)
        new = sql.SQL(", ").join(map(self._new_value, self._fields))
        return sql.SQL("ROW({}) IS DISTINCT FROM ROW({})").format(old, new)

    def _differing(self) -> sql.Composable:
        """The names of the columns in which they differ."""
        names = [
            sql.SQL("CASE WHEN l.{} IS DISTINCT FROM ({}) THEN {} END").format(
                sql.Identifier(name), self._new_value(name), sql.Literal(name)
            )
            for name in self._fields
        ]
        return sql.SQL("array_remove(ARRAY[{}]::text[], NULL)").format(sql.SQL(", ").join(names))

    def _new_value(self, name: str) -> sql.Composable:
        """What a location's column holds after the import."""
        there = sql.SQL("l.{}").format(sql.Identifier(name))
        staged = sql.SQL("s.{}").format(sql.Identifier(name))
        if name == "attributes":
            kept: sql.Composable = there
            if self._blank == "clear":
                keys = [
                    entry.field.removeprefix(ATTRIBUTE_PREFIX)
                    for entry in self._columns.matched
                    if entry.field.startswith(ATTRIBUTE_PREFIX)
                ]
                kept = sql.SQL("({} - {}::text[])").format(there, sql.Literal(keys))
            return sql.SQL("{} || jsonb_strip_nulls({})").format(kept, staged)
        if name == "status" and "status" not in self._columns.fields:
            # "Not closed for a time" says nothing about a store that is planned or closed for good.
            return sql.SQL(
                "CASE WHEN s.status = 'open' AND l.status <> 'temporarily_closed' THEN l.status "
                "ELSE coalesce(s.status, l.status) END"
            )
        if self._blank == "keep" or name in _NEEDED - {"time_zone"}:
            return sql.SQL("coalesce({}, {})").format(staged, there)
        if name in _NULLABLE:
            return staged
        empty = self._brand.time_zone if name == "time_zone" else ""
        return sql.SQL("coalesce({}, {})").format(staged, sql.Literal(empty))

    def _run(self, statement: sql.Composed, params: Sequence[Any] = ()) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement.as_string(), params or None)
            return int(cursor.rowcount)

    def _rows(self, statement: sql.Composed, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, by and by: a million findings must not meet in memory."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement.as_string(), params or None)
            while rows := cursor.fetchmany(2000):
                yield from rows


def _gone() -> sql.Composable:
    return sql.SQL(
        "l.brand_id = %s AND l.status <> {closed} "
        "AND NOT EXISTS (SELECT 1 FROM {staging} s WHERE s.store_number = l.store_number)"
    ).format(closed=sql.Literal(LocationStatus.CLOSED.value), staging=_STAGING)


def _insertable() -> list[Any]:
    """The columns of a location that the database does not fill by itself."""
    return [
        field
        for field in Location._meta.concrete_fields
        if not field.generated and field.column not in {"created_at", "updated_at"}
    ]


def _default(field: Any) -> Any:
    """What a column holds where a file says nothing; ids and the brand are put in by the caller."""
    if field.is_relation or field.primary_key:
        return None
    value = field.get_default()
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if value is None or isinstance(value, UUID):
        return None
    return str(value)

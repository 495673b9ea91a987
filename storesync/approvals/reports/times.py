"""How long decisions took: medians and 90th percentiles of several groupings in one pass over the figures.

PostgreSQL's own percentile_cont sorts all rows anew for each grouping. Counting how many took so many minutes
needs no sorting, and leaves few rows to find a percentile in: for a year of half a million decisions, a third
of the time.
"""
# Names of tables and columns are our own; what is asked for is compiled by the ORM, in its scope.
# ruff: noqa: S608

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F

from storesync.approvals.querysets import FigureQuerySet
from storesync.approvals.reports.period import Period

By = Literal["all", "place", "stage", "region", "person"]
"""What is grouped by; "place" is the day, week or month."""
_GROUPED: Final[dict[By, tuple[str, str]]] = {
    "place": ("place", "timestamptz"),
    "stage": ("stage_name", "text"),
    "region": ("region_id", "uuid"),
    "person": ("person_id", "integer"),
}
"""The column of each, and its type."""


class Spread(NamedTuple):
    """Median and 90th percentile in minutes, between two values where they fall between; None of nothing."""

    median: float | None = None
    ninth: float | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """How long decisions took, and how many were late.

    Attributes:
        waited, worked: on the clock, and in the brand's working hours.
        late: decided after they were due, of those `due` that had a due time.
    """

    count: int = 0
    waited: Spread = field(default_factory=Spread)
    worked: Spread = field(default_factory=Spread)
    late: int = 0
    due: int = 0


@contextmanager
def room_to_count() -> Iterator[None]:
    """A transaction in which statements have room to count in, and are not compiled: that took longer."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)")
        yield


def times_of(figures: FigureQuerySet, period: Period, by: Collection[By]) -> Mapping[By, Mapping[Any, Times]]:
    """The times of people's decisions by each of these; by person since it waited for them.

    Args:
        figures: of one period, unordered.

    Returns:
        For each grouping its times by value; of "all" under None.
    """
    asked = (
        figures.filter(person__isnull=False)
        .annotate(place=period.trunc("decided_at"), region_id=F("location__region_id"))
        .values(*_COLUMNS)
    )
    found: dict[By, dict[Any, Times]] = {one: {} for one in by}
    try:
        sql, params = asked.query.sql_with_params()
    except EmptyResultSet:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_query(sql, by), params)
        rows = cursor.fetchall()
    spreads: dict[tuple[By, Any], dict[bool, Spread]] = {}
    counts: dict[tuple[By, Any], tuple[int, int, int]] = {}
    for row in rows:
        one, on_the_clock, values, (total, late, due), ends = row[0], row[1], row[2:6], row[6:9], row[9:]
        value = dict(zip(_GROUPED, values, strict=True)).get(one)
        key: tuple[By, Any] = (one, value.date() if one == "place" and value else value)
        spreads.setdefault(key, {})[on_the_clock] = Spread(
            _between(total, 0.5, *ends[:2]), _between(total, 0.9, *ends[2:])
        )
        if on_the_clock:
            counts[key] = (total, late, due)
    for (one, value), (total, late, due) in counts.items():
        both = spreads[one, value]
        found[one][value] = Times(total, both[True], both.get(False, Spread()), late, due)
    return found


def _query(figures: str, by: Collection[By]) -> str:
    """The statement for these groupings; GROUPING() may name only what is grouped by."""
    measures = {one: ("own_waited", "own_worked") if one == "person" else ("waited", "worked") for one in by}
    used = dict.fromkeys(name for pair in measures.values() for name in pair)
    return _QUERY.format(
        figures=figures,
        which=" ".join(f"WHEN GROUPING({_GROUPED[one][0]}) = 0 THEN '{one}'" for one in by if one in _GROUPED)
        or "WHEN false THEN ''",
        on_the_clock=" OR ".join(f"GROUPING({name}) = 0" for name in used if name.endswith("waited")),
        minutes=", ".join(used),
        values=", ".join(
            column if one in by else f"NULL::{kind} AS {column}" for one, (column, kind) in _GROUPED.items()
        ),
        sets=", ".join(
            f"({', '.join([*([_GROUPED[one][0]] if one in _GROUPED else []), measure])})"
            for one, pair in measures.items()
            for measure in pair
        ),
    )


def _between(total: int, share: float, low: int, high: int) -> float:
    """The value at a share of the way from the first of `total` values to the last (percentile_cont)."""
    place = share * (total - 1)
    return low + (high - low) * (place - int(place))


_COLUMNS: Final = (
    "place",
    "stage_name",
    "region_id",
    "person_id",
    "late",
    "waited",
    "worked",
    "own_waited",
    "own_worked",
)
_GROUP: Final = "which, on_the_clock, place, stage_name, region_id, person_id"
# It begins with SELECT: before everything else pghistory puts a statement of its own.
_QUERY: Final = f"""
SELECT {_GROUP}, max(total)::bigint, sum(late)::bigint, sum(due)::bigint,
    min(minutes) FILTER (WHERE reached > floor(0.5 * (total - 1))),
    min(minutes) FILTER (WHERE reached > ceil(0.5 * (total - 1))),
    min(minutes) FILTER (WHERE reached > floor(0.9 * (total - 1))),
    min(minutes) FILTER (WHERE reached > ceil(0.9 * (total - 1)))
FROM (
  SELECT *, sum(n) OVER (PARTITION BY {_GROUP} ORDER BY minutes) AS reached,
    sum(n) OVER (PARTITION BY {_GROUP}) AS total
  FROM (
    SELECT CASE {{which}} ELSE 'all' END AS which, {{on_the_clock}} AS on_the_clock,
        COALESCE({{minutes}}) AS minutes, {{values}},
        count(*) AS n, count(*) FILTER (WHERE late) AS late, count(late) AS due
    FROM ({{figures}}) AS figures ({", ".join(_COLUMNS)})
    GROUP BY GROUPING SETS ({{sets}})
  ) AS counted WHERE minutes IS NOT NULL
) AS so_far GROUP BY {_GROUP}
"""

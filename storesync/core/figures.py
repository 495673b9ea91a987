"""Figures as a reader gets them: a table whose cells know how they read, and what a file holds.

`components/figures.html` shows one with its chart, and its files; `file_of` answers with the file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase

from storesync.core import exports, formats
from storesync.core.charts import BarChart, TimeChart

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what a file holds, how people read it, and where it leads."""

    value: Any
    words: str = ""
    url: str = ""

    def __str__(self) -> str:
        return self.words or formats.NOTHING


def text(value: str, url: str = "") -> Cell:
    """A name."""
    return Cell(value, value, url)


def count(value: int, url: str = "") -> Cell:
    """How many."""
    return Cell(value, formats.number(value), url)


def hours(seconds: float | None) -> Cell:
    """A time: people read hours and minutes, a file has hours to two places."""
    if seconds is None:
        return Cell("", formats.NOTHING)
    return Cell(round(seconds / 3600, 2), formats.hours(seconds))


def share(part: int, of: int) -> Cell:
    """A part of a whole; nothing of nothing."""
    if not of:
        return Cell("", formats.NOTHING)
    return Cell(round(part / of, 4), formats.percent(part / of, 0 if part in (0, of) else 1))


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of figures, with the chart that draws some of them.

    Attributes:
        key: its name in addresses.
        about: what is counted, in a sentence.
        columns: their names; the first column names the row, the others are figures.
        words: how many columns from the start hold words and not figures.
        empty: what to say where there is no row.
        note: what else is true of it (rows that are left out on the page).
    """

    key: str
    title: "_StrOrPromise"
    about: "_StrOrPromise"
    columns: Sequence["_StrOrPromise"]
    rows: Sequence[Sequence[Cell]]
    chart: BarChart | TimeChart | None = None
    words: int = 1
    empty: "_StrOrPromise" = ""
    note: "_StrOrPromise" = ""

    def labelled(self) -> Iterator[list[tuple["_StrOrPromise", Cell, bool]]]:
        """Each row as (name of the column, cell, whether it is a figure)."""
        for row in self.rows:
            yield [
                (name, cell, number >= self.words)
                for number, (name, cell) in enumerate(zip(self.columns, row, strict=True))
            ]

    @property
    def heads(self) -> list[tuple["_StrOrPromise", bool]]:
        """The names of the columns, and whether they hold figures."""
        return [(name, number >= self.words) for number, name in enumerate(self.columns)]


def file_of(figures: Figures, kind: str) -> HttpResponseBase:
    """The table as a file; no cell of it is a formula (`core.exports.inert`).

    Args:
        kind: one of `exports.KINDS`.
    """
    rows = [[str(name) for name in figures.columns], *([cell.value for cell in row] for row in figures.rows)]
    if kind == exports.CSV:
        return exports.csv_response(figures.key, rows)
    return exports.excel_response(figures.key, str(figures.title)[:31], rows[: exports.EXCEL_MOST + 1])

"""Lists as files: CSV as a stream of any length, Excel up to what one sheet is opened with at ease."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import tablib
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from storesync.core.scoping import in_scope

CSV: Final = "csv"
EXCEL: Final = "xlsx"
KINDS: Final = (CSV, EXCEL)
EXCEL_MOST: Final = 10_000
"""Rows of a sheet, which is built in memory: some 10 MB and three seconds."""
_LIVE: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""First signs with which a spreadsheet takes a text for a formula, in full width too."""
_BLANK: Final = ("\t", "\r", "\n")


def inert(cell: Any) -> Any:
    """A cell that no spreadsheet computes: a text that looks like a formula begins with an apostrophe."""
    if not isinstance(cell, str):
        return cell
    # Spreadsheets leave white space aside.
    return f"'{cell}" if cell.lstrip().startswith(_LIVE) or cell.startswith(_BLANK) else cell


def csv_response(name: str, rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    """A CSV file that is sent while it is made; `rows` begins with the names of the columns.

    In UTF-8 with the mark by which Excel knows it.
    """
    lines = in_scope(_lines(rows))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": _attached(name, CSV)},
    )


def excel_response(name: str, title: str, rows: Iterable[list[Any]]) -> HttpResponse:
    """An Excel file of at most EXCEL_MOST rows; `rows` begins with the names of the columns."""
    header, *body = rows
    sheet = tablib.Dataset(*([_fit(cell) for cell in row] for row in body), headers=header, title=title)
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    disposition = {"Content-Disposition": _attached(name, EXCEL)}
    return HttpResponse(sheet.export("xlsx", escape=True), content_type=content, headers=disposition)


def wall_clock(value: datetime, zone: Any = None) -> datetime:
    """A moment as a clock in `zone` (else the reader's) shows it, to the minute, as files carry it."""
    local = timezone.localtime(value, zone) if timezone.is_aware(value) else value
    return local.replace(tzinfo=None, second=0, microsecond=0)


def _fit(cell: Any) -> Any:
    return inert(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    out = io.StringIO("\ufeff")
    out.seek(1)
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
        if out.tell() > 16_384:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _attached(name: str, kind: str) -> str:
    day = timezone.localdate().isoformat()
    return content_disposition_header(True, f"{name}-{day}.{kind}") or "attachment"

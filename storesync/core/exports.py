"""Lists as files: CSV as a stream of any length, Excel at once while it is short, else by a Job."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import IO, Any, Final

import tablib
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font

from storesync.core.scoping import in_scope

CSV: Final = "csv"
EXCEL: Final = "xlsx"
KINDS: Final = (CSV, EXCEL)
EXCEL_MOST: Final = 10_000
"""Rows of a sheet that is made while its reader waits, in memory: some 10 MB and three seconds."""
SHEET_ROWS: Final = 1_048_576
"""Rows that a sheet has at all, the names of the columns included (ECMA-376, as Excel reads it)."""
EXCEL_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOLD_EVERY: Final = 2000
"""Rows after which the progress of a long file is told."""
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
    disposition = {"Content-Disposition": _attached(name, EXCEL)}
    return HttpResponse(sheet.export("xlsx", escape=True), content_type=EXCEL_TYPE, headers=disposition)


def write_excel(
    target: IO[bytes], title: str, rows: Iterable[list[Any]], told: Callable[[int], bool] = lambda _n: True
) -> bool:
    """Write an Excel file of any length, in bounded memory: what is over one sheet goes on the next.

    Args:
        target: where it is written.
        rows: begins with the names of the columns.
        told: hears now and then how many rows there are, and says whether to go on.

    Returns:
        False when it was told to stop; what is written then is no whole file of the list.
    """
    book, rows = Workbook(write_only=True), iter(rows)
    header = [_fit(cell) for cell in next(rows)]
    number, on = 0, True
    for number, row in enumerate(rows):
        if number % (SHEET_ROWS - 1) == 0:
            sheet = _sheet(book, title, header)
        sheet.append([_fit(cell) for cell in row])
        if number % TOLD_EVERY == TOLD_EVERY - 1 and not (on := told(number + 1)):
            break
    if not book.worksheets:
        _sheet(book, title, header)
    # Also of what nobody will read: only saving clears away what openpyxl keeps beside.
    book.save(target)
    return on


def wall_clock(value: datetime, zone: Any = None) -> datetime:
    """A moment as a clock in `zone` (else the reader's) shows it, to the minute, as files carry it."""
    local = timezone.localtime(value, zone) if timezone.is_aware(value) else value
    return local.replace(tzinfo=None, second=0, microsecond=0)


def _fit(cell: Any) -> Any:
    return inert(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _sheet(book: Workbook, title: str, header: list[Any]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    names = [WriteOnlyCell(sheet, value=name) for name in header]
    for cell in names:
        cell.font = Font(bold=True)
    sheet.append(names)
    return sheet


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


def file_name(name: str, kind: str) -> str:
    """What a file of a list is called, with the day on which it is fetched."""
    return f"{name}-{timezone.localdate().isoformat()}.{kind}"


def _attached(name: str, kind: str) -> str:
    return content_disposition_header(True, file_name(name, kind)) or "attachment"

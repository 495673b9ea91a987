"""Lists as files: nothing that a spreadsheet would compute, whatever was typed."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from storesync.core.exports import csv_response, excel_response, inert, wall_clock


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1+1", "＋1", "－1", "＠x", " =1", "\n=1", "\u00a0=1"]
)
def test_no_cell_is_a_live_formula(text: str) -> None:
    rows = [["Name", "Number"], [text, -1]]
    assert inert(text) == f"'{text}" and inert(-1) == -1 and inert("a=b") == "a=b"
    read = list(csv.reader(io.StringIO(body(csv_response("x", rows)).decode("utf-8-sig"), newline="")))
    assert read[1][0] == f"'{text}" and read[1][1] == "-1"
    sheet = openpyxl.load_workbook(io.BytesIO(body(excel_response("x", "x", rows)))).active
    assert sheet is not None and sheet["A2"].data_type == "s" and sheet["B2"].value == -1


def test_signs_that_no_sheet_may_hold_are_left_out() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(body(excel_response("x", "x", [["A"], ["be\x07ll\x00"]])))
    ).active
    assert sheet is not None and sheet["A2"].value == "bell"


def test_a_moment_is_what_the_clock_of_the_place_shows() -> None:
    """Rule S5: the wall clock of the store; a file's times know no zone."""
    summer = datetime(2026, 7, 1, 8, 30, 12, tzinfo=UTC)
    assert wall_clock(summer, ZoneInfo("Europe/Berlin")) == datetime(2026, 7, 1, 10, 30)
    rows = [["At"], [wall_clock(summer, ZoneInfo("Europe/Berlin"))]]
    sheet = openpyxl.load_workbook(io.BytesIO(body(excel_response("x", "x", rows)))).active
    assert sheet is not None and sheet["A2"].value == datetime(2026, 7, 1, 10, 30)


def test_a_long_file_is_sent_in_pieces() -> None:
    response = csv_response("many", ([number, "x" * 100] for number in range(2000)))
    pieces = list(response.streaming_content)
    assert len(pieces) > 5 and len(b"".join(pieces).decode().splitlines()) == 2000
    assert response.headers["Content-Disposition"].startswith('attachment; filename="many-')

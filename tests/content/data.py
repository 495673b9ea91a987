"""Real hostile strings, found by STORESYNC_DATA; tests that need them skip with a loud line without them."""

import json
import os
import re
from pathlib import Path

import pytest

DATA = Path(os.environ.get("STORESYNC_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
_MISSING = "REAL DATA MISSING: set STORESYNC_DATA to the folder that holds strings/"


def _strings(path: str) -> Path:
    found = DATA / "strings" / path
    if not found.exists():
        if os.environ.get("STORESYNC_REQUIRE_ALL") == "1":
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    return found


def naughty_strings() -> list[str]:
    """The big list of naughty strings."""
    strings: list[str] = json.loads(_strings("blns.json").read_text())
    assert len(strings) > 500
    return strings


def template_injections() -> list[str]:
    """Every payload of the collection on server-side template injection: code lines and whole blocks."""
    text = _strings("ssti/Python.md").read_text()
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    found = [payload for payload in [*blocks, *lines] if "{{" in payload or "{%" in payload]
    assert len(found) > 60
    return found

"""Revisions and approvals are written by campaigns and approvals alone (rule A7)."""

import re
from pathlib import Path

import storesync

ROOT = Path(storesync.__file__).parent
MAY: frozenset[str] = frozenset({"content", "campaigns", "approvals"})
_IMPORT = re.compile(
    r"from storesync\.content\.actions import|import storesync\.content\.actions"
    r"|from storesync\.content import [^\n]*\bactions\b"
)


def test_nobody_else_writes_revisions_and_approvals() -> None:
    callers = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if _IMPORT.search(path.read_text(encoding="utf-8"))
    }
    assert callers <= MAY
    assert "approvals" in callers, "the search finds those who may"

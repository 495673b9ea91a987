"""The bytes that are hashed: one JSON array for each step, head and seal (docs/evidence.md).

PostgreSQL's `json_build_array(...)::text` and Python's `json.dumps(..., ensure_ascii=False)` write the same
text, so that the database chains rows however they are written, and anybody can compute it anew.
"""

from collections.abc import Sequence
from typing import Any, Final

STEP_FORM: Final = "storesync.approvals.step/1"
"""Stands first in a step's bytes; another number when what is hashed changes."""
SEAL_FORM: Final = "storesync.approvals.seal/1"

STEP_COLUMNS: Final = (
    "id",
    "brand_id",
    "submission_id",
    "item_id",
    "revision_id",
    "content_hash",
    "owner_kind",
    "owner_id",
    "number",
    "stage",
    "stage_name",
    "decision",
    "person_id",
    "in_place_of_id",
    "handed_to_id",
    "comment",
    "previous_status",
    "new_status",
    "way",
    "rule",
    "created_at",
    "updated_at",
    "previous_hash",
)
"""The columns of a step but its own hash, in the order in which they are hashed."""
STEP_REASON: Final = "reason"
"""Hashed after the others, and only where there is one: steps from before there were any keep their hash."""
SEAL_COLUMNS: Final = (
    "id",
    "brand_id",
    "number",
    "day",
    "steps",
    "chains",
    "heads_hash",
    "created_at",
    "updated_at",
    "previous_hash",
)
_MOMENTS: Final = frozenset({"created_at", "updated_at"})


def _values(form: str, columns: tuple[str, ...], row: str) -> str:
    parts = [
        f"to_char({row}.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        if name in _MOMENTS
        else f"{row}.{name}"
        for name in columns
    ]
    return f"json_build_array('{form}', {', '.join(parts)})"


def step_values(row: str) -> str:
    """SQL for the array that is hashed of a step; `row` is the alias of its table."""
    plain = _values(STEP_FORM, STEP_COLUMNS, row)
    with_reason = _values(STEP_FORM, (*STEP_COLUMNS, STEP_REASON), row)
    return f"CASE WHEN {row}.{STEP_REASON} = '' THEN {plain} ELSE {with_reason} END"


def step_told(values: Sequence[Any]) -> dict[str, Any]:
    """The array of a step by the names of its columns, "form" first.

    Raises:
        ValueError: it is not as long as the array of a step.
    """
    names = ("form", *STEP_COLUMNS, STEP_REASON)
    if len(values) == len(names) - 1:
        values = [*values, ""]
    return dict(zip(names, values, strict=True))


def step_hash(row: str) -> str:
    """SQL for the hash that a step must have, 64 hexadecimal digits."""
    return _hash(step_values(row))


def seal_values(row: str) -> str:
    """SQL for the array that is hashed of a seal."""
    return _values(SEAL_FORM, SEAL_COLUMNS, row)


def seal_hash(row: str) -> str:
    """SQL for the hash that a seal must have."""
    return _hash(seal_values(row))


def _hash(values: str) -> str:
    return f"encode(sha256(convert_to({values}::text, 'UTF8')), 'hex')"


def head_line(owner_kind: str, owner_id: object, number: int, head: str) -> str:
    """One line of what a seal's `heads_hash` is made of: a chain, how long it was, its newest hash."""
    return f"{owner_kind}:{owner_id}:{number}:{head}\n"

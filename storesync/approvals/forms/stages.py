"""The stages of a policy in their order, each a form of its own.

Without script the buttons of a stage (up, down, remove, put back, add) send the whole form; nothing typed is
lost, and nothing is saved before "Save".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict

from storesync.approvals.actions.policy import MOST_STAGES
from storesync.approvals.forms.policy import Directory
from storesync.approvals.forms.stage import StageForm
from storesync.approvals.stages import Stage

_OPS = re.compile(r"(up|down|remove|back):(\d{1,3})")
NEW_STAGE: Final[dict[str, Any]] = {"rule": "any"}


class StageForms:
    """The stages of a policy as forms in order; `forms` are unbound unless they are to be checked."""

    def __init__(self, directory: Directory, rows: Sequence[Mapping[str, Any]]) -> None:
        self.directory = directory
        self.forms = [
            StageForm(initial=dict(row), prefix=f"stage-{number}", directory=directory)
            for number, row in enumerate(rows)
        ]

    @classmethod
    def bound(cls, directory: Directory, data: QueryDict) -> "StageForms":
        """As they were sent, to be checked; those taken out are left as they are."""
        found = cls(directory, rows_of(data))
        for number, form in enumerate(found.forms):
            if not form.is_removed:
                found.forms[number] = StageForm(data, prefix=f"stage-{number}", directory=directory)
        return found

    @classmethod
    def after(cls, directory: Directory, data: QueryDict, op: str) -> "StageForms":
        """As they were sent, with one button's change; nothing is checked yet, and nothing typed is lost."""
        return cls(directory, [_with_person(row, directory) for row in changed_rows(rows_of(data), op)])

    @property
    def count(self) -> int:
        """How many forms there are, taken out or not."""
        return len(self.forms)

    @property
    def may_add(self) -> bool:
        """Whether one more fits."""
        return sum(not form.is_removed for form in self.forms) < MOST_STAGES and self.count < 2 * MOST_STAGES

    @property
    def kept(self) -> list[StageForm]:
        """Those that are not taken out."""
        return [form for form in self.forms if not form.is_removed]

    def is_valid(self) -> bool:
        """Whether all that are kept are right; each shows its own errors."""
        wrong = [form for form in self.kept if not form.is_valid()]
        return not wrong

    def stages(self) -> list[Stage]:
        """The stages, once they are valid."""
        return [form.stage for form in self.kept]


def rows_of(data: QueryDict) -> list[dict[str, Any]]:
    """What was typed into each stage, in order, as it was typed."""
    text = data.get("stages", "")
    total = min(int(text), 2 * MOST_STAGES) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    rows = []
    for number in range(total):
        row: dict[str, Any] = {}
        for name, field in StageForm.base_fields.items():
            given = f"stage-{number}-{name}"
            if name in StageForm.MANY:
                row[name] = data.getlist(given)
            elif isinstance(field, forms.BooleanField):
                row[name] = data.get(given, "") not in ("", "False", "0")
            else:
                row[name] = data.get(given, "")
        rows.append(row)
    return rows


def changed_rows(rows: list[dict[str, Any]], op: str) -> list[dict[str, Any]]:
    """The rows after a button: "add", "up:1", "down:0", "remove:2", "back:2"; others change nothing."""
    rows = list(rows)
    if op == "add" and len(rows) < 2 * MOST_STAGES:
        return [*rows, dict(NEW_STAGE)]
    match = _OPS.fullmatch(op)
    if match is None or int(match[2]) >= len(rows):
        return rows
    verb, at = match[1], int(match[2])
    if verb in ("remove", "back"):
        rows[at] = rows[at] | {"removed": verb == "remove"}
        return rows
    step = -1 if verb == "up" else 1
    there = at + step
    # Those taken out are passed over: a move is always seen.
    while 0 < there < len(rows) - 1 and rows[there].get("removed"):
        there += step
    if 0 <= there < len(rows):
        rows.insert(there, rows.pop(at))
    return rows


def _with_person(row: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """The row with whoever was typed into its fields put among the chosen; what means nobody stays typed."""
    row = dict(row)
    for typed, chosen in (("add_person", "people"), ("add_to_person", "to_people")):
        if not str(row.get(typed) or "").strip():
            continue
        try:
            found = str(directory.find(row[typed]).pk)
        except forms.ValidationError:
            continue
        row[typed] = ""
        row[chosen] = list(dict.fromkeys([*row.get(chosen, []), found]))
    return row

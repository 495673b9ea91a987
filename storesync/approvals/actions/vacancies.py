"""Stages where nobody who sits could decide: they escalate, so that nothing waits for ever (Rule A5)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from storesync.approvals.actions.family import split
from storesync.approvals.actions.grouping import NOBODY_SITS
from storesync.approvals.models import Decision, Seat, SubmissionItem
from storesync.approvals.seating import Panel, seat_key
from storesync.approvals.steps import write_rule_steps


def escalate_vacant(items: Sequence[SubmissionItem]) -> list[SubmissionItem]:
    """Seat more people where nobody who sits at the present stage could decide about these open items.

    The caller holds the lock on their submissions, and the items are all that waits there. What needs more
    people than the rest of its submission goes on in a child.

    Returns:
        Those for which somebody was seated.
    """
    if not items:
        return []
    panel = Panel.of(items)
    needs: dict[UUID, dict[tuple[Any, ...], tuple[list[Seat], list[SubmissionItem]]]] = defaultdict(dict)
    for item in items:
        stage, seats = item.submission.present_stage, panel.seats.get(item.submission_id, ())
        more = panel.reinforced(item, item.submission, stage, seats)
        key = tuple(seat_key(seat) for seat in more)
        needs[item.submission_id].setdefault(key, (more, []))[1].append(item)
    helped: list[SubmissionItem] = []
    for groups in needs.values():
        everybody_else = groups.pop((), None)
        for number, (more, members) in enumerate(groups.values()):
            # Without a rest, one part may stay where it is.
            stays = number == 0 and everybody_else is None
            seated = members if stays else split([(members[0].submission, members)])[0]
            _seat(more, seated)
            helped += seated
    return helped


def may_be_vacant(item: SubmissionItem) -> bool:
    """Whether a stage that has just begun could have nobody; not where anybody may decide, one alone."""
    stage = item.submission.present_stage
    return not stage.people.anybody or stage.several


def _seat(seats: list[Seat], items: list[SubmissionItem]) -> None:
    submission = items[0].submission
    for seat in seats:
        seat.submission, seat.stage = submission, submission.stage
    Seat.objects.bulk_create(seats)
    write_rule_steps(items, decision=Decision.ESCALATED, rule=str(NOBODY_SITS))

"""Looking after stages whose people changed: rights lost, away, a group without members (Rule A5)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.approvals.actions.decide import tell
from storesync.approvals.actions.family import hold, settle
from storesync.approvals.actions.vacancies import escalate_vacant
from storesync.approvals.models import Decision, ReviewStatus, Seat, Submission, SubmissionItem, Way
from storesync.approvals.seating import Panel, seat_key
from storesync.approvals.steps import write_steps
from storesync.core.audit import audited

if TYPE_CHECKING:
    from storesync.approvals.querysets import SubmissionItemQuerySet


_Row = tuple[UUID, UUID, UUID, int, int | None, list[int]]
_STRETCH: Final = 2000
"""Items that are looked at together."""
_KNOWN: Final = 50_000
"""Answers that are remembered."""


def stuck(items: "SubmissionItemQuerySet", *, brand_id: UUID) -> Iterator[UUID]:
    """Those of these open items of a brand for which `look_after` would do something.

    Nobody can decide them and others could be seated, or all who may decide have approved. Reads them in
    stretches, and asks once for all that have the same seats, store, people and votes.
    """
    columns = ("pk", "submission_id", "location_id", "submitter_id", "author_id", "voters")
    # In the order of submissions: what has the same seats comes together.
    rows: Iterator[_Row] = (
        items.order_by("submission_id", "pk").values_list(*columns).iterator(chunk_size=_STRETCH)
    )
    known: dict[Hashable, bool] = {}
    while part := list(islice(rows, _STRETCH)):
        submissions = Submission.objects.in_bulk({row[1] for row in part})
        held: dict[UUID, set[Hashable]] = defaultdict(set)
        for seat in Seat.objects.filter(submission__in=submissions).order_by():
            held[seat.submission_id].add((*seat_key(seat), seat.escalated))
        seated = {pk: (one.present_stage, frozenset(held[pk])) for pk, one in submissions.items()}
        keys = {
            pk: (seated[submission], place, submitter, author, tuple(voters))
            for pk, submission, place, submitter, author, voters in part
            if submission in seated
        }
        if len(known) > _KNOWN:
            known.clear()
        first = {key: row for row in part if (key := keys.get(row[0])) and key not in known}
        asked = {
            key: SubmissionItem(
                pk=pk,
                brand_id=brand_id,
                submission=submissions[submission],
                location_id=place,
                submitter_id=submitter,
                author_id=author,
                voters=voters,
            )
            for key, (pk, submission, place, submitter, author, voters) in first.items()
        }
        if asked:
            panel = Panel.of(asked.values())
            known |= {key: _needs_help(panel, item) for key, item in asked.items()}
        yield from (pk for pk, key in keys.items() if known[key])


def _needs_help(panel: Panel, item: SubmissionItem) -> bool:
    stage, seats = item.submission.present_stage, panel.seats.get(item.submission_id, ())
    if item.voters and panel.is_enough(item, stage, item.voters):
        return True
    return bool(panel.reinforced(item, item.submission, stage, seats))


def look_after(*, items: Iterable[UUID]) -> None:
    """Let items go on that wait for nobody: approved by all who may decide now, or escalated (Rule A5).

    Harmless where somebody can decide.
    """
    with audited("submission.escalated", actor=None):
        held = hold(items)
        open_ = [item for item in held.asked if item.is_open]
        if not open_:
            return
        panel = Panel.of(open_)
        enough = [
            item
            for item in open_
            if item.voters and panel.is_enough(item, item.submission.present_stage, item.voters)
        ]
        if enough:
            write_steps(
                enough,
                decision=Decision.APPROVED,
                person=None,
                before=ReviewStatus.PENDING_REVIEW,
                after=ReviewStatus.APPROVED,
                way=Way.RULE,
                rule=_("All who may decide now have approved it"),
            )
            by: dict[int, list[SubmissionItem]] = defaultdict(list)
            for item in enough:
                by[item.voters[-1]].append(item)
            people = User.objects.in_bulk(by)
            settle(held, enough, decision=Decision.APPROVED, person=None)
            # Whoever approved last is whose approval it is, and who can revoke it.
            for last, part in by.items():
                tell(part, decision=Decision.APPROVED, actor=people[last], comment="", way=Way.RULE)
    # What was split apart meanwhile is found where it is now.
    with audited("submission.escalated", actor=None):
        held = hold(items)
        submissions = {item.submission_id for item in held.asked if item.is_open}
        escalate_vacant([item for pk in submissions for item in held.waiting[pk]])

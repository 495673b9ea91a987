"""Who is told of what happens in reviews.

Submitting and deciding write one row that says so (`announce_steps`); a worker finds out whom it concerns
(`tell_of_steps`) and tells them, so that a decision about thousands costs its person nothing more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from storesync.approvals.models import Decision, ItemState, State, Submission, SubmissionItem
from storesync.approvals.notices import (
    APPROVED,
    DUE_SOON,
    ESCALATED,
    HANDED_OVER,
    OVERDUE,
    REVOKED,
    SENT_BACK,
    WAITING,
)
from storesync.approvals.seating import Panel
from storesync.brands.notices import MOST_STORES
from storesync.comments.models import Thread
from storesync.content.models import Revision
from storesync.content.owners import describe
from storesync.notifications.actions import Told, announce, notify_each

if TYPE_CHECKING:
    from storesync.accounts.models import User

SOURCE: Final = "approvals.steps"
WENT_OVERDUE: Final = "overdue"
"""Said by the clock, which writes no step for it."""

_AFTER: Final = {
    Decision.APPROVED.value: (APPROVED, (ItemState.APPROVED,)),
    Decision.REJECTED.value: (SENT_BACK, (ItemState.REJECTED,)),
    Decision.CHANGES_REQUESTED.value: (SENT_BACK, (ItemState.CHANGES_REQUESTED,)),
    Decision.REVOKED.value: (REVOKED, (ItemState.REVOKED,)),
}
_ASKING: Final = {
    Decision.HANDED_OVER.value: HANDED_OVER,
    Decision.WARNED.value: DUE_SOON,
    Decision.ESCALATED.value: ESCALATED,
    WENT_OVERDUE: OVERDUE,
}


def announce_steps(
    items: Iterable[SubmissionItem],
    *,
    decision: str,
    person: "User | None" = None,
    comment: str = "",
    handed_to: "User | None" = None,
) -> None:
    """Write down that people are to be told of steps: one row, in the transaction of the steps.

    Args:
        items: with their submissions, as they stand before the decision moves them.
    """
    stages = {item.submission_id: (item.brand_id, item.submission.stage) for item in items}
    if not stages or decision == Decision.RECALLED:
        return
    announce(
        source=SOURCE,
        brand_id=next(iter(stages.values()))[0],
        facts={
            "decision": str(decision),
            "who": person.display_name if person else "",
            "person": person.pk if person else None,
            "comment": comment,
            "handed_to": handed_to.pk if handed_to else None,
            "stages": {str(pk): stage for pk, (_brand_id, stage) in stages.items()},
        },
    )


def tell_of_steps(brand_id: UUID, facts: Mapping[str, Any]) -> None:
    """Tell whom an announcement of steps concerns."""
    decision, stages = facts["decision"], facts["stages"]
    found = list(Submission.objects.select_related("brand").filter(pk__in=stages).order_by("pk"))
    asking = [one for one in found if one.is_open and _asks(one, decision, stages[str(one.pk)])]
    if asking:
        _tell_reviewers(brand_id, asking, decision, facts)
    if decision in _AFTER:
        _tell_writers(brand_id, found, facts)


def _asks(submission: Submission, decision: str, stage: int) -> bool:
    """Whether those for whom a submission waits now have to be told by this step.

    An approval that left it at its stage was one vote of several: they know.
    """
    if decision == Decision.APPROVED:
        return submission.stage != stage
    return decision == Decision.SUBMITTED or decision in _ASKING


def _tell_reviewers(
    brand_id: UUID, submissions: Sequence[Submission], decision: str, facts: Mapping[str, Any]
) -> None:
    """Tell those for whom submissions wait: one notice each for a submission, however many its items."""
    kind = _ASKING.get(decision, WAITING)
    items = _items(submissions, (ItemState.WAITING,))
    if not items:
        return
    panel = Panel.of(items)
    told: list[Told] = []
    by_submission: dict[UUID, dict[int, list[SubmissionItem]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        late = panel.sitting(item) if kind == ESCALATED else {}
        for person in panel.able(item):
            if kind == HANDED_OVER and person != facts["handed_to"]:
                continue
            if kind == ESCALATED and not late.get(person, True):
                continue
            by_submission[item.submission_id][person].append(item)
    for submission in submissions:
        for person, rows in by_submission[submission.pk].items():
            due = min((row.due_at for row in rows if row.due_at), default=None)
            one = len(rows) == 1
            told.append(
                Told(
                    person=person,
                    matter=f"{submission.root_id}:{submission.stage}",
                    thread=f"submission:{submission.root_id}",
                    url=rows[0].get_absolute_url() if one else submission.get_absolute_url(),
                    facts=_facts(submission, rows, facts)
                    | {"due": due.isoformat() if due else "", "root": str(submission.root_id)},
                    about=due,
                )
            )
    notify_each(kind=kind, brand_id=brand_id, told=told)


def _tell_writers(brand_id: UUID, submissions: Sequence[Submission], facts: Mapping[str, Any]) -> None:
    """Tell who submitted something, and who wrote it last, what was decided about it."""
    kind, states = _AFTER[facts["decision"]]
    if kind == APPROVED:
        submissions = [one for one in submissions if one.state == State.APPROVED]
    items = _items(submissions, states)
    by_submission: dict[UUID, dict[int, list[SubmissionItem]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        for person in {item.submitter_id, item.author_id} - {facts["person"]}:
            if person is not None:
                by_submission[item.submission_id][person].append(item)
    told: list[Told] = []
    for submission in submissions:
        for person, rows in by_submission[submission.pk].items():
            told.append(
                Told(
                    person=person,
                    matter=f"{facts['decision']}:{submission.pk}",
                    thread=f"submission:{submission.root_id}",
                    url=_url_of(submission, rows, kind),
                    facts=_facts(submission, rows, facts) | {"decision": facts["decision"]},
                )
            )
    notify_each(kind=kind, brand_id=brand_id, told=told)


def _items(submissions: Sequence[Submission], states: Iterable[ItemState]) -> list[SubmissionItem]:
    rows = SubmissionItem.objects.filter(submission__in=submissions, state__in=list(states))
    return list(rows.select_related("submission", "brand").order_by("due_at", "pk"))


def _facts(
    submission: Submission, rows: Sequence[SubmissionItem], facts: Mapping[str, Any]
) -> dict[str, Any]:
    stores = sorted({str(row.location_id) for row in rows})
    return {
        "title": rows[0].name if len(rows) == 1 else submission.title,
        "count": len(rows),
        "who": facts["who"],
        "comment": facts["comment"],
        "locations": stores[:MOST_STORES],
    }


def _url_of(submission: Submission, rows: Sequence[SubmissionItem], kind: str) -> str:
    """Where a decision is answered: of one item its campaign, sent back at the place commented on last."""
    if len(rows) > 1:
        return submission.get_absolute_url()
    revision = Revision.objects.without_bodies().get(pk=rows[0].revision_id)
    info = describe([revision]).get(revision.pk)
    if info is None:
        return rows[0].get_absolute_url()
    if kind != SENT_BACK or not info.edit_url:
        return info.url
    thread = (
        Thread.objects.filter(
            owner_kind=rows[0].owner_kind, owner_id=rows[0].owner_id, resolved_at__isnull=True
        )
        .order_by("created_at", "pk")
        .last()
    )
    part = (thread.block_id or thread.field) if thread else ""
    return f"{info.edit_url}#part-{part}" if part else info.edit_url

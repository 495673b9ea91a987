"""Looking after stages whose people changed: rights lost, away, a group without members (Rule A5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.approvals.actions.decide import tell
from storesync.approvals.actions.family import hold, settle
from storesync.approvals.actions.vacancies import escalate_vacant
from storesync.approvals.models import Decision, ReviewStatus, SubmissionItem, Way
from storesync.approvals.seating import Panel
from storesync.approvals.steps import write_steps
from storesync.core.audit import audited


def stuck(items: Sequence[SubmissionItem]) -> list[SubmissionItem]:
    """Those of these open items that would wait for ever: nobody can decide, or all who can have approved."""
    if not items:
        return []
    panel = Panel.of(items)
    stages = {item.submission_id: item.submission.present_stage for item in items}
    return [
        item
        for item in items
        if panel.is_vacant(item, stages[item.submission_id])
        or (item.voters and panel.is_enough(item, stages[item.submission_id], item.voters))
    ]


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

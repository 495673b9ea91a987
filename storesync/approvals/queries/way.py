"""The way of a review through its stages: what is done, where it stands, what comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from babel.lists import format_list
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.models import ApprovalStep, Decision, ItemState, State, Submission, SubmissionItem
from storesync.approvals.queries.waiting import Waiting
from storesync.approvals.seating import Panel
from storesync.approvals.stages import Stage
from storesync.approvals.wording import Names, condition_words
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step of the way, as `components/steps.html` and its picture show it.

    Attributes:
        state: "done", "now", "failed" (it ended here), "skipped" (not needed), "" (still to come).
        who, when: who did it and when; at the present stage whom it waits for, and since when.
        due: by when the present stage has to be decided; overdue: whether that has passed.
        escalated: since when others may decide too.
        note: what else is true, in words. comment: what was said.
    """

    title: str
    state: Literal["done", "now", "failed", "skipped", ""] = ""
    who: str = ""
    when: datetime | None = None
    due: datetime | None = None
    overdue: bool = False
    escalated: datetime | None = None
    note: str = ""
    comment: str = ""


_AGAINST = (Decision.REJECTED, Decision.CHANGES_REQUESTED, Decision.RECALLED)


def way_of(
    submission: Submission,
    steps: Sequence[ApprovalStep],
    *,
    item: SubmissionItem | None = None,
    waiting: Waiting | None = None,
    begun_with: Sequence[Stage] = (),
) -> list[WayStep]:
    """The way of a submission, or of one item of it, from handing in to the approval.

    Args:
        steps: of that item, or of the submission and those it was split from; with their people.
        waiting: whom the present stage waits for.
        begun_with: all stages of its policy; those that it does not need are shown as skipped, with why.
    """
    found = [
        WayStep(
            _("Submitted"),
            "done",
            submission.submitter.display_name,
            submission.root.created_at,
            comment=submission.note,
        )
    ]
    ended = item.state if item else submission.state
    needed = submission.all_stages
    skipped = _skipped(needed, begun_with)
    for number, stage in enumerate(needed):
        found += skipped.get(_mark(stage), [])
        here = [step for step in steps if step.stage == number]
        approvals = [step for step in here if step.decision == Decision.APPROVED]
        if number < submission.stage or ended in (State.APPROVED, ItemState.REVOKED):
            found.append(_done(stage, approvals))
        elif number > submission.stage:
            found.append(WayStep(stage.label, note=rule_words(stage)))
        elif submission.is_open and ended not in (ItemState.MOVED,):
            found.append(_now(submission, stage, approvals, waiting))
        else:
            found.append(_failed(stage, here, ended))
    found += skipped.get(None, [])
    if ended == ItemState.REVOKED:
        revoked = next((step for step in reversed(steps) if step.decision == Decision.REVOKED), None)
        found.append(_against(_("Approval revoked"), revoked))
    elif submission.is_open or ended == State.APPROVED:
        found.append(WayStep(_("Approved"), "done" if ended == State.APPROVED else ""))
    return found


def _mark(stage: Stage) -> str:
    """What tells a stage from the others of its policy."""
    return stage.key or stage.name


def _skipped(needed: Sequence[Stage], begun_with: Sequence[Stage]) -> dict[str | None, list[WayStep]]:
    """The stages that are not needed, by the key of the needed one that they come before (None: the last)."""
    keys = {_mark(stage) for stage in needed}
    left = [stage for stage in begun_with if _mark(stage) not in keys]
    if not left:
        return {}
    known, found, waiting = Names.of(left), dict[str | None, list[WayStep]](), list[WayStep]()
    for stage in begun_with:
        if _mark(stage) in keys:
            found[_mark(stage)], waiting = waiting, []
        else:
            why = condition_words(stage.conditions, known) or _("Not needed where nothing differs.")
            waiting.append(WayStep(stage.label, "skipped", note=why))
    found[None] = waiting
    return found


def _done(stage: Stage, approvals: Sequence[ApprovalStep]) -> WayStep:
    rule = next((step.rule for step in approvals if step.rule), "")
    return WayStep(
        stage.label,
        "done",
        names(approvals),
        approvals[-1].created_at if approvals else None,
        note=rule,
        comment=" · ".join(step.comment for step in approvals if step.comment),
    )


def _now(
    submission: Submission, stage: Stage, approvals: Sequence[ApprovalStep], waiting: Waiting | None
) -> WayStep:
    notes = [rule_words(stage)]
    if approvals:
        notes.append(_("Approved so far by %(names)s.") % {"names": names(approvals)})
    due = submission.stage_due_at
    return WayStep(
        stage.label,
        "now",
        _("Waits for %(who)s") % {"who": waiting.words} if waiting else "",
        submission.stage_since or submission.created_at,
        due=due,
        overdue=due is not None and due < timezone.now(),
        escalated=submission.escalated_at,
        note=" ".join(note for note in notes if note),
    )


def _failed(stage: Stage, here: Sequence[ApprovalStep], ended: str) -> WayStep:
    last = next((step for step in reversed(here) if step.decision in _AGAINST), None)
    label = str(last.get_decision_display() if last else dict(ItemState.choices).get(ended, ended))
    return _against(f"{stage.label}: {label}", last)


def _against(title: str, step: ApprovalStep | None) -> WayStep:
    if step is None:
        return WayStep(title, "failed")
    return WayStep(title, "failed", names([step]), step.created_at, note=step.rule, comment=step.comment)


def names(steps: Iterable[ApprovalStep]) -> str:
    """Who took these steps, each named once; the first three where there are many."""
    people = list(dict.fromkeys(_who(step) for step in steps if step.person))
    if len(people) > 3:
        return _("%(names)s and %(count)d more") % {"names": ", ".join(people[:2]), "count": len(people) - 2}
    return str(format_list(people, locale=formats.active_locale())) if people else ""


def _who(step: ApprovalStep) -> str:
    """Who took a step, and in whose place."""
    name = step.person.display_name if step.person else ""
    if step.in_place_of is None:
        return name
    words = {"name": name, "other": step.in_place_of.display_name}
    return _("%(name)s in place of %(other)s") % words


def votes_needed(item: SubmissionItem, person: "User") -> int:
    """How many more approvals the present stage needs after this person's; 0 where that one is enough."""
    stage = item.submission.present_stage
    if not stage.several:
        return 0
    panel, voters = Panel.of([item]), [*item.voters, person.pk]
    if panel.is_enough(item, stage, voters):
        return 0
    if stage.rule == "count":
        return max(1, stage.count - len(voters))
    return max(1, len(panel.able(item) - {person.pk}))


def rule_words(stage: Stage) -> str:
    """How many have to approve at a stage, where one is not enough."""
    if stage.rule == "all":
        return _("All of them have to approve.")
    if stage.rule == "count" and stage.count > 1:
        return ngettext("%(n)d of them has to approve.", "%(n)d of them have to approve.", stage.count) % {
            "n": stage.count
        }
    return ""

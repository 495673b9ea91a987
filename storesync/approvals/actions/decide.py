"""Deciding about what waits, and revoking an approval."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, Func, Value, prefetch_related_objects
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.approvals.absences import StandIn, stands_in_for
from storesync.approvals.actions.family import Held, Outcome, hold, move, settle
from storesync.approvals.actions.vacancies import escalate_vacant, may_be_vacant
from storesync.approvals.models import (
    Decision,
    ItemState,
    Reason,
    ReviewStatus,
    SubmissionItem,
    Way,
    digest_of,
)
from storesync.approvals.permissions import acting_for, may_revoke, why_not_these
from storesync.approvals.queries import outcome_words, passed_on_words
from storesync.approvals.seating import Panel
from storesync.approvals.steps import write_steps
from storesync.brands.models import Location
from storesync.brands.permissions import holds
from storesync.brands.rights import DECIDE, VIEW_CAMPAIGN
from storesync.content import actions as content
from storesync.content.events import RevisionsDecided
from storesync.content.models import Approval
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused, refused_on_deadlock
from storesync.core.events import publish

if TYPE_CHECKING:
    from storesync.accounts.models import User

AFTER: Final = {
    Decision.APPROVED: ReviewStatus.APPROVED,
    Decision.CHANGES_REQUESTED: ReviewStatus.REJECTED,
    Decision.REJECTED: ReviewStatus.REJECTED,
}
"""What a reviewer may decide, and the status that follows."""


def decide(
    *,
    items: Iterable[UUID],
    decision: Decision,
    actor: "User",
    comment: str = "",
    reason: Reason | None = None,
    way: Way = Way.PAGE,
    seen_digest: str = "",
    seen_stages: Mapping[UUID, int] | None = None,
) -> Outcome:
    """Approve, reject or ask for changes of one or many items at once; each is checked again here and now.

    What else waits in their submissions goes on in a child. An approval by the last stage records the hash
    that is approved (Rule A3); the floors below hear of it in the same transaction.

    Args:
        items: ids of submission items; one that moved to a child meanwhile is followed there.
        comment: needed to reject and to ask for changes.
        reason: why it is sent back, where the person said; nothing of an approval.
        way: by which way in it came (Rule A7).
        seen_digest: the digest of all that the person saw, "" where each item was named by its own id.
        seen_stages: by the id of the revision, the stage that the page showed; a second click must not
            approve the next one too. What is at another one is refused.

    Returns:
        What was decided, and what was not with the reason (decided already, own, not their turn, right
        lost). Where all or several of a stage have to approve, those that still wait are `votes`.

    Raises:
        PermissionDenied: the actor may not decide anything in this brand (Rule A6).
        ActionRefused: no comment, what they saw has changed, or nothing at all could be decided (Rule A9).
    """
    comment = comment.strip()
    if decision not in AFTER:
        raise ActionRefused(_("This cannot be decided about a submission."))
    if decision != Decision.APPROVED and not comment:
        raise ActionRefused(_("Say in the comment what should change; it is needed to reject."))
    busy = _("Somebody changed something about this at the same moment. Try again.")
    with refused_on_deadlock(busy), audited(f"submission.{decision}", actor=actor):
        held = hold(items)
        away = stands_in_for(actor)
        turn = _turn_of(actor, held, away)
        if not turn and not holds(actor, DECIDE, held.brand):
            raise PermissionDenied
        if seen_digest and seen_digest != digest_of(item.pin for item in held.asked if item.is_open):
            raise ActionRefused(_stale_words(held))
        outcome = _check(held, actor, turn, seen_stages or {})
        outcome.require_some()
        in_place_of = acting_for(actor, outcome.done, away)
        if decision == Decision.APPROVED:
            outcome.votes = _not_enough(outcome.done, actor, in_place_of)
        write_steps(
            outcome.done,
            decision=decision,
            person=actor,
            before=ReviewStatus.PENDING_REVIEW,
            after=AFTER[decision],
            way=way,
            comment=comment,
            reason=None if decision == Decision.APPROVED else reason,
            votes=outcome.votes,
            in_place_of=in_place_of,
        )
        _vote([item for item in outcome.done if item.pk in outcome.votes], actor, in_place_of)
        through = [item for item in outcome.done if item.pk not in outcome.votes]
        if through:
            settle(held, through, decision=decision, person=actor)
            tell(through, decision=decision, actor=actor, comment=comment, way=way)
            escalate_vacant([item for item in through if item.is_open and may_be_vacant(item)])
    return outcome


def _turn_of(actor: "User", held: Held, away: Sequence[StandIn]) -> set[UUID]:
    """Those of the items that this person may decide now (Rules A5, A6)."""
    open_ = SubmissionItem.objects.filter(pk__any_of=[item.pk for item in held.asked if item.is_open])
    return set(open_.decidable_by(actor, away=away).order_by().values_list("pk", flat=True))


def _check(held: Held, actor: "User", turn: Collection[UUID], seen_stages: Mapping[UUID, int]) -> Outcome:
    """Each item by itself: is it this person's turn, and at the stage that they saw?"""
    others = {item.location_id for item in held.asked if item.pk not in turn}
    seen: set[UUID] = set()
    if others:
        places = Location.objects.filter(pk__in=others).order_by()
        seen = set(places.visible_to(actor, VIEW_CAMPAIGN).values_list("pk", flat=True))
    visible = [item for item in held.asked if item.pk in turn or item.location_id in seen]
    if not visible:
        raise ActionRefused(_("None of this is there for you any more."))
    decided = outcome_words(item for item in visible if not item.is_open)
    passed_on: dict[UUID, str] = {}
    outcome = Outcome()
    for item in visible:
        shown = seen_stages.get(item.revision_id)
        if item.is_open and shown is not None and item.submission.stage != shown:
            if item.submission_id not in passed_on:
                passed_on[item.submission_id] = passed_on_words(item)
            outcome.refused.append((item, passed_on[item.submission_id]))
        elif item.pk in turn:
            outcome.done.append(item)
        else:
            outcome.refused.append((item, decided.get(item.pk) or ""))
    left = [item for item, words in outcome.refused if not words]
    if left:
        reasons = why_not_these(actor, left)
        outcome.refused = [(item, words or reasons[item.pk]) for item, words in outcome.refused]
    return outcome


def _not_enough(items: list[SubmissionItem], actor: "User", in_place_of: Mapping[UUID, int]) -> set[UUID]:
    """Those that this approval does not carry through their stage: all, or so many, have to approve."""
    stages = {item.submission_id: item.submission.present_stage for item in items}
    asked = [item for item in items if stages[item.submission_id].several]
    if not asked:
        return set()
    panel = Panel.of(asked)
    return {
        item.pk
        for item in asked
        if not panel.is_enough(
            item,
            stages[item.submission_id],
            [*item.voters, actor.pk],
            [*item.voted_for, *_place(item, in_place_of)],
        )
    }


def _place(item: SubmissionItem, in_place_of: Mapping[UUID, int]) -> list[int]:
    """In whose place this vote is cast: nobody's, or one person's."""
    return [in_place_of[item.pk]] if item.pk in in_place_of else []


def _vote(items: list[SubmissionItem], actor: "User", in_place_of: Mapping[UUID, int]) -> None:
    """Remember who approved, and in whose place; the steps are the record, this is what the queue asks."""
    by: dict[int | None, list[SubmissionItem]] = defaultdict(list)
    for item in items:
        by[in_place_of.get(item.pk)].append(item)
        item.voters, item.voted_for = (
            [*item.voters, actor.pk],
            [*item.voted_for, *_place(item, in_place_of)],
        )
    for other, part in by.items():
        changed = {"voters": Func(F("voters"), Value(actor.pk), function="array_append")}
        if other is not None:
            changed["voted_for"] = Func(F("voted_for"), Value(other), function="array_append")
        SubmissionItem.objects.filter(pk__in=[item.pk for item in part]).update(**changed, updated_at=Now())


def _stale_words(held: Held) -> str:
    """What is true now, for somebody whose page showed something else."""
    words = list(dict.fromkeys(outcome_words(item for item in held.asked if not item.is_open).values()))
    return " ".join([_("What you saw is no longer what waits."), *words, _("Look at it again.")])


def tell(
    items: list[SubmissionItem], *, decision: Decision, actor: "User | None", comment: str, way: Way
) -> None:
    """Record the approvals that are final, and tell the owners of all revisions (in order of id, Rule A9)."""
    brand_id = items[0].brand_id
    ended = [item for item in items if not item.is_open]
    going_on = [item for item in items if item.is_open]
    if decision == Decision.APPROVED and ended:
        pins = {item.revision_id: item.content_hash for item in ended}
        content.record_approvals(brand_id=brand_id, pins=pins, actor=actor)
    for part, verdict in ((going_on, "passed_on"), (ended, str(decision))):
        if part:
            submissions = {item.submission_id for item in part}
            publish(
                RevisionsDecided(
                    brand_id=brand_id,
                    decision=verdict,  # type: ignore[arg-type]
                    revision_ids=tuple(item.revision_id for item in part),
                    actor_id=actor.pk if actor else None,
                    comment=comment,
                    way=str(way),
                    submission_id=submissions.pop() if len(submissions) == 1 else None,
                )
            )


def revoke_approval(
    *, items: Iterable[UUID], actor: "User", comment: str = "", way: Way = Way.PAGE
) -> Outcome:
    """Take an approval back: nothing of the revision is sent from now on, and its campaign is a draft again.

    Only until the first message has left: whoever owns the revision refuses later (it hears of the
    revocation in this transaction). By who approved it, or an Admin; what a rule approved (Rule A13) also by
    the brand's managers.

    Raises:
        PermissionDenied: the actor may not decide anything in this brand.
        ActionRefused: nothing of this is approved any more, by somebody else, or messages have left.
    """
    with audited("submission.approval_revoked", actor=actor):
        held = hold(items)
        if not holds(actor, DECIDE, held.brand):
            raise PermissionDenied
        approvers = dict(
            Approval.objects.in_force()
            .of_revisions(item.revision_id for item in held.asked)
            .values_list("revision_id", "approved_by_id")
        )
        prefetch_related_objects(held.asked, "location")
        locations = Location.objects.filter(pk__in={item.location_id for item in held.asked}).order_by()
        may = set(locations.visible_to(actor, DECIDE).values_list("pk", flat=True))
        outcome = Outcome()
        for item in held.asked:
            if item.state != ItemState.APPROVED or item.revision_id not in approvers:
                outcome.refused.append((item, _("No approval of this is in force.")))
            elif not may_revoke(actor, approvers[item.revision_id], item.brand):
                outcome.refused.append((item, _("Only who approved it can revoke the approval.")))
            elif item.location_id not in may:
                words = _("You may no longer decide for %(location)s.")
                outcome.refused.append((item, words % {"location": item.location.name}))
            else:
                outcome.done.append(item)
        outcome.require_some()
        write_steps(
            outcome.done,
            decision=Decision.REVOKED,
            person=actor,
            before=ReviewStatus.APPROVED,
            after=ReviewStatus.DRAFT,
            way=way,
            comment=comment.strip(),
        )
        move((item.pk for item in outcome.done), ItemState.REVOKED)
        for item in outcome.done:
            item.state = ItemState.REVOKED
        content.revoke_approval(
            brand_id=held.brand_id,
            revision_ids=[item.revision_id for item in outcome.done],
            actor=actor,
            reason=comment.strip(),
        )
    return outcome

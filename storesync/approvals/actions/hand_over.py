"""Handing over what waits: somebody else sits in one's place."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.approvals.actions.family import Held, Outcome, hold, split
from storesync.approvals.models import Decision, ReviewStatus, Seat, SeatKind, SubmissionItem, Way
from storesync.approvals.permissions import why_not_these, why_not_to
from storesync.approvals.queries import outcome_words
from storesync.approvals.steps import write_steps
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_PEOPLE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User


def hand_over(
    *,
    items: Iterable[UUID],
    to: "User",
    actor: "User",
    person: "User | None" = None,
    comment: str = "",
    way: Way = Way.PAGE,
) -> Outcome:
    """Let somebody else decide about what waits for a person; it waits for that person no longer.

    Only to who may decide it themselves, never what is their own (Rule A5). A part of a submission goes on
    in a child.

    Args:
        person: whose it is; the actor where nobody is named. Somebody else's needs the right to manage the
            people of the brand.

    Raises:
        PermissionDenied: it is somebody else's, and the actor does not manage the people of the brand.
        ActionRefused: nothing of it can be handed over to them.
    """
    person = person or actor
    with audited("submission.handed_over", actor=actor, to=to.pk, person=person.pk):
        if to.pk == person.pk:
            raise ActionRefused(_("Choose somebody else to hand it over to."))
        held = hold(items)
        if person.pk != actor.pk and not can(actor, MANAGE_PEOPLE, held.brand):
            raise PermissionDenied
        outcome = _check(held, person, to, actor)
        outcome.require_some()
        outcome.done = _apart(held, outcome.done)
        write_steps(
            outcome.done,
            decision=Decision.HANDED_OVER,
            person=actor,
            before=ReviewStatus.PENDING_REVIEW,
            after=ReviewStatus.PENDING_REVIEW,
            way=way,
            comment=comment.strip(),
            in_place_of={item.pk: person.pk for item in outcome.done} if person.pk != actor.pk else None,
            handed_to=to,
        )
        _seat(outcome.done, person, to)
    return outcome


def _check(held: Held, person: "User", to: "User", actor: "User") -> Outcome:
    ids = [item.pk for item in held.asked]
    mine = set(
        SubmissionItem.objects.filter(pk__in=ids).decidable_by(person).order_by().values_list("pk", flat=True)
    )
    barred = why_not_to(to, held.asked)
    decided = outcome_words(item for item in held.asked if not item.is_open)
    left = [item for item in held.asked if item.is_open and item.pk not in mine]
    not_mine = why_not_these(actor, left) if left and person.pk == actor.pk else {}
    outcome = Outcome()
    for item in held.asked:
        if not item.is_open:
            reason = decided[item.pk]
        elif item.pk not in mine:
            reason = not_mine.get(item.pk) or _("It does not wait for %(name)s.") % {
                "name": person.display_name
            }
        elif item.pk in barred:
            reason = barred[item.pk]
        else:
            outcome.done.append(item)
            continue
        outcome.refused.append((item, reason))
    return outcome


def _apart(held: Held, taken: list[SubmissionItem]) -> list[SubmissionItem]:
    """What is handed over, in submissions of its own."""
    ids, groups = {item.pk for item in taken}, defaultdict(list)
    for item in taken:
        groups[item.submission_id].append(item)
    whole = {pk for pk in groups if not held.rest(pk, ids)}
    moved = split([(part[0].submission, part) for pk, part in groups.items() if pk not in whole])
    return [
        *(item for item in taken if item.submission_id in whole),
        *(item for part in moved for item in part),
    ]


def _seat(items: list[SubmissionItem], person: "User", to: "User") -> None:
    submissions = {item.submission_id: item.submission for item in items}
    # Who is handed something back that they had handed over sits there again.
    Seat.objects.filter(submission__in=submissions, in_place_of=to).delete()
    Seat.objects.filter(submission__in=submissions, person=to, in_place_of=person).delete()
    Seat.objects.bulk_create(
        Seat(
            brand_id=submission.brand_id,
            submission=submission,
            stage=submission.stage,
            kind=SeatKind.PERSON,
            person=to,
            in_place_of=person,
        )
        for submission in submissions.values()
    )

"""Holding a submission still, and moving parts of it: what all actions of approvals are made of (Rule A9)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import OperationalError
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import LockNotAvailable

from storesync.approvals import flow
from storesync.approvals.entering import CLOCK
from storesync.approvals.models import Decision, ItemState, Seat, Submission, SubmissionItem, digest_of
from storesync.brands.models import Brand
from storesync.core.bulk import insert_models
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User


# Of thousands of items only what decides about them is read.
_NOT_NEEDED: Final = ("created_at", "updated_at", "state_changed_at")


@dataclass(slots=True)
class Outcome:
    """What became of each item that was asked about.

    Attributes:
        done: items as they stand now; their submissions too.
        refused: items left as they were, each with the reason in words for people.
        votes: ids of those done that go on waiting: more people have to approve them at their stage.
    """

    done: list[SubmissionItem] = field(default_factory=list)
    refused: list[tuple[SubmissionItem, str]] = field(default_factory=list)
    votes: set[UUID] = field(default_factory=set)

    def require_some(self) -> None:
        """Refuse when nothing could be done at all, with the reasons."""
        if self.done:
            return
        reasons = list(dict.fromkeys(reason for _item, reason in self.refused))
        if len(self.refused) == 1 or len(reasons) == 1:
            raise ActionRefused(reasons[0])
        raise ActionRefused(
            ngettext(
                "The %(count)d item stays as it was: %(reasons)s",
                "None of the %(count)d items could be done: %(reasons)s",
                len(self.refused),
            )
            % {"count": len(self.refused), "reasons": " ".join(reasons)}
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Locked items: those asked about, where they are now, and whatever else waits beside them."""

    asked: list[SubmissionItem]
    waiting: dict[UUID, list[SubmissionItem]]

    @property
    def brand(self) -> Brand:
        """The one brand they belong to."""
        return self.asked[0].submission.brand

    @property
    def brand_id(self) -> UUID:
        """Its id."""
        return self.asked[0].brand_id

    def rest(self, submission_id: UUID, taken: Collection[UUID]) -> list[SubmissionItem]:
        """What still waits in a submission besides the items taken."""
        return [item for item in self.waiting.get(submission_id, []) if item.pk not in taken]


def hold(item_ids: Iterable[UUID], *, wait: bool = True) -> Held:
    """Lock the submissions of these items in order of id, then the items (Rule A9).

    An item that moved to a child submission is followed there: it is bound to the same bytes.

    Args:
        wait: for whoever holds the lock now; without it the lock is refused.

    Raises:
        ActionRefused: none of the items is there in this scope, or the lock is held and `wait` is off.
    """
    ids = set(item_ids)
    submissions = _locked_roots(ids, wait=wait)
    locked = _locked_beside(ids)
    asked = [item for item in locked if item.pk in ids]
    if not asked:
        raise ActionRefused(_("None of this is there any more."))
    if len({item.brand_id for item in asked}) > 1:
        raise ActionRefused(_("Decide for one brand at a time."))
    moved = {item.revision_id for item in asked if item.state == ItemState.MOVED}
    if moved:
        followed = SubmissionItem.objects.filter(
            submission__root__in=list(submissions), revision_id__in=moved
        )
        ids = {item.pk for item in asked if item.state != ItemState.MOVED}
        ids |= set(followed.exclude(state=ItemState.MOVED).order_by().values_list("pk", flat=True))
        locked = _locked_beside(ids)
    children = {item.submission_id for item in locked} - submissions.keys()
    if children:
        submissions |= Submission.objects.select_related("brand").in_bulk(children)
    waiting: dict[UUID, list[SubmissionItem]] = {}
    for item in locked:
        # One object per submission, so that what its process changes is seen by all its items.
        item.submission = submissions[item.submission_id]
        if item.is_open:
            waiting.setdefault(item.submission_id, []).append(item)
    return Held([item for item in locked if item.pk in ids], waiting)


def _locked_roots(ids: Iterable[UUID], *, wait: bool) -> dict[UUID, Submission]:
    """The first submissions of the families of these items."""
    above = SubmissionItem.objects.filter(pk__any_of=ids).order_by().values("submission__root_id")
    try:
        roots = Submission.objects.select_for_update(of=("self",), nowait=not wait).filter(pk__in=above)
        return {root.pk: root for root in roots.select_related("brand").order_by("pk")}
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise ActionRefused(_("Somebody is deciding about this right now. Try again in a moment.")) from error


def _locked_beside(ids: Iterable[UUID]) -> list[SubmissionItem]:
    """These items and what else waits in their submissions, locked in order of id."""
    beside = SubmissionItem.objects.filter(pk__any_of=ids).order_by().values("submission_id")
    return list(
        SubmissionItem.objects.select_for_update(of=("self",))
        .defer(*_NOT_NEEDED)
        .filter(Q(pk__any_of=ids) | Q(submission__in=beside, state=ItemState.WAITING))
        .order_by("pk")
    )


def settle(held: Held, taken: Sequence[SubmissionItem], *, decision: Decision, person: "User | None") -> None:
    """Carry a decision about `taken` through its processes; what else waits there goes on in a child."""
    ids = {item.pk for item in taken}
    groups = {item.submission_id: item.submission for item in taken}
    split([(submission, rest) for submission in groups.values() if (rest := held.rest(submission.pk, ids))])
    for submission in groups.values():
        flow.settle(submission, decision=decision, person=person)
    ended = [item for item in taken if not item.submission.is_open]
    move((item.pk for item in ended), ItemState(decision))
    for item in taken:
        if item.submission.is_open:
            item.voters, item.voted_for = [], []
        else:
            item.state = ItemState(decision)


def move(item_ids: Iterable[UUID], state: ItemState) -> None:
    """Write the new state of items; the database refuses a move that is not in its table."""
    SubmissionItem.objects.filter(pk__any_of=item_ids).update(
        state=state, state_changed_at=Now(), updated_at=Now()
    )


def split(parts: Sequence[tuple[Submission, list[SubmissionItem]]]) -> list[list[SubmissionItem]]:
    """Give these items of each submission a child of its own, at the same stage: its seats, times and votes.

    Returns:
        The items as they are in the children, part by part.
    """
    if not parts:
        return []
    move((item.pk for _submission, rest in parts for item in rest), ItemState.MOVED)
    children = [
        Submission(
            brand_id=parent.brand_id,
            submitter_id=parent.submitter_id,
            title=parent.title,
            note=parent.note,
            stages=parent.stages,
            stage=parent.stage,
            policy_name=parent.policy_name,
            policy_version=parent.policy_version,
            digest=digest_of(item.pin for item in rest),
            root_id=parent.root_id,
            parent=parent,
            **{name: getattr(parent, name) for name in CLOCK},
        )
        for parent, rest in parts
    ]
    Submission.objects.bulk_create(children)
    copies = [
        [_copy(item, child) for item in rest] for child, (_parent, rest) in zip(children, parts, strict=True)
    ]
    insert_models(SubmissionItem, (item for part in copies for item in part))
    heirs = {parent.pk: child for child, (parent, _rest) in zip(children, parts, strict=True)}
    Seat.objects.bulk_create(
        _copy_seat(seat, heirs[seat.submission_id]) for seat in Seat.objects.filter(submission__in=heirs)
    )
    for child in children:
        flow.begin(child)
    return copies


def _copy(item: SubmissionItem, child: Submission) -> SubmissionItem:
    return SubmissionItem(
        brand_id=item.brand_id,
        submission=child,
        revision_id=item.revision_id,
        content_hash=item.content_hash,
        owner_kind=item.owner_kind,
        owner_id=item.owner_id,
        location_id=item.location_id,
        submitter_id=item.submitter_id,
        author_id=item.author_id,
        name=item.name,
        wave_id=item.wave_id,
        template_id=item.template_id,
        start_at=item.start_at,
        due_at=item.due_at,
        differs=item.differs,
        facts=item.facts,
        voters=item.voters,
        voted_for=item.voted_for,
    )


def _copy_seat(seat: Seat, child: Submission) -> Seat:
    return Seat(
        brand_id=seat.brand_id,
        submission=child,
        stage=seat.stage,
        kind=seat.kind,
        role=seat.role,
        group_id=seat.group_id,
        person_id=seat.person_id,
        escalated=seat.escalated,
        in_place_of_id=seat.in_place_of_id,
    )

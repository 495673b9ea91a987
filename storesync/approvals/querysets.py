"""Named filters over submissions, their items and steps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q

from storesync.approvals.absences import StandIn, stands_in_for
from storesync.brands.models import Location
from storesync.brands.rights import DECIDE, ROLE_RIGHTS, VIEW_CAMPAIGN, Role
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.models import (  # noqa: F401 - used in type arguments
        ApprovalStep,
        DecisionFigure,
        Submission,
        SubmissionItem,
    )

DECIDING_ROLES: Final = tuple(role for role in Role if DECIDE in ROLE_RIGHTS[role])
"""The roles that can sit at a stage."""


def sits(person_id: int | None, is_admin: bool, *, escalated: bool | None = None) -> Q:
    """Items at whose present stage a person has a seat and has not handed it over.

    Args:
        escalated: only by seats that an escalation gave, or only by others.
    """
    seats = apps.get_model("approvals", "Seat").objects.filter(submission=OuterRef("submission")).order_by()
    if escalated is not None:
        seats = seats.filter(escalated=escalated)
    groups = apps.get_model("approvals", "GroupMember").objects.filter(person_id=person_id).order_by()
    held = Q(kind="anybody") | Q(kind="person", person_id=person_id)
    held |= Q(kind="group", group__in=groups.values("group"))
    if is_admin:
        held |= Q(kind="admins")
    sits = Q(Exists(seats.filter(held)))
    for role in DECIDING_ROLES:
        places = Location.objects.held_by(person_id, DECIDE, role=role).order_by().values("pk")
        sits |= Q(Exists(seats.filter(kind="role", role=role)), location__in=places)
    return sits & ~Q(Exists(seats.filter(in_place_of_id=person_id)))


def _is_admin(user: "User | AnonymousUser") -> bool:
    return bool(getattr(user, "is_superuser", False) and getattr(user, "is_active", False))


def own_seat(user: "User | AnonymousUser") -> Q:
    """Items at which a person sits themselves, and nobody has approved in their place."""
    sitting = sits(user.pk, bool(getattr(user, "is_superuser", False)))
    return sitting & ~Q(voted_for__contains=[user.pk])


def seat_of(away: StandIn) -> Q:
    """Items at which somebody who is away sits, could decide themselves, and whose vote is not given yet."""
    person = away.person_id
    able = Q(brand_id=away.brand_id) & ~Q(submitter_id=person)
    able &= ~Q(voters__contains=[person]) & ~Q(voted_for__contains=[person])
    able &= Q(author_id__isnull=True) | ~Q(author_id=person)
    if not away.is_admin:
        able &= Q(location__in=Location.objects.held_by(person, DECIDE).order_by().values("pk"))
    return able & sits(person, away.is_admin)


class SubmissionQuerySet(BrandQuerySet["Submission"]):
    """Submissions by who may see them."""

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Those with an item at a location on which the person holds the right."""
        if _is_admin(user):
            return self
        return self.filter(items__location__in=Location.objects.visible_to(user, right).order_by()).distinct()


class SubmissionItemQuerySet(BrandQuerySet["SubmissionItem"]):
    """Items by state, and by who may see or decide them (Rule A10: asked when used)."""

    def waiting(self) -> Self:
        """Those not decided yet."""
        return self.filter(state="waiting")

    def decided(self) -> Self:
        """Those that somebody decided; moved ones live on in a child submission."""
        return self.exclude(state__in=["waiting", "moved"])

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Those of the locations on which the person holds the right."""
        if _is_admin(user):
            return self
        return self.filter(location__in=Location.objects.visible_to(user, right).order_by())

    def not_of(self, user: "User | AnonymousUser") -> Self:
        """Those that the person neither submitted nor edited last (Rule A5)."""
        return self._not_of(user.pk)

    def _not_of(self, person_id: int | None) -> Self:
        return self.exclude(submitter_id=person_id).exclude(author_id=person_id)

    def seated(self, user: "User | AnonymousUser", away: Sequence[StandIn] | None = None) -> Self:
        """Those at whose present stage the person sits, or somebody who is away and whose delegate they are.

        Of somebody else's seats only those where that person could decide themselves. A seat in which
        somebody has approved already is nobody's turn: it has one vote.
        """
        here = own_seat(user)
        for one in stands_in_for(user) if away is None else away:
            here |= seat_of(one)
        return self.filter(here)

    def decidable_by(self, user: "User | AnonymousUser", *, away: Sequence[StandIn] | None = None) -> Self:
        """What waits for this person: their turn, the right to decide there, nothing of their own.

        What they have approved already, while others still have to, waits for them no more. This is the one
        definition; `permissions.why_not` has the words for one item.

        Args:
            away: of `stands_in_for`, where the caller has asked already.
        """
        there = self.waiting()
        if not _is_admin(user):
            # What stands in an OR is no join: each row is asked as the index of the queue gives it, so that
            # the first are found at once. A planner that takes the rows to be few would join and sort all.
            places = Location.objects.visible_to(user, DECIDE).order_by()
            there = there.filter(Q(location__in=places) | Q(brand__isnull=True))
        mine = there.not_of(user).seated(user, away)
        return mine.exclude(voters__contains=[user.pk]) if user.pk is not None else self.none()

    def matching(self, text: str) -> Self:
        """Search by name, and by what identifies the location."""
        places = Location.objects.matching(text).order_by().values("pk")
        return self.filter(Q(name__icontains=text) | Q(location__in=places))

    def with_people(self) -> Self:
        """With all that a row of a list shows, and without the bodies of the revisions."""
        heavy = [f"revision__{name}" for name in ("blocks", "html", "text", "facts", "values")]
        return self.select_related(
            "brand", "submission", "revision", "location", "submitter", "author"
        ).defer(*heavy, "location__search")

    def in_queue_order(self) -> Self:
        """What is due first comes first, then the oldest."""
        return self.order_by(F("due_at").asc(nulls_last=True), "id")

    def after(self, item: "SubmissionItem") -> Self:
        """Those that come after `item` in the order of the queue."""
        if item.due_at is None:
            return self.filter(due_at__isnull=True, id__gt=item.pk)
        later = Q(due_at__gt=item.due_at) | Q(due_at__isnull=True)
        return self.filter(later | Q(due_at=item.due_at, id__gt=item.pk))

    def before(self, item: "SubmissionItem") -> Self:
        """Those that come before `item` in the order of the queue."""
        if item.due_at is None:
            return self.filter(Q(due_at__isnull=False) | Q(id__lt=item.pk))
        return self.filter(Q(due_at__lt=item.due_at) | Q(due_at=item.due_at, id__lt=item.pk))


class FigureQuerySet(BrandQuerySet["DecisionFigure"]):
    """What reports count, by who may see it."""

    def visible_to(self, user: "User | AnonymousUser", right: str) -> Self:
        """Of the locations on which the person holds the right (Rules A10, M7)."""
        if getattr(user, "is_superuser", False) and getattr(user, "is_active", False):
            return self
        return self.filter(location__in=Location.objects.visible_to(user, right).order_by())


class StepQuerySet(BrandQuerySet["ApprovalStep"]):
    """Steps by what they were about."""

    def of_owner(self, kind: str, owner_id: UUID) -> Self:
        """Everything decided about one campaign (or what else owns revisions), oldest first."""
        return self.filter(owner_kind=kind, owner_id=owner_id).order_by("number")

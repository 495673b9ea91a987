"""Who sits at a stage and may decide there: seats, rights, absences and votes of many items at once.

`SubmissionItem.objects.decidable_by(person)` asks the same of the database for one person; a test holds the
two together. Here it is asked for everybody: whom an item waits for, whether the votes are enough, and
whether nobody at all could decide (Rule A5).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model

from storesync.approvals.absences import absent_now
from storesync.approvals.models import GroupMember, Seat, SeatKind, Submission, SubmissionItem
from storesync.approvals.stages import People, Stage
from storesync.brands.permissions import roles_at
from storesync.brands.rights import DECIDE, Role

MANAGERS: Final = People(roles=(Role.BRAND_MANAGER,))


def seats_for(submission: Submission, people: People, *, escalated: bool = False) -> list[Seat]:
    """The seats, not saved, of these people at the present stage; one for anybody where none is named."""
    made: list[dict[str, Any]] = [
        *({"kind": SeatKind.ROLE, "role": role} for role in dict.fromkeys(people.roles)),
        *({"kind": SeatKind.GROUP, "group_id": group} for group in dict.fromkeys(people.groups)),
        *({"kind": SeatKind.PERSON, "person_id": person} for person in dict.fromkeys(people.people)),
    ] or [{"kind": SeatKind.ANYBODY}]
    return [
        Seat(
            brand_id=submission.brand_id,
            submission=submission,
            stage=submission.stage,
            escalated=escalated,
            **one,
        )
        for one in made
    ]


def admin_seat(submission: Submission) -> Seat:
    """The seat of the Admins, the last resort of Rule A5, not saved."""
    return Seat(
        brand_id=submission.brand_id,
        submission=submission,
        stage=submission.stage,
        kind=SeatKind.ADMINS,
        escalated=True,
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """Who may decide about items of one brand, read once for any number of them; about ten queries.

    Attributes:
        holders: for each location who has the right to decide there, by which roles.
        admins: the active ones.
        seats: those of each submission.
        members: of each group.
        absent: who is away now, and their delegate (None: nobody stands in).
    """

    holders: Mapping[UUID, Mapping[int, Collection[str]]]
    admins: Collection[int]
    seats: Mapping[UUID, Sequence[Seat]]
    members: Mapping[UUID, Collection[int]]
    absent: Mapping[int, int | None]

    @classmethod
    def of(cls, items: Iterable[SubmissionItem], *, seats: bool = True) -> "Panel":
        """Read what is needed for these items.

        Args:
            seats: read those of their submissions; without it every question is given its seats.
        """
        rows = list(items)
        brand_id = rows[0].brand_id
        held: dict[UUID, list[Seat]] = defaultdict(list)
        if seats:
            for seat in Seat.objects.filter(submission__in={item.submission_id for item in rows}):
                held[seat.submission_id].append(seat)
        members: dict[UUID, set[int]] = defaultdict(set)
        for group, person in GroupMember.objects.filter(brand_id=brand_id).values_list(
            "group_id", "person_id"
        ):
            members[group].add(person)
        admins = get_user_model()._default_manager.filter(is_superuser=True, is_active=True)
        return cls(
            holders=roles_at(DECIDE, {item.location_id for item in rows}),
            admins=frozenset(admins.order_by().values_list("pk", flat=True)),
            seats=held,
            members=members,
            absent=absent_now(brand_id),
        )

    def may(self, person: int, item: SubmissionItem) -> bool:
        """Whether a person has the right at the item's location and it is not their own (Rules A5, A6)."""
        if person in (item.submitter_id, item.author_id):
            return False
        return person in self.holders.get(item.location_id, {}) or person in self.admins

    def sitting(self, item: SubmissionItem, seats: Sequence[Seat] | None = None) -> dict[int, bool]:
        """Who sits and may decide, absent or not; the value tells who sits by an escalation alone.

        Where anybody may, the Admins sit too when nobody else can (Rule A5).
        """
        held = self.seats.get(item.submission_id, ()) if seats is None else seats
        found: dict[int, bool] = {}
        for seat in held:
            for person in self._people(seat, item):
                found[person] = found.get(person, True) and seat.escalated
        gone = {seat.in_place_of_id for seat in held}
        return {p: late for p, late in found.items() if p not in gone and self.may(p, item)}

    def _people(self, seat: Seat, item: SubmissionItem) -> Collection[int]:
        here = self.holders.get(item.location_id, {})
        match seat.kind:
            case SeatKind.ROLE:
                return [person for person, roles in here.items() if seat.role in roles]
            case SeatKind.GROUP:
                return self.members.get(seat.group_id, ()) if seat.group_id else ()
            case SeatKind.PERSON:
                return [seat.person_id] if seat.person_id is not None else ()
            case SeatKind.ADMINS:
                return self.admins
            case _:
                able = [person for person in here if self.may(person, item)]
                return able or self.admins

    def acting(self, person: int, item: SubmissionItem) -> int | None:
        """Who acts for somebody who sits: themselves, while they are away their delegate, or nobody."""
        if person not in self.absent:
            return person
        delegate = self.absent[person]
        if delegate is None or delegate in self.absent or not self.may(delegate, item):
            return None
        return delegate

    def able(self, item: SubmissionItem, seats: Sequence[Seat] | None = None) -> set[int]:
        """Whom the item waits for: those who can decide now and have not approved it yet.

        Whose place has been voted in already is asked no more, back or not: one seat, one vote.
        """
        done = {*item.voters, *item.voted_for}
        acting = {self.acting(person, item) for person in self.sitting(item, seats) if person not in done}
        return {person for person in acting if person is not None} - set(item.voters)

    def is_escalated(self, item: SubmissionItem) -> bool:
        """Whether it waits for others than those whom its stage names."""
        here = self.holders.get(item.location_id, {})
        seats = self.seats.get(item.submission_id, ())
        if any(seat.kind == SeatKind.ANYBODY for seat in seats):
            return not any(self.may(person, item) for person in here)
        return any(seat.escalated for seat in seats)

    def is_enough(
        self,
        item: SubmissionItem,
        stage: Stage,
        voters: Collection[int],
        voted_for: Collection[int] | None = None,
    ) -> bool:
        """Whether these approvals carry the item through the stage.

        `all` are those who may decide now. Who is away is not waited for while nobody stands in, or whoever
        does has approved in a seat of their own; who is back before the stage ends is asked. Somebody to
        whom it was escalated stands in for all who did not answer.

        Args:
            voters: who has approved. voted_for: in whose place; as the item has it unless given.
        """
        if not stage.several:
            return bool(voters)
        sitting, given = self.sitting(item), set(voters)
        taken = set(item.voted_for if voted_for is None else voted_for)
        if stage.rule == "count":
            if len(given) >= stage.count:
                return True
            acting = {self.acting(person, item) for person in sitting if person not in taken} - {None}
            # Fewer are enough only when there is nobody left to whom it could escalate (Rule A5).
            seats = self.seats.get(item.submission_id, ())
            return len(given) >= max(1, len(acting | given)) and not self.reinforced(
                item, item.submission, stage, seats
            )
        answered = {
            person for person in sitting if person in taken or {person, self.acting(person, item)} & given
        }
        if any(late and person in answered for person, late in sitting.items()):
            return True
        open_ = [
            person
            for person, late in sitting.items()
            if not late and person not in answered and self.acting(person, item) is not None
        ]
        return bool(given) and not open_

    def is_vacant(self, item: SubmissionItem, stage: Stage, seats: Sequence[Seat] | None = None) -> bool:
        """Whether those who sit cannot decide it, however they try (Rule A5: then it escalates)."""
        able = self.able(item, seats)
        if stage.rule == "count":
            return len(able | set(item.voters)) < stage.count
        return not able

    def reinforced(
        self, item: SubmissionItem, submission: Submission, stage: Stage, seats: Sequence[Seat]
    ) -> list[Seat]:
        """The seats, not saved, that a vacant item needs besides `seats`; [] when it needs none.

        First to whom the stage escalates, then the brand's managers, then the Admins (Rule A5). Whoever
        cannot help is not seated; when nobody can, it waits for a right to be given.
        """
        added: list[Seat] = []
        if not self.is_vacant(item, stage, seats):
            return added
        steps = (
            [] if stage.escalate_to.anybody else [seats_for(submission, stage.escalate_to, escalated=True)]
        )
        steps += [seats_for(submission, MANAGERS, escalated=True), [admin_seat(submission)]]
        able = self.able(item, seats)
        for step in steps:
            taken = {seat_key(seat) for seat in (*seats, *added)}
            more = [seat for seat in step if seat_key(seat) not in taken]
            helped = self.able(item, [*seats, *added, *more])
            if helped <= able:
                continue
            added, able = [*added, *more], helped
            if not self.is_vacant(item, stage, [*seats, *added]):
                break
        return added


def seat_key(seat: Seat) -> tuple[str, str, UUID | None, int | None, int | None]:
    """What makes a seat of a submission the same as another."""
    return (seat.kind, seat.role, seat.group_id, seat.person_id, seat.in_place_of_id)

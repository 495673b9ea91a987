"""Who may decide, asked in two ways: of the database for one person, and of a panel for everybody."""

from datetime import date
from itertools import product

from storesync.approvals.models import Seat, SubmissionItem
from storesync.approvals.permissions import why_not
from storesync.approvals.seating import Panel
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Absence
from storesync.brands.rights import Role
from tests.approvals.making import handed_in, make_group
from tests.conftest import Cast
from tests.factories import UserFactory


def test_both_ways_say_the_same(in_acme: Cast) -> None:
    """Every kind of seat x every person x items of two stores, with votes, hand-overs and an absence."""
    cast = in_acme
    south = UserFactory(name="Sue South", email="south@acme.example")
    grant_membership(brand=cast.acme, user=south, role=Role.APPROVER, regions=[cast.south], actor=None)
    grant_membership(brand=cast.acme, user=cast.approver, role=Role.CLERK, locations=[cast.leeds], actor=None)
    group = make_group(cast.acme, cast.approver, cast.viewer)
    people = [cast.admin, cast.manager, cast.approver, south, cast.viewer, cast.clerk, cast.north_manager]
    items = [
        *handed_in(cast, cast.leeds, cast.dover, by=cast.manager),
        *handed_in(cast, cast.leeds, by=cast.north_manager),
    ]
    SubmissionItem.objects.filter(pk=items[1].pk).update(voters=[cast.approver.pk])
    seats: list[dict[str, object]] = [
        {"kind": "role", "role": "approver"},
        {"kind": "role", "role": "brand_manager"},
        {"kind": "group", "group": group},
        {"kind": "person", "person": cast.manager},
        {"kind": "person", "person": cast.viewer},
        {"kind": "person", "person": south, "in_place_of": cast.approver},
        {"kind": "admins"},
    ]
    for number, (seat, is_away) in enumerate(product([*seats, None], (False, True))):
        Absence.objects.all().delete()
        if is_away:
            Absence.objects.create(
                brand=cast.acme,
                person=cast.approver,
                delegate=cast.manager,
                first_day=date(2000, 1, 1),
                last_day=date(2999, 1, 1),
            )
        Seat.objects.all().delete()
        for submission in {item.submission_id: item.submission for item in items}.values():
            # Each by itself, and in the end all together.
            for one in [seat] if seat else seats:
                Seat.objects.create(brand=cast.acme, submission=submission, **one)
        now = list(SubmissionItem.objects.waiting().select_related("submission").order_by("pk"))
        panel = Panel.of(now)
        for person in people:
            asked = set(SubmissionItem.objects.decidable_by(person).values_list("pk", flat=True))
            told = {item.pk for item in now if person.pk in may_decide(panel, item)}
            assert asked == told, (number, seat, person.name)
            for item in now:
                assert bool(why_not(person, item)) == (item.pk not in asked)


def may_decide(panel: Panel, item: SubmissionItem) -> set[int]:
    """Who could decide it this minute: those who sit, away or not, and delegates of those who are away."""
    open_ = {person for person in panel.sitting(item) if person not in item.voters}
    delegates = {panel.acting(person, item) for person in open_} - {None}
    return {person for person in open_ | delegates if person is not None and person not in item.voters}

"""Reports: the figures against the same worked out from the steps in plain Python, and who sees what."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from storesync.approvals.actions import decide, hand_over, remind
from storesync.approvals.actions.working_hours import save_working_hours
from storesync.approvals.models import (
    ApprovalStep,
    Decision,
    DecisionFigure,
    Reason,
    SubmissionItem,
)
from storesync.approvals.reports import queries
from storesync.approvals.reports.period import Period
from storesync.approvals.reports.queries import Question
from storesync.approvals.reports.times import By, Times, times_of
from storesync.approvals.stages import Stage
from storesync.brands.actions.membership import grant_membership
from storesync.brands.rights import Role
from tests.approvals.making import APPROVERS, handed_in, make_policy, named
from tests.conftest import Cast
from tests.factories import UserFactory

ZONE = ZoneInfo("Europe/London")
FIRST, LAST = date(2026, 10, 12), date(2026, 11, 8)
"""Four weeks with the end of summer time among them."""
PERIOD = Period(FIRST, LAST, "Europe/London")
TWO = (
    Stage(key="brand", name="Brand", due_hours=Decimal(8)),
    Stage(key="legal", name="Legal", people=APPROVERS, due_hours=Decimal(16)),
)


@pytest.fixture
def weeks(in_acme: Cast) -> Iterator[Cast]:
    """Campaigns handed in and decided at random moments of six weeks, seeded."""
    make_policy(in_acme.acme, *TWO)
    save_working_hours(
        brand=in_acme.acme,
        working_hours="Mo-Fr 09:00-12:00,13:00-17:30; Sa 22:00-26:00",
        holidays=[date(2026, 10, 20)],
        version=0,
        actor=in_acme.manager,
    )
    dice = random.Random(5)
    places = [in_acme.leeds, in_acme.york, in_acme.dover]
    moment = datetime(2026, 10, 1, 6, tzinfo=UTC)
    with time_machine.travel(moment, tick=False) as machine:
        for _round in range(14):
            moment += timedelta(minutes=dice.randint(60, 4000))
            machine.move_to(moment)
            chosen = dice.sample(places, dice.randint(1, 3))
            items = handed_in(in_acme, *chosen, by=in_acme.admin)
            later = moment
            for person in (in_acme.manager, in_acme.approver):
                later += timedelta(minutes=dice.randint(3, 5000))
                machine.move_to(later)
                against = dice.random() < 0.3
                decide(
                    items=[item.pk for item in items],
                    decision=dice.choice([Decision.REJECTED, Decision.CHANGES_REQUESTED])
                    if against
                    else Decision.APPROVED,
                    actor=person,
                    comment="The price." if against else "",
                    reason=dice.choice([Reason.OFFER, Reason.LEGAL, None]) if against else Reason.OTHER,
                )
                if against:
                    break
    yield in_acme


def plain(places: set[Any]) -> dict[tuple[str, Any], list[tuple[float, float, bool]]]:
    """(minutes, minutes worked, late) of what was decided in PERIOD, from the steps alone."""
    found: dict[tuple[str, Any], list[tuple[float, float, bool]]] = defaultdict(list)
    since: dict[Any, datetime] = {}
    for step in ApprovalStep.objects.select_related("item__location").order_by("created_at", "id"):
        begun, at = since.get(step.revision_id), step.created_at
        since[step.revision_id] = at
        if step.decision == Decision.SUBMITTED or step.item.location_id not in places:
            continue
        assert begun is not None
        if not FIRST <= at.astimezone(ZONE).date() <= LAST:
            continue
        minutes = (at - begun) // timedelta(minutes=1)
        worked = sum(is_worked(begun + timedelta(minutes=n)) for n in range(minutes))
        due = 8 * 60 if step.stage == 0 else 16 * 60
        row = (float(minutes), float(worked), worked > due)
        for key in (
            ("all", None),
            ("stage", step.stage_name),
            ("person", step.person_id),
            ("region", step.item.location.region_id),
            ("place", at.astimezone(ZONE).date()),
        ):
            found[key].append(row)
    return found


def is_worked(moment: datetime) -> bool:
    """Whether the minute that begins then is one of the working hours above."""
    local = moment.astimezone(ZONE)
    minute = local.hour * 60 + local.minute
    if local.weekday() == 5 and minute >= 22 * 60 or local.weekday() == 6 and minute < 2 * 60:
        return True
    if local.weekday() >= 5 or local.date() == date(2026, 10, 20):
        return False
    return 9 * 60 <= minute < 12 * 60 or 13 * 60 <= minute < 17.5 * 60


def between(values: list[float], share: float) -> float:
    """A percentile as PostgreSQL, Excel and R (type 7) count it."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def same(times: Times, rows: list[tuple[float, float, bool]]) -> None:
    """The figures are those of these rows."""
    assert times.count == times.due == len(rows)
    assert times.late == sum(late for _waited, _worked, late in rows)
    for spread, number in ((times.waited, 0), (times.worked, 1)):
        values = [float(row[number]) for row in rows]
        assert spread.median == pytest.approx(between(values, 0.5))
        assert spread.ninth == pytest.approx(between(values, 0.9))


def test_figures_are_those_of_the_steps(weeks: Cast) -> None:
    question = Question(weeks.manager, PERIOD)
    rows = plain({weeks.leeds.pk, weeks.york.pk, weeks.dover.pk})
    assert len(rows["all", None]) > 20
    groups: list[By] = ["all", "stage", "person", "region", "place"]
    found = times_of(question.figures(), PERIOD, groups)
    for group in groups:
        assert {(group, value) for value in found[group]} == {key for key in rows if key[0] == group}
        for value, times in found[group].items():
            same(times, rows[group, value])
        assert times_of(question.figures(), PERIOD, [group]) == {group: found[group]}
    following = Question(
        weeks.manager, Period(LAST + timedelta(days=1), LAST + timedelta(days=28), "Europe/London")
    )
    overall = queries.before(following)
    assert overall.times == found["all"][None]
    against = ApprovalStep.objects.filter(
        decision__in=queries.AGAINST, created_at__gte=PERIOD.begin, created_at__lt=PERIOD.end
    )
    assert sum(queries.reasons(question).values()) == overall.against == against.count() > 0
    assert {reason for reason, _decision in queries.reasons(question)} <= {"", "offer", "legal"}


def test_a_reader_counts_what_they_may_see(weeks: Cast) -> None:
    """The North for who sees the North; the South is not in any figure (Rule M7)."""
    regional = UserFactory(name="Rita Regional")
    grant_membership(brand=weeks.acme, user=regional, role=Role.VIEWER, regions=[weeks.north], actor=None)
    rows = plain({weeks.leeds.pk, weeks.york.pk})
    for reader in (regional, weeks.north_manager):
        found = times_of(Question(reader, PERIOD).figures(), PERIOD, ["all", "region"])
        same(found["all"][None], rows["all", None])
        assert set(found["region"]) == {weeks.north.pk}
    nowhere = Question(weeks.stranger, PERIOD)
    assert times_of(nowhere.figures(), PERIOD, ["all"]) == {"all": {}}
    south = Question(weeks.manager, PERIOD, region=weeks.south).figures().count()
    assert south + len(rows["all", None]) == Question(weeks.admin, PERIOD).figures().count()


def test_what_was_handed_over_or_escalated_waits_for_somebody_later(in_acme: Cast) -> None:
    legal = Stage(
        name="Legal", people=named(in_acme.approver), due_hours=Decimal(1), escalate_hours=Decimal(1)
    )
    make_policy(in_acme.acme, legal)
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with time_machine.travel(monday, tick=False) as machine:
        handed, escalated = (handed_in(in_acme, place)[0] for place in (in_acme.leeds, in_acme.york))
        machine.move_to(monday + timedelta(minutes=30))
        hand_over(items=[handed.pk], actor=in_acme.approver, to=in_acme.admin)
        machine.move_to(monday + timedelta(hours=2))
        remind(submission_id=escalated.submission_id)
        machine.move_to(monday + timedelta(hours=5))
        decide(items=[handed.pk], decision=Decision.APPROVED, actor=in_acme.admin)
        decide(items=[escalated.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    figures = {one.person_id: one for one in DecisionFigure.objects.all()}
    hour = 60
    assert (figures[in_acme.admin.pk].waited, figures[in_acme.admin.pk].own_waited) == (5 * hour, 4.5 * hour)
    assert (figures[in_acme.manager.pk].waited, figures[in_acme.manager.pk].own_waited) == (
        5 * hour,
        3 * hour,
    )
    assert all(figure.late for figure in figures.values())


def test_the_database_keeps_figures_as_they_are(in_acme: Cast) -> None:
    [item] = handed_in(in_acme)
    decide(
        items=[item.pk], decision=Decision.REJECTED, actor=in_acme.approver, comment="No", reason=Reason.LEGAL
    )
    [figure] = DecisionFigure.objects.all()
    step = ApprovalStep.objects.get(decision=Decision.REJECTED)
    assert (figure.pk, figure.reason, step.reason) == (step.pk, "legal", "legal")
    for change in ({"waited": 1}, {"reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DecisionFigure.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DecisionFigure.objects.all().delete()


def page(client: Client, **asked: str) -> Any:
    return client.get(reverse("approvals:reports", args=["acme"]), asked)


def test_pages_name_people_only_to_who_manages_them(weeks: Cast, client: Client) -> None:
    asked = {"period": "own", "first": "2026-10-12", "last": "2026-11-08"}
    regional = UserFactory(name="Rita Regional")
    grant_membership(
        brand=weeks.acme, user=regional, role=Role.BRAND_MANAGER, regions=[weeks.north], actor=None
    )
    seen = {}
    for person in (weeks.manager, weeks.viewer, weeks.leeds_manager, regional):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        seen[person.pk] = page(client, **asked)
        assert seen[person.pk].status_code == 200
    main = [answer.content.decode().split("<main")[1] for answer in seen.values()]
    assert weeks.approver.name in main[0] and "Time to decision by person" in main[0]
    for other in main[1:]:
        assert "Time to decision by stage" in other and "by person" not in other
        assert not any(one.name in other for one in (weeks.approver, weeks.manager, weeks.admin))
    client.force_login(weeks.viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert page(client, **asked, export="csv", figures="people").status_code == 404
    for person, status in ((weeks.clerk, 403), (weeks.approver, 403), (weeks.stranger, 404)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert page(client).status_code == status


def test_a_file_has_the_numbers_of_the_page_and_no_formula(weeks: Cast, as_manager: Client) -> None:
    asked = {"period": "own", "first": "2026-10-12", "last": "2026-11-08"}
    question = Question(weeks.manager, PERIOD)
    for key in ("over-time", "stages", "people", "regions", "overdue", "sent-back", "rules", "templates"):
        answer = page(as_manager, **asked, export="csv", figures=key)
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len({len(line) for line in lines}) == 1
        if key == "stages":
            hours = {line[0]: float(line[2]) for line in lines[1:]}
            found = times_of(question.figures(), PERIOD, ["stage"])["stage"]
            assert hours == {n: round((t.waited.median or 0) / 60, 2) for n, t in found.items()}
    excel = page(as_manager, **asked, export="xlsx", figures="sent-back")
    assert excel.content[:2] == b"PK"
    assert page(as_manager, export="csv", figures="nothing").status_code == 404


def test_names_of_stages_and_rules_are_no_formulas(in_acme: Cast, as_manager: Client) -> None:
    make_policy(in_acme.acme, Stage(name="=1+2"))
    [item] = handed_in(in_acme)
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    answer = page(as_manager, export="csv", figures="stages")
    assert "'=1+2" in b"".join(answer.streaming_content).decode()


def test_overdue_names_stage_and_seat(in_acme: Cast, client: Client) -> None:
    make_policy(in_acme.acme, Stage(name="Legal", people=named(in_acme.approver), due_hours=Decimal(1)))
    items = handed_in(in_acme, in_acme.leeds, in_acme.dover, by=in_acme.admin)
    SubmissionItem.objects.update(due_at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    for person, name, number in (
        (in_acme.manager, in_acme.approver.name, "2"),
        (in_acme.viewer, "People by name", "2"),
        (in_acme.north_manager, "People by name", "1"),
    ):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        figures = next(one for one, _files in page(client).context["sections"] if one.key == "overdue")
        [[stage, seat, count, due]] = figures.rows
        assert (str(stage), str(seat), str(count)) == ("Legal", name, number)
        assert "5 Jan 2026, 09:00" in str(due)
    hand_over(items=[items[0].pk, items[1].pk], actor=in_acme.approver, to=in_acme.manager)
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    figures = next(one for one, _files in page(client).context["sections"] if one.key == "overdue")
    assert [str(row[1]) for row in figures.rows] == [in_acme.manager.name]


def test_dates_that_cannot_be_read_are_said(in_acme: Cast, as_manager: Client) -> None:
    for asked in (
        {"period": "own", "first": "2026-11-08"},
        {"period": "own", "first": "2026-11-08", "last": "2026-10-01"},
        {"period": "own", "first": "2016-11-08", "last": "2026-10-01"},
        {"period": "own", "first": "0001-01-01", "last": "0001-01-05"},
        {"period": "own", "first": "9999-12-30", "last": "9999-12-31"},
        {"period": "7", "region": str(in_acme.other.pk), "template": "no", "type": "no"},
    ):
        answer = page(as_manager, **asked)
        assert answer.status_code == 200 and answer.context["period"].days == 30
        assert answer.context["form"].errors


def test_a_report_costs_the_same_for_many_as_for_few(weeks: Cast, as_manager: Client) -> None:
    def cost(**asked: str) -> int:
        page(as_manager, **asked)
        with CaptureQueriesContext(connection) as captured:
            page(as_manager, **asked)
        # The page's own transaction is a savepoint in that of the test.
        return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)

    many = cost(period="own", first="2026-10-12", last="2026-11-08")
    assert cost(period="own", first="2026-10-12", last="2026-10-16") == many <= 25


def test_the_days_are_those_of_the_brand() -> None:
    summer = Period(date(2026, 10, 24), date(2026, 10, 25), "Europe/London")
    assert summer.begin == datetime(2026, 10, 23, 23, tzinfo=UTC)
    assert summer.end == datetime(2026, 10, 26, 0, tzinfo=UTC)
    assert (summer.before.first, summer.before.last) == (date(2026, 10, 22), date(2026, 10, 23))
    quarter = Period(date(2026, 8, 26), date(2026, 11, 23), "Europe/London")
    places = list(quarter.places())
    assert quarter.step == "week" and places[0] == date(2026, 8, 24) and len(places) == 14
    year = Period(date(2025, 11, 24), date(2026, 11, 23), "Europe/London")
    assert year.step == "month" and len(list(year.places())) == 13

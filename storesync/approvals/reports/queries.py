"""What reports read: a constant number of queries, each summed by the database."""
# Names of tables and columns are our own; what is asked for is compiled by the ORM, in its scope.
# ruff: noqa: S608

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Min, Q, TextField
from django.db.models.functions import Cast

from storesync.approvals.models import Decision, DecisionFigure, SubmissionItem
from storesync.approvals.querysets import FigureQuerySet
from storesync.approvals.reports.period import Period
from storesync.approvals.reports.times import Times, times_of
from storesync.brands.models import Region
from storesync.brands.rights import VIEW_INSIGHT

if TYPE_CHECKING:
    from storesync.accounts.models import User

AGAINST: Final = (Decision.CHANGES_REQUESTED, Decision.REJECTED)
_BY_RULE: Final = Q(person__isnull=True)
_APPROVED: Final = Q(decision=Decision.APPROVED, ended=True)


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is about.

    Attributes:
        reader: whose rights limit what is counted (Rules A10, M7).
        stage_name: "" is the review without a name; None is all.
    """

    reader: "User"
    period: Period
    region: Region | None = None
    campaign_type: str = ""
    template: UUID | None = None
    wave: UUID | None = None
    stage_name: str | None = None

    def figures(self, period: Period | None = None) -> FigureQuerySet:
        """What was decided in the period, as far as the reader may see it."""
        asked = period or self.period
        found: FigureQuerySet = DecisionFigure.objects.filter(
            decided_at__gte=asked.begin, decided_at__lt=asked.end
        ).order_by()
        if self.campaign_type:
            found = found.filter(campaign_type=self.campaign_type)
        if self.stage_name is not None:
            found = found.filter(stage_name=self.stage_name)
        seen: FigureQuerySet = self._about(found).visible_to(self.reader, VIEW_INSIGHT)
        return seen

    def overdue(self, now: datetime) -> Any:
        """What waits and was due before now, with `stage_called`; the period does not matter."""
        found: Any = SubmissionItem.objects.waiting().filter(due_at__lt=now).order_by()
        found = found.annotate(stage_called=_STAGE_OF_ITEM)
        if self.campaign_type:
            found = found.filter(facts__campaign_type=self.campaign_type)
        if self.stage_name is not None:
            found = found.filter(stage_called=self.stage_name)
        return self._about(found).visible_to(self.reader, VIEW_INSIGHT)

    def _about(self, rows: Any) -> Any:
        if self.region is not None:
            below = Region.objects.below([self.region.pk]).order_by()
            rows = rows.filter(location__region__in=below.values("pk"))
        if self.template is not None:
            rows = rows.filter(template_id=self.template)
        return rows if self.wave is None else rows.filter(wave_id=self.wave)


_STAGE_OF_ITEM: Final = Func(
    F("submission__stages"),
    Cast(F("submission__stage"), IntegerField()),
    arg_joiner=" -> ",
    template="((%(expressions)s) ->> 'name')",
    output_field=TextField(),
)


@dataclass(frozen=True, slots=True)
class Overall:
    """The whole in one line.

    Attributes:
        against: decisions that sent something back. approved: revisions approved for good, `by_rule` of them
            without a person.
    """

    times: Times
    against: int = 0
    approved: int = 0
    by_rule: int = 0


def before(question: Question) -> Overall:
    """The whole of as many days before."""
    period = question.period.before
    times = times_of(question.figures(period), period, ["all"])["all"]
    row = question.figures(period).aggregate(
        against=Count("pk", filter=Q(decision__in=AGAINST)),
        approved=Count("pk", filter=_APPROVED),
        by_rule=Count("pk", filter=_APPROVED & _BY_RULE),
    )
    return Overall(times.get(None, Times()), row["against"], row["approved"], row["by_rule"])


def reasons(question: Question, period: Period | None = None) -> dict[tuple[str, str], int]:
    """How many were sent back, by (reason, decision)."""
    rows = question.figures(period).filter(decision__in=AGAINST).values_list("reason", "decision")
    return {(reason, decision): count for reason, decision, count in rows.annotate(Count("pk"))}


def rules(question: Question) -> dict[str, int]:
    """How many passed by which rule (Rule A13)."""
    rows = question.figures().filter(_APPROVED & _BY_RULE).values_list("rule").annotate(Count("pk"))
    return dict(rows)


def approved_by_template(question: Question) -> dict[UUID | None, tuple[int, int]]:
    """For each template: how many passed by a rule, and how many were approved in all."""
    rows = question.figures().filter(_APPROVED).values_list("template_id")
    counted = rows.annotate(by_rule=Count("pk", filter=_BY_RULE), approved=Count("pk"))
    return {template: (by_rule, approved) for template, by_rule, approved in counted}


@dataclass(frozen=True, slots=True)
class Late:
    """What waits and is overdue at one stage, or there for one seat.

    Attributes:
        oldest: since when the one that is late the longest is.
        kind: of the seat, "" of the whole stage; with role, group and person as the seat has them.
    """

    stage_name: str
    count: int
    oldest: datetime
    kind: str = ""
    role: str = ""
    group: str = ""
    person_id: int | None = None


# What is in one submission has the same stage and seats: items are counted before seats are looked at.
_OVERDUE: Final = """
SELECT * FROM (WITH late AS MATERIALIZED ({late}),
seats AS (
    SELECT DISTINCT seat.submission_id, seat.kind, seat.role, seat.group_id,
        CASE WHEN %s THEN seat.person_id END AS person_id
    FROM approvals_seat seat JOIN late ON late.submission_id = seat.submission_id
    WHERE NOT EXISTS (
        SELECT FROM approvals_seat other
        WHERE other.submission_id = seat.submission_id AND other.in_place_of_id = seat.person_id)
)
SELECT stage_called, sum(n)::bigint, min(oldest), '', '', '', NULL FROM late GROUP BY stage_called
UNION ALL
SELECT stage_called, sum(n)::bigint, min(oldest), kind, role, COALESCE(reviewers.name, ''), person_id
FROM late JOIN seats ON seats.submission_id = late.submission_id
LEFT JOIN approvals_reviewgroup reviewers ON reviewers.id = seats.group_id
GROUP BY stage_called, kind, role, reviewers.name, person_id) AS found
"""


def overdue(question: Question, now: datetime, *, people: bool) -> tuple[list[Late], list[Late]]:
    """What is overdue now by stage, and by whom it waits for (what waits for several counts with each).

    Args:
        people: each person by themselves; else all people of a stage are one row without a name.
    """
    asked = (
        question.overdue(now)
        .values("submission_id", "stage_called")
        .annotate(n=Count("pk"), oldest=Min("due_at"))
        .values("submission_id", "stage_called", "n", "oldest")
    )
    try:
        sql, params = asked.query.sql_with_params()
    except EmptyResultSet:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE.format(late=sql), [*params, people])
        found = sorted((Late(*row) for row in cursor.fetchall()), key=lambda one: -one.count)
    return [one for one in found if not one.kind], [one for one in found if one.kind]

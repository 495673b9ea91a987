"""The tables and charts of the report, each by its key; a page shows all, a file one of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from storesync.approvals.filters import NONE
from storesync.approvals.models import Decision, Reason, SeatKind
from storesync.approvals.reports import queries
from storesync.approvals.reports.queries import Late, Question
from storesync.approvals.reports.times import By, Times, times_of
from storesync.approvals.stages import Stage
from storesync.brands.models import Brand, Region
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_PEOPLE, Role
from storesync.campaigns.models import CampaignTemplate
from storesync.core import formats
from storesync.core.charts import Bar, BarChart, Series, TimeChart, steps_of_scale
from storesync.core.exports import wall_clock
from storesync.core.figures import Cell, Figures, count, hours, share, text

SHOWN: Final = 30
"""Rows of a table on the page; a file has all."""
DRAWN: Final = 12
"""Bars of a chart."""
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE


@dataclass
class Report:
    """A question, with what its answers need to lead on.

    Attributes:
        address: of the page. asked: its query, for links that narrow it down.
        whole: all rows, for a file.
    """

    question: Question
    brand: Brand
    address: str
    asked: QueryDict
    whole: bool = False
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def names_people(self) -> bool:
        """Whether the reader may see who decided: those who manage all of the brand's people."""
        return can(self.question.reader, MANAGE_PEOPLE, self.brand)

    @cached_property
    def times(self) -> Mapping[By, Mapping[Any, Times]]:
        """Everything about times, for the page; read once."""
        groups: list[By] = ["all", "place", "stage", "region", *(["person"] if self.names_people else [])]  # type: ignore[list-item]
        return self._times(groups)

    @cached_property
    def reasons(self) -> dict[tuple[str, str], int]:
        """What was sent back, by reason and decision; read once."""
        return queries.reasons(self.question)

    @cached_property
    def templates(self) -> dict[UUID | None, tuple[int, int]]:
        """What passed by rule, and was approved in all, by template; read once."""
        return queries.approved_by_template(self.question)

    @cached_property
    def overdue(self) -> tuple[list[Late], list[Late]]:
        """What is overdue now, by stage and by seat; read once."""
        return queries.overdue(self.question, self.now, people=self.names_people)

    def times_by(self, group: By) -> Mapping[Any, Times]:
        """The times by one of these; a file reads no other."""
        return self._times([group])[group] if self.whole else self.times[group]

    def _times(self, groups: list[By]) -> Mapping[By, Mapping[Any, Times]]:
        return times_of(self.question.figures(), self.question.period, groups)

    def narrowed(self, **more: str) -> str:
        """The address of this report about less."""
        query = self.asked.copy()
        for name, value in more.items():
            query[name] = value
        return f"{self.address}?{query.urlencode()}"


def over_time(report: Report) -> Figures:
    """Time to decision by day, week or month."""
    period = report.question.period
    read = report.times_by("place")
    found = {place: read.get(place, Times()) for place in period.places()}
    medians = [_in_hours(times.waited.median) for times in found.values()]
    ninths = [_in_hours(times.waited.ninth) for times in found.values()]
    scale = steps_of_scale(max((one for one in [*medians, *ninths] if one is not None), default=0))
    chart = TimeChart(
        title=_("Time to decision over time"),
        about=_slowest_words((period.place_words(place), times) for place, times in found.items()),
        labels=[period.place_label(place) for place in found],
        series=[Series(_("Median"), medians), Series(_("9 of 10 within"), ninths)],
        ticks=[(value, formats.hours(value * HOUR) if value else "0") for value in scale],
    )
    by = {"day": _("Day"), "week": _("Week"), "month": _("Month")}[period.step]
    rows = [
        [Cell(place.isoformat(), period.place_words(place)), *_time_cells(times)]
        for place, times in found.items()
        if times.count
    ]
    return _times_table("over-time", _("Time to decision over time"), by, rows, chart)


def by_stage(report: Report) -> Figures:
    """Time to decision by stage."""
    found = _slowest_first(report.times_by("stage"))
    rows = [(stage_label(name), report.narrowed(stage=name or NONE), times) for name, times in found.items()]
    return _bars(report, "stages", _("Time to decision by stage"), _("Stage"), rows)


def by_person(report: Report) -> Figures:
    """Time to decision by person, since it waited for them; only for who may see it."""
    found = _slowest_first(report.times_by("person"))
    names = _people(found)
    rows = [(names.get(pk, ""), "", times) for pk, times in found.items()]
    return _bars(report, "people", _("Time to decision by person"), _("Person"), rows)


def by_region(report: Report) -> Figures:
    """Time to decision by the region of the store."""
    found = _slowest_first(report.times_by("region"))
    names = dict(Region.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    rows = [
        (names.get(pk) or _("Without a region"), report.narrowed(region=str(pk)) if pk else "", times)
        for pk, times in found.items()
    ]
    return _bars(report, "regions", _("Time to decision by region"), _("Region"), rows)


def overdue(report: Report) -> Figures:
    """What waits now and is overdue, by stage and whom it waits for."""
    now, zone = report.now, report.brand.time_zone
    stages, late = report.overdue
    names = _people(one.person_id for one in late)
    address = reverse("approvals:waiting", args=[report.brand.slug])
    rows = [
        [
            text(stage_label(one.stage_name)),
            text(_seat_words(one, names)),
            count(one.count, f"{address}?{urlencode({'due': 'late', 'stage': one.stage_name or NONE})}"),
            Cell(
                wall_clock(one.oldest, ZoneInfo(zone)),
                f"{formats.moment(one.oldest, zone)} ({formats.ago(one.oldest, now)})",
            ),
        ]
        for one in _cut(report, late)
    ]
    chart = BarChart(
        title=_("Overdue now by stage"),
        about=_many_words((stage_label(one.stage_name), one.count) for one in stages),
        bars=[
            Bar(stage_label(one.stage_name), one.count, formats.number(one.count)) for one in stages[:DRAWN]
        ],
    )
    return Figures(
        key="overdue",
        title=_("Overdue now"),
        about=_(
            "What waits at this moment although it was due before, whatever days are chosen above. What "
            "waits for several counts with each of them in the table, and once in the chart."
        ),
        columns=[_("Stage"), _("Waits for"), _("Campaigns"), _("The oldest was due")],
        rows=rows,
        chart=chart,
        words=2,
        empty=_("Nothing is overdue."),
        note=_cut_note(report, len(late)),
    )


def sent_back(report: Report) -> Figures:
    """What was rejected, or asked to be changed, by reason."""
    now = report.reasons
    before = queries.reasons(report.question, report.question.period.before)
    total = sum(now.values())
    keys = sorted({reason for reason, _decision in now}, key=lambda one: -_of_reason(now, one))
    rows = [
        [
            text(reason_label(reason)),
            count(now.get((reason, Decision.REJECTED), 0)),
            count(now.get((reason, Decision.CHANGES_REQUESTED), 0)),
            count(_of_reason(now, reason)),
            share(_of_reason(now, reason), total),
            count(_of_reason(before, reason)),
        ]
        for reason in keys
    ]
    chart = BarChart(
        title=_("Sent back by reason"),
        about=_many_words((reason_label(one), _of_reason(now, one)) for one in keys),
        bars=[
            Bar(reason_label(one), _of_reason(now, one), formats.number(_of_reason(now, one))) for one in keys
        ],
    )
    return Figures(
        key="sent-back",
        title=_("Sent back by reason"),
        about=_(
            "Decisions to reject or to ask for changes. Whoever decides may choose one reason beside the "
            "comment; “Not said” is where they did not."
        ),
        columns=[
            _("Reason"),
            _("Rejected"),
            _("Asked for changes"),
            _("Together"),
            _("Share"),
            _("The days before"),
        ],
        rows=rows,
        chart=chart,
        empty=_("Nothing was sent back in these days."),
    )


def by_rule(report: Report) -> Figures:
    """What passed without a person, by rule."""
    found = queries.rules(report.question)
    total = sum(found.values())
    ordered = sorted(found.items(), key=lambda pair: -pair[1])
    rows = [[text(rule), count(n), share(n, total)] for rule, n in _cut(report, ordered)]
    chart = BarChart(
        title=_("Passed by rule"),
        about=_many_words(ordered),
        bars=[Bar(rule, n, formats.number(n)) for rule, n in ordered[:DRAWN]],
    )
    return Figures(
        key="rules",
        title=_("Passed by rule"),
        about=_("What a rule of the brand approved without a person, because nothing in it differed."),
        columns=[_("Rule"), _("Campaigns"), _("Share of what passed by rule")],
        rows=rows,
        chart=chart,
        empty=_("Nothing passed by a rule in these days."),
        note=_cut_note(report, len(ordered)),
    )


def by_rule_of_templates(report: Report) -> Figures:
    """What passed without a person, by template."""
    found = {pk: (by_rule, of) for pk, (by_rule, of) in report.templates.items() if by_rule}
    ordered = sorted(found.items(), key=lambda pair: -pair[1][0])
    names = dict(CampaignTemplate.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))

    def name(pk: UUID | None) -> str:
        return names.get(pk) or _("Another template") if pk else _("Without a template")

    rows = [
        [
            text(name(pk), report.narrowed(template=str(pk)) if pk else ""),
            count(passed),
            count(of),
            share(passed, of),
        ]
        for pk, (passed, of) in _cut(report, ordered)
    ]
    chart = BarChart(
        title=_("Passed by rule, by template"),
        about=_many_words((name(pk), passed) for pk, (passed, _of) in ordered),
        bars=[Bar(name(pk), passed, formats.number(passed)) for pk, (passed, _of) in ordered[:DRAWN]],
    )
    return Figures(
        key="templates",
        title=_("Passed by rule, by template"),
        about=_("How many campaigns of a template a rule approved, of all of them that were approved."),
        columns=[_("Template"), _("Passed by rule"), _("Approved in all"), _("Share")],
        rows=rows,
        chart=chart,
        empty=_("Nothing passed by a rule in these days."),
        note=_cut_note(report, len(ordered)),
    )


SECTIONS: Final[dict[str, Callable[[Report], Figures]]] = {
    "overdue": overdue,
    "over-time": over_time,
    "stages": by_stage,
    "people": by_person,
    "regions": by_region,
    "sent-back": sent_back,
    "rules": by_rule,
    "templates": by_rule_of_templates,
}
"""Every table by its key, in the order of the page."""
NAMING: Final = frozenset({"people"})
"""Those that are about people; for readers who may see who decided."""


def stage_label(name: str) -> str:
    """A stage as the brand calls it; one without a name is simply the review."""
    return name or Stage().label


def reason_label(reason: str) -> str:
    """A reason in words."""
    return str(Reason(reason).label) if reason else _("Not said")


def _times_table(
    key: str, title: str, first: str, rows: Sequence[Sequence[Cell]], chart: Any, note: str = ""
) -> Figures:
    about = _("From the moment a stage began to wait until each decision there.")
    if key in NAMING:
        about = _("From the moment it waited for this person until they decided.")
    return Figures(
        key=key,
        title=title,
        about=about,
        columns=[
            first,
            _("Decisions"),
            _("Median"),
            _("9 of 10 within"),
            _("Median, working hours"),
            _("9 of 10 within, working hours"),
            _("Decided late"),
        ],
        rows=rows,
        chart=chart,
        empty=_("Nobody decided anything in these days."),
        note=note,
    )


def _bars(
    report: Report, key: str, title: str, first: str, found: Sequence[tuple[str, str, Times]]
) -> Figures:
    rows = [[text(name, url), *_time_cells(times)] for name, url, times in _cut(report, found)]
    chart = BarChart(
        title=title,
        about=_slowest_words((name, times) for name, _url, times in found),
        bars=[
            Bar(
                name,
                times.waited.median or 0,
                _hours(times.waited.median),
                times.waited.ninth,
                _hours(times.waited.ninth),
            )
            for name, _url, times in found[:DRAWN]
        ],
        names=(_("Median"), _("9 of 10 within")),
    )
    return _times_table(key, title, first, rows, chart, _cut_note(report, len(found)))


def _time_cells(times: Times) -> list[Cell]:
    late = Cell(times.late, formats.NOTHING)
    if times.due:
        words = {"n": formats.number(times.late), "share": formats.percent(times.late / times.due, 0)}
        late = Cell(times.late, _("%(n)s (%(share)s)") % words)
    return [
        count(times.count),
        _time(times.waited.median),
        _time(times.waited.ninth),
        _time(times.worked.median),
        _time(times.worked.ninth),
        late,
    ]


def _slowest_first(found: Mapping[Any, Times]) -> dict[Any, Times]:
    return dict(sorted(found.items(), key=lambda pair: -(pair[1].waited.median or 0)))


def _slowest_words(found: Iterable[tuple[str, Times]]) -> str:
    """What a chart of times says, in a sentence."""
    named = [(name, times.waited) for name, times in found if times.waited.median is not None]
    if not named:
        return _("Nobody decided anything in these days.")
    name, waited = max(named, key=lambda pair: pair[1].median or 0)
    return _("Slowest: %(name)s, half of it within %(median)s, 9 of 10 within %(ninth)s.") % {
        "name": name,
        "median": _hours(waited.median),
        "ninth": _hours(waited.ninth),
    }


def _many_words(found: Iterable[tuple[str, int]]) -> str:
    """What a chart of counts says, in a sentence."""
    rows = list(found)
    if not rows:
        return formats.NOTHING
    name, most = rows[0]
    return _("Most: %(name)s, %(n)s of %(total)s.") % {
        "name": name,
        "n": formats.number(most),
        "total": formats.number(sum(n for _name, n in rows)),
    }


def _in_hours(minutes: float | None) -> float | None:
    return None if minutes is None else minutes * MINUTE / HOUR


def _hours(minutes: float | None) -> str:
    return formats.hours((minutes or 0) * MINUTE)


def _time(minutes: float | None) -> Cell:
    return hours(None if minutes is None else minutes * MINUTE)


def _of_reason(found: Mapping[tuple[str, str], int], reason: str) -> int:
    return sum(n for (one, _decision), n in found.items() if one == reason)


def _cut(report: Report, rows: Sequence[Any]) -> Sequence[Any]:
    return rows if report.whole else rows[:SHOWN]


def _cut_note(report: Report, total: int) -> str:
    if report.whole or total <= SHOWN:
        return ""
    return _("%(shown)d of %(total)s are shown; the file has all.") % {
        "shown": SHOWN,
        "total": formats.number(total),
    }


def _people(ids: Iterable[Any]) -> dict[int, str]:
    people = get_user_model()._default_manager.filter(pk__in={pk for pk in ids if pk})
    return {person.pk: person.display_name for person in people}


def _seat_words(one: Late, names: Mapping[int, str]) -> str:
    if one.kind == SeatKind.ROLE:
        return str(Role(one.role).label)
    if one.kind == SeatKind.GROUP:
        return one.group
    if one.kind == SeatKind.PERSON:
        return names.get(one.person_id or 0) or _("People by name")
    return str(SeatKind(one.kind).label)

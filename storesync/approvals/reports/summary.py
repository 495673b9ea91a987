"""What a brand manager wants to know in a minute: four figures, compared, and a few sentences."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.reports import queries
from storesync.approvals.reports.queries import Overall
from storesync.approvals.reports.sections import MINUTE, Report
from storesync.approvals.reports.times import Times
from storesync.core import formats


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure, as `components/kpi.html` shows it."""

    label: str
    value: str
    delta: str = ""
    direction: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures, and whether there is anything to report at all."""

    kpis: list[Kpi]
    decisions: int
    approved: int


def summary_of(report: Report) -> Summary:
    """The figures of the period beside those of the days before."""
    period = report.question.period
    now = Overall(
        report.times["all"].get(None, Times()),
        against=sum(report.reasons.values()),
        approved=sum(approved for _by_rule, approved in report.templates.values()),
        by_rule=sum(by_rule for by_rule, _approved in report.templates.values()),
    )
    before = queries.before(report.question)
    days = period.days
    return Summary(
        [
            _median(now, before, days),
            Kpi(
                _("Overdue now"),
                formats.number(sum(one.count for one in report.overdue[0])),
                _("at this moment, whatever days are chosen"),
                url="#overdue",
            ),
            _share(
                _("Sent back"),
                now.against,
                now.times.count,
                before.against,
                before.times.count,
                days,
                good=-1,
            ),
            _share(_("Passed by rule"), now.by_rule, now.approved, before.by_rule, before.approved, days),
        ],
        now.times.count,
        now.approved,
    )


def _median(now: Overall, before: Overall, days: int) -> Kpi:
    label = _("Median time to decision")
    median, was = now.times.waited.median, before.times.waited.median
    if median is None:
        return Kpi(label, formats.NOTHING)
    value = formats.hours(median * MINUTE)
    if was is None:
        return Kpi(label, value, _nothing_before(days))
    words = {"by": formats.hours(abs(median - was) * MINUTE), "n": days}
    if formats.hours(median * MINUTE) == formats.hours(was * MINUTE):
        return Kpi(label, value, _("as in the %(n)d days before") % words)
    if median < was:
        return Kpi(label, value, _("%(by)s less than in the %(n)d days before") % words, "good")
    return Kpi(label, value, _("%(by)s more than in the %(n)d days before") % words, "bad")


def _share(label: str, part: int, of: int, part_before: int, before: int, days: int, *, good: int = 0) -> Kpi:
    if not of:
        return Kpi(label, formats.NOTHING)
    share = part / of
    value = _("%(share)s (%(part)s of %(of)s)") % {
        "share": formats.percent(share, 0),
        "part": formats.number(part),
        "of": formats.number(of),
    }
    if not before:
        return Kpi(label, value, _nothing_before(days))
    was = part_before / before
    words = {"was": formats.percent(was, 0), "n": days}
    if formats.percent(was, 0) == formats.percent(share, 0):
        return Kpi(label, value, _("as in the %(n)d days before") % words)
    less = share < was
    direction = "" if not good else "good" if less == (good < 0) else "bad"
    sentence = (
        _("less than in the %(n)d days before (%(was)s)")
        if less
        else _("more than in the %(n)d days before (%(was)s)")
    )
    return Kpi(label, value, sentence % words, direction)


def _nothing_before(days: int) -> str:
    return ngettext(
        "nothing to compare with on the day before", "nothing to compare with in the %(n)d days before", days
    ) % {"n": days}

"""What happened to a campaign, and to a submission: one timeline, filtered, paged, as a file, linked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from storesync.approvals.history import Asked, Entry, Kind, Timeline, of_campaign, of_submission
from storesync.approvals.views.submission import SubmissionMixin
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.campaigns.views.campaign import CampaignPage
from storesync.core import exports, formats
from storesync.core.forms import DAY_VALIDATORS
from storesync.core.paging import PAGE_SIZES
from storesync.core.views.guarded import FragmentMixin

_STRETCH: Final = 500
"""Entries of a file that are read at once."""
_DAY: Final = {"type": "date"}


class HistoryForm(forms.Form):
    """What a timeline is filtered by; the days are the reader's."""

    q = forms.CharField(
        label=gettext_lazy("Search the history"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Comment, reason, person"),
    )
    kind = forms.MultipleChoiceField(
        label=gettext_lazy("About"), required=False, widget=forms.CheckboxSelectMultiple
    )
    person = forms.TypedChoiceField(
        label=gettext_lazy("Person"), required=False, coerce=int, empty_value=None
    )
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
        validators=DAY_VALIDATORS,
    )
    until = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
        validators=DAY_VALIDATORS,
    )

    def __init__(self, query: QueryDict, timeline: Timeline) -> None:
        super().__init__(query or None)
        self.fields["kind"].choices = [(one.value, one.label) for one in timeline.kinds]  # type: ignore[attr-defined]
        people = [(one.pk, one.display_name) for one in timeline.people()]
        nobody = (0, _("Nobody: a rule, the clock, StoreSync"))
        self.fields["person"].choices = [("", _("Everybody")), *people, nobody]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What it says, as far as it can be read."""
        if not self.is_bound:
            return Asked()
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            kinds=given.get("kind") or (),
            person=given.get("person"),
            since=_midnight(given["since"]) if given.get("since") else None,
            until=_midnight(given["until"] + timedelta(days=1)) if given.get("until") else None,
            words=given.get("q", "").strip(),
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """The form under the name by which lists know it."""

    form: HistoryForm


class TimelineMixin(FragmentMixin, TemplateView):
    """A page with a timeline, its filters and its files."""

    permission = VIEW_CAMPAIGN
    fragment_template_name = "approvals/_timeline.html"
    file_name: ClassVar[str]

    def timeline(self) -> Timeline:
        """What the page is about."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export", "")
        if kind in exports.KINDS:
            timeline = self.timeline()
            # One of them streams.
            return cast(
                HttpResponse, self._file(kind, timeline.asking(HistoryForm(request.GET, timeline).asked()))
            )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given, timeline = self.request.GET, self.timeline()
        form = HistoryForm(given, timeline)
        size = given.get("size", "")
        page = timeline.asking(form.asked()).page(
            cursor=given.get("page", ""),
            size=int(size) if size in {str(known) for known in PAGE_SIZES} else 0,
            entry=given.get("entry", ""),
        )
        rest = given.copy()
        for name in ("page", "entry"):
            rest.pop(name, None)
        files = []
        for kind, label in ((exports.CSV, _("CSV")), (exports.EXCEL, _("Excel"))):
            rest["export"] = kind
            files.append({"label": label, "url": f"?{rest.urlencode()}"})
        return super().get_context_data(**kwargs) | {
            "filter": HistoryFilter(form),
            "page": page,
            "exports": files,
            "clear_url": self.request.path,
            "fragment": self.wants_fragment,
        }

    def _file(self, kind: str, timeline: Timeline) -> HttpResponseBase:
        if kind == exports.CSV:
            return exports.csv_response(self.file_name, rows_of(timeline))
        if timeline.count() > exports.EXCEL_MOST:
            words = _(
                "An Excel file holds up to %(most)s rows here. Take the CSV file, or filter the list first."
            )
            messages.warning(self.request, words % {"most": formats.number(exports.EXCEL_MOST)})
            rest = self.request.GET.copy()
            rest.pop("export")
            return redirect(f"{self.request.path}?{rest.urlencode()}")
        return exports.excel_response(self.file_name, self.file_name, rows_of(timeline))


class CampaignHistory(TimelineMixin, CampaignPage):
    """History of a campaign: the tab with everything that happened to it."""

    template_name = "approvals/campaign_history.html"
    tab = "campaign_history"
    file_name = "campaign-history"

    def timeline(self) -> Timeline:
        return of_campaign(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        evidence = reverse("approvals:evidence", args=[self.request.brand.slug, self.object.pk])
        return super().get_context_data(**kwargs) | {"evidence_url": evidence}


class SubmissionHistory(TimelineMixin, SubmissionMixin):
    """History of a submission: what was done to its campaigns, its clock, what was said meanwhile."""

    template_name = "approvals/submission_history.html"
    file_name = "submission-history"

    def timeline(self) -> Timeline:
        return of_submission(self.submission, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("History: %(name)s") % {"name": self.submission.title},
            "submission": self.submission,
        }


def rows_of(timeline: Timeline) -> Iterator[list[Any]]:
    """A timeline as the rows of a file, the names of the columns first."""
    yield [
        _("When"),
        _("Who"),
        _("In place of"),
        _("Handed over to"),
        _("About"),
        _("What"),
        _("From"),
        _("To"),
        _("Why"),
        _("Way"),
        _("Details"),
        _("Number of the step"),
        _("Hash of the step"),
        _("In the archive"),
    ]
    for entries in timeline.walk(size=_STRETCH):
        yield from map(_row, entries)


def _row(one: Entry) -> list[Any]:
    changes = [f"{c['label']}: {c['before'] or formats.NOTHING} → {c['after']}" for c in one.changes]
    return [
        exports.wall_clock(one.at),
        one.who or "StoreSync",
        one.in_place_of,
        one.handed_to,
        str(Kind(one.kind).label),
        str(one.title),
        str(one.before_words),
        str(one.after_words),
        one.why,
        one.way,
        "; ".join(str(part) for part in [*one.notes, *changes]),
        one.number if one.number is not None else "",
        one.hash,
        _("Yes") if one.archived else "",
    ]

"""The page of the report, and each of its tables as a file."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from storesync.approvals.reports.forms import ReportForm
from storesync.approvals.reports.queries import Question
from storesync.approvals.reports.sections import NAMING, SECTIONS, Report
from storesync.approvals.reports.summary import summary_of
from storesync.approvals.reports.times import room_to_count
from storesync.brands.rights import VIEW_INSIGHT
from storesync.core import exports
from storesync.core.figures import Figures, file_of
from storesync.core.views import GuardedView


class Reports(GuardedView, TemplateView):
    """How long approvals take, what is overdue, why things come back, what passed by rule.

    Whoever sees insights of a part of the brand sees the figures of that part (Rules A10, M7).
    """

    permission = VIEW_INSIGHT
    template_name = "approvals/reports.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export")
        if kind is None:
            return self.render_to_response(self.get_context_data(**kwargs))
        key = request.GET.get("figures", "")
        if kind not in exports.KINDS or key not in self._keys:
            raise Http404
        with room_to_count():
            figures = SECTIONS[key](self.report)
        return file_of(figures, kind)  # type: ignore[return-value]

    @cached_property
    def form(self) -> ReportForm:
        """What is asked for."""
        zone = self.request.brand.time_zone
        today = timezone.localdate(timezone=ZoneInfo(zone))
        form = ReportForm(self.request.GET, user=self.request.user, today=today, zone=zone)
        form.full_clean()
        return form

    @cached_property
    def report(self) -> Report:
        """The report that is asked for."""
        given = self.form.cleaned_data
        question = Question(
            reader=self.request.user,
            period=self.form.asked,
            region=given.get("region"),
            campaign_type=given.get("type") or "",
            template=given.get("template"),
            wave=given.get("wave"),
            stage_name=self.form.stage_name,
        )
        asked = self.request.GET.copy()
        for name in ("export", "figures"):
            asked.pop(name, None)
        return Report(question, self.request.brand, self._address, asked, whole="export" in self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        with room_to_count():
            found = [SECTIONS[key](report) for key in self._keys]
            summary = summary_of(report)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approval reports"),
            "form": self.form,
            "period": report.question.period,
            "summary": summary,
            "sections": [(figures, self._files(report, figures)) for figures in found],
            "names_people": report.names_people,
            "narrowed": any(self.form.cleaned_data.get(name) for name in _NARROWING),
            "clear_url": self._address,
        }

    @property
    def _address(self) -> str:
        return reverse("approvals:reports", args=[self.request.brand.slug])

    @cached_property
    def _keys(self) -> list[str]:
        named = self.report.names_people
        return [key for key in SECTIONS if named or key not in NAMING]

    @staticmethod
    def _files(report: Report, figures: Figures) -> list[tuple[str, str]]:
        kinds = (("CSV", exports.CSV), ("Excel", exports.EXCEL))
        return [(label, report.narrowed(export=kind, figures=figures.key)) for label, kind in kinds]


_NARROWING = ("region", "type", "template", "wave", "stage")

"""The page of a bulk decision: how far it is, and what became of each row."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from storesync.approvals.actions import counts_of, outcome_words_of, start_bulk_decision, title_of
from storesync.approvals.models import BulkDecision, BulkDecisionRow, RowOutcome
from storesync.approvals.tables import BulkRowTable
from storesync.approvals.tasks import decide_bulk
from storesync.brands.rights import DECIDE
from storesync.core.job_views import poll_of
from storesync.core.views import ActionView, ListView


class BulkRowFilter(django_filters.FilterSet):
    """Rows by what became of them."""

    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("Outcome"),
        choices=[*RowOutcome.choices, ("none", gettext_lazy("Not reached"))],
        empty_label=gettext_lazy("All"),
        method="by_outcome",
    )

    class Meta:
        model = BulkDecisionRow
        fields: list[str] = []

    def by_outcome(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(outcome="" if value == "none" else value)


class BulkMixin:
    """Bulk decisions of the person's own, once they are confirmed."""

    request: Any
    permission = DECIDE

    def bulk_decisions(self) -> QuerySet[BulkDecision]:
        """Those that have a page."""
        found: QuerySet[BulkDecision] = BulkDecision.objects.filter(
            person=self.request.user, confirmed_at__isnull=False
        )
        return found.select_related("brand", "job__brand", "person")


class BulkPage(BulkMixin, ListView):
    """Progress while it runs, the numbers when it is over, and the rows with their reasons."""

    table_class = BulkRowTable
    filterset_class = BulkRowFilter
    template_name = "approvals/bulk.html"
    fragment_template_name = "components/results.html"
    default_order = ("position",)
    export_name = "decisions"

    def check_permission(self) -> None:
        """The right, and then whether it is there for this person at all, whatever is asked of it."""
        super().check_permission()
        _found = self.bulk

    @cached_property
    def bulk(self) -> BulkDecision:
        """The one that the address names.

        Raises:
            Http404: there is none of the person's own.
        """
        found = self.bulk_decisions().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> Any:
        return self.bulk.rows.select_related("item__brand", "item__location")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bulk, counts = self.bulk, counts_of(self.bulk)
        return super().get_context_data(**kwargs) | {
            "page_title": title_of(bulk),
            "bulk": bulk,
            "counts": counts,
            "words": outcome_words_of(bulk, counts),
            "job": bulk.job,
            **(poll_of(bulk.job) if bulk.job else {}),
        }


class GoOn(BulkMixin, ActionView[BulkDecision]):
    """Go on with what a stopped or failed bulk decision did not reach."""

    def get_queryset(self) -> QuerySet[BulkDecision]:
        return self.bulk_decisions()

    def perform(self) -> HttpResponse:
        bulk = start_bulk_decision(bulk=self.object, actor=self.request.user)
        decide_bulk.wake(bulk.brand_id, bulk.pk)
        return self.back(bulk.get_absolute_url())

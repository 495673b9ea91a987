"""The list of calls."""

from typing import Any

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from storesync.ai.models import AiRun
from storesync.ai.outcomes import CALLED_NOTHING, Outcome
from storesync.ai.purposes import purpose_choices
from storesync.ai.wording import cost_words
from storesync.core import formats
from storesync.core.tables import NumberColumn, PrimaryColumn, StatusColumn, Table, TextColumn, WhenColumn


class RunTable(Table):
    """Calls of models, newest first."""

    purpose = PrimaryColumn(
        accessor="purpose_words",
        order_by="purpose",
        verbose_name=gettext_lazy("For"),
        linkify=lambda record, table: reverse("ai:run", args=[table.request.brand.slug, record.pk]),
        second=lambda record: record.subject_name,
    )
    outcome = StatusColumn(verbose_name=gettext_lazy("Outcome"))
    created_at = WhenColumn(p=3, verbose_name=gettext_lazy("Asked"))
    actor = TextColumn(verbose_name=gettext_lazy("By"), order_by="actor__name")
    cost = NumberColumn(verbose_name=gettext_lazy("Cost"))
    seconds = NumberColumn(verbose_name=gettext_lazy("Seconds"))
    tries = NumberColumn(verbose_name=gettext_lazy("Tries"), visible=False)
    tokens_in = NumberColumn(verbose_name=gettext_lazy("Tokens in"), visible=False)
    tokens_out = NumberColumn(verbose_name=gettext_lazy("Tokens out"), visible=False)
    model = TextColumn(verbose_name=gettext_lazy("Model"), visible=False)
    prompt = TextColumn(verbose_name=gettext_lazy("Prompt"), visible=False)
    prompt_version = NumberColumn(verbose_name=gettext_lazy("Version of the prompt"), visible=False)

    class Meta(Table.Meta):
        sequence = ("purpose", "outcome", "created_at", "actor", "cost", "seconds")

    def render_seconds(self, value: float) -> str:
        return formats.number(round(value, 1))

    def render_cost(self, record: AiRun) -> str:
        return cost_words(record.cost, assumed=record.cost_assumed)

    def value_cost(self, record: AiRun) -> Any:
        """In a file: the number, in US dollars."""
        return record.cost


class RunFilter(django_filters.FilterSet):
    """Calls by who or what they were for, purpose, outcome and day."""

    q = django_filters.CharFilter(
        method="search",
        label=gettext_lazy("Search"),
        help_text=gettext_lazy("Campaign or person"),
    )
    purpose = django_filters.MultipleChoiceFilter(choices=purpose_choices, label=gettext_lazy("For"))
    outcome = django_filters.MultipleChoiceFilter(
        choices=[choice for choice in Outcome.choices if choice[0] not in CALLED_NOTHING],
        label=gettext_lazy("Outcome"),
    )
    since = django_filters.DateFilter(
        field_name="created_at", lookup_expr="date__gte", label=gettext_lazy("From")
    )
    until = django_filters.DateFilter(
        field_name="created_at", lookup_expr="date__lte", label=gettext_lazy("To")
    )

    class Meta:
        model = AiRun
        fields: list[str] = []

    def search(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.filter(Q(subject_name__icontains=value) | Q(actor__name__icontains=value))

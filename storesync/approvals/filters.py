"""Filters of the queue."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models import SubmissionItem
from storesync.brands.models import Region
from storesync.content.owners import describe


def waves_of(items: "QuerySet[SubmissionItem]") -> list[tuple[str, str]]:
    """The roll-outs that these items belong to, by name."""
    one_each = items.filter(wave_id__isnull=False).order_by("wave_id").distinct("wave_id")
    revisions = [item.revision for item in one_each.select_related("revision")]
    owners = describe(revisions).values()
    return sorted(((str(one.wave_id), one.wave_name) for one in owners), key=lambda pair: pair[1])


class QueueFilter(django_filters.FilterSet):
    """Items by words, roll-out, region (with all below it) and how soon they are due."""

    q = django_filters.CharFilter(
        label=_("Search approvals"), help_text=_("Campaign, store number, name, city"), method="search"
    )
    wave = django_filters.MultipleChoiceFilter(label=_("Roll-out"), method="of_waves")
    region = django_filters.ModelMultipleChoiceFilter(
        label=_("Region"), queryset=lambda request: Region.objects.order_by("name"), method="in_regions"
    )
    due = django_filters.ChoiceFilter(
        label=_("Due"),
        choices=[("late", _("Overdue")), ("day", _("Within a day")), ("week", _("Within a week"))],
        method="due_within",
    )

    class Meta:
        model = SubmissionItem
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["wave"].extra["choices"] = waves_of(self.queryset)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching(value)

    def of_waves(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(wave_id__in=[UUID(one) for one in value]) if value else queryset

    def in_regions(self, queryset: Any, name: str, value: list[Region]) -> Any:
        if not value:
            return queryset
        below = Region.objects.below([region.pk for region in value])
        return queryset.filter(location__region__in=below.order_by().values("pk"))

    def due_within(self, queryset: Any, name: str, value: str) -> Any:
        ahead = {"late": timedelta(0), "day": timedelta(days=1), "week": timedelta(days=7)}
        return queryset.filter(due_at__lte=timezone.now() + ahead[value])

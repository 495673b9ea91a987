"""What the library is searched and filtered for."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storesync.media.models import MediaImage, PictureFormat
from storesync.media.usage import is_used


class MediaFilter(django_filters.FilterSet):
    """Pictures by words, kind, use, and whether they are archived."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), help_text=_("What it shows, title, tag or file name")
    )
    kind = django_filters.MultipleChoiceFilter(
        field_name="format", choices=PictureFormat.choices, label=_("Kind")
    )
    use = django_filters.ChoiceFilter(
        choices=[("used", _("Used")), ("unused", _("Not used yet"))],
        label=_("Use"),
        empty_label=_("Any"),
        method="filter_use",
    )
    archived = django_filters.ChoiceFilter(
        choices=[("yes", _("Archived")), ("all", _("All"))],
        label=_("Show"),
        empty_label=_("In the library"),
        method="filter_archived",
    )

    class Meta:
        model = MediaImage
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = super().qs
        chosen = self.form.cleaned_data.get("archived") if self.is_bound and self.form.is_valid() else ""
        return found if chosen else found.filter(archived_at__isnull=True)

    def search(self, queryset: QuerySet[MediaImage], _name: str, value: str) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = queryset.matching(value)  # type: ignore[attr-defined]
        return found

    def filter_use(self, queryset: QuerySet[MediaImage], _name: str, value: str) -> QuerySet[MediaImage]:
        return queryset.filter(is_used()) if value == "used" else queryset.exclude(is_used())

    def filter_archived(self, queryset: QuerySet[MediaImage], _name: str, value: str) -> QuerySet[MediaImage]:
        return queryset.filter(archived_at__isnull=False) if value == "yes" else queryset


class ChoiceFilter(django_filters.FilterSet):
    """The search of the chooser: pictures that may be chosen."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), help_text=_("What it shows, title, tag or file name")
    )

    class Meta:
        model = MediaImage
        fields: list[str] = []

    def search(self, queryset: QuerySet[MediaImage], _name: str, value: str) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = queryset.matching(value)  # type: ignore[attr-defined]
        return found

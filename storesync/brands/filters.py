"""Filters of the lists of locations and people."""

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storesync.brands.addresses import country_name
from storesync.brands.models import Location, LocationStatus, Membership, Region
from storesync.brands.rights import Role

_HAS: Final[dict[str, tuple[Any, dict[str, Any]]]] = {
    "email": (_("an e-mail address"), {"email": ""}),
    "phone": (_("a phone number"), {"phone": ""}),
    "coordinates": (_("coordinates"), {"latitude__isnull": True}),
    "hours": (_("opening hours"), {"opening_hours": ""}),
    "region": (_("a region"), {"region__isnull": True}),
}


def _countries_of(request: Any) -> list[tuple[str, str]]:
    """The countries in which the brand has locations."""
    language = get_language() or "en"
    codes = Location.objects.exclude(country="").order_by("country").values_list("country", flat=True)
    named = [(code, country_name(code, language)) for code in codes.distinct()]
    return sorted(named, key=lambda row: row[1])


def _states_of(request: Any) -> list[tuple[str, str]]:
    """The states or provinces in which the brand has locations."""
    states = Location.objects.exclude(state="").order_by("state").values_list("state", flat=True)
    return [(state, state) for state in states.distinct()]


class LocationFilter(django_filters.FilterSet):
    """Locations by words, region (with all below it), place, status, and what is known of them."""

    q = django_filters.CharFilter(
        label=_("Search locations"), help_text=_("Store number, name, city, postcode"), method="search"
    )
    region = django_filters.ModelMultipleChoiceFilter(
        label=_("Region"), queryset=lambda request: Region.objects.order_by("name"), method="in_regions"
    )
    country = django_filters.MultipleChoiceFilter(
        label=_("Country"), choices=lambda: _countries_of(None), field_name="country"
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State or province"), choices=lambda: _states_of(None), field_name="state"
    )
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=LocationStatus.choices)
    has = django_filters.MultipleChoiceFilter(
        label=_("Has"), choices=[(key, words) for key, (words, _empty) in _HAS.items()], method="having"
    )
    lacks = django_filters.MultipleChoiceFilter(
        label=_("Lacks"), choices=[(key, words) for key, (words, _empty) in _HAS.items()], method="lacking"
    )

    class Meta:
        model = Location
        fields: list[str] = []

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching(value)

    def in_regions(self, queryset: QuerySet[Location], name: str, value: list[Region]) -> QuerySet[Location]:
        """Those in the regions or anywhere below them."""
        if not value:
            return queryset
        below = Region.objects.below([region.pk for region in value])
        return queryset.filter(region__in=below.order_by().values("pk"))

    def having(self, queryset: QuerySet[Location], name: str, value: list[str]) -> QuerySet[Location]:
        for key in value:
            queryset = queryset.exclude(**_HAS[key][1])
        return queryset

    def lacking(self, queryset: QuerySet[Location], name: str, value: list[str]) -> QuerySet[Location]:
        for key in value:
            queryset = queryset.filter(**_HAS[key][1])
        return queryset


class PersonFilter(django_filters.FilterSet):
    """People of a brand by name or address, and role."""

    q = django_filters.CharFilter(
        label=_("Search people"), help_text=_("Name or e-mail address"), method="search"
    )
    role = django_filters.MultipleChoiceFilter(label=_("Role"), choices=Role.choices)

    class Meta:
        model = Membership
        fields: list[str] = []

    def search(self, queryset: QuerySet[Membership], name: str, value: str) -> QuerySet[Membership]:
        return queryset.filter(user__name__icontains=value) | queryset.filter(user__email__icontains=value)

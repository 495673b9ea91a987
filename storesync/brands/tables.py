"""Columns of the lists of locations and people."""

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storesync.brands.addresses import country_name
from storesync.brands.models import Location, Membership
from storesync.core.tables import PrimaryColumn, SelectColumn, StatusColumn, Table, TextColumn, WhenColumn


def _location_url(record: Location, table: django_tables2.Table) -> str:
    return reverse("brands:location_detail", kwargs={"brand": table.request.brand.slug, "pk": record.pk})


def _person_url(record: Membership, table: django_tables2.Table) -> str:
    return reverse("brands:person_detail", kwargs={"brand": table.request.brand.slug, "pk": record.pk})


class LocationTable(Table):
    """Locations: name first, number and town below it where the page is narrow."""

    select = SelectColumn()
    name = PrimaryColumn(
        verbose_name=gettext_lazy("Name"), linkify=lambda record, table: _location_url(record, table)
    )
    store_number = TextColumn(p=3, verbose_name=gettext_lazy("Number"))
    city = TextColumn(p=3, verbose_name=gettext_lazy("City"))
    state = TextColumn(verbose_name=gettext_lazy("State or province"))
    country = TextColumn(verbose_name=gettext_lazy("Country"))
    region = TextColumn(verbose_name=gettext_lazy("Region"), order_by="region__name")
    status = StatusColumn(verbose_name=gettext_lazy("Status"))

    class Meta(Table.Meta):
        model = Location
        fields = ("select", "name", "store_number", "city", "state", "country", "region", "status")

    def render_country(self, value: str) -> str:
        return country_name(value, get_language() or "en")


class PersonTable(Table):
    """People of the brand with their role, what it is limited to, and until when."""

    person = PrimaryColumn(
        accessor="user",
        order_by="user__name",
        verbose_name=gettext_lazy("Person"),
        second=lambda record: record.user.email,
        linkify=lambda record, table: _person_url(record, table),
    )
    role = TextColumn(p=2, verbose_name=gettext_lazy("Role"))
    limits = TextColumn(p=3, empty_values=(), orderable=False, verbose_name=gettext_lazy("Limited to"))
    ends_on = WhenColumn(p=3, verbose_name=gettext_lazy("Until"))
    last_login = WhenColumn(accessor="user__last_login", verbose_name=gettext_lazy("Last signed in"))

    class Meta(Table.Meta):
        model = Membership
        fields = ("person", "role", "limits", "ends_on", "last_login")

    def render_limits(self, record: Membership) -> str:
        return limits_words(record)


def limits_words(membership: Any) -> str:
    """What a role is limited to, in words; long lists are cut."""
    names = [str(node) for node in [*membership.regions.all(), *membership.locations.all()]]
    if not names:
        return _("The whole brand")
    shown = ", ".join(names[:3])
    return (
        shown
        if len(names) <= 3
        else _("%(names)s and %(count)d more") % {"names": shown, "count": len(names) - 3}
    )

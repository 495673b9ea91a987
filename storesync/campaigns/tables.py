"""Tables and filters of the lists."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Region
from storesync.campaigns.models import (
    CampaignTemplate,
    CampaignType,
    LocationCampaign,
    Rollout,
    RolloutState,
    TemplateVersion,
)
from storesync.campaigns.statuses import ENDED, Status
from storesync.core.statuses import look_of
from storesync.core.tables import (
    NumberColumn,
    PrimaryColumn,
    SelectColumn,
    StatusColumn,
    Table,
    TextColumn,
    WhenColumn,
)
from storesync.core.templatetags import ui
from storesync.mailing.models import Delivery, DeliveryState


class TemplateTable(Table):
    """Templates with their newest version."""

    name = PrimaryColumn(
        verbose_name=gettext_lazy("Template"),
        linkify=lambda record, table: reverse(
            "campaigns:template", args=[table.request.brand.slug, record.slug]
        ),
        second=lambda record: record.description[:80],
    )
    state = StatusColumn(
        verbose_name=gettext_lazy("State"), accessor="archived_at", orderable=False, empty_values=()
    )
    campaign_type = TextColumn(verbose_name=gettext_lazy("Type"), p=3)
    version_number = NumberColumn(verbose_name=gettext_lazy("Version"))
    published_at = WhenColumn(verbose_name=gettext_lazy("Published"))
    rollouts = NumberColumn(verbose_name=gettext_lazy("Roll-outs"))

    class Meta(Table.Meta):
        sequence = ("name", "state", "campaign_type", "version_number", "published_at", "rollouts")

    def render_state(self, record: CampaignTemplate) -> SafeString:
        if record.archived_at:
            return ui.status("archived")
        if record.deprecated_at:
            return ui.badge(_("Deprecated"), "warning", "triangle")
        return ui.status("published" if getattr(record, "version_number", None) else "draft")


class TemplateFilter(django_filters.FilterSet):
    """Templates by name, type and whether they are archived."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=gettext_lazy("Search"))
    campaign_type = django_filters.MultipleChoiceFilter(
        choices=CampaignType.choices, label=gettext_lazy("Type")
    )
    archived = django_filters.ChoiceFilter(
        choices=[("yes", gettext_lazy("Archived")), ("all", gettext_lazy("All"))],
        label=gettext_lazy("Show"),
        empty_label=gettext_lazy("In use"),
        method="filter_archived",
    )

    class Meta:
        model = CampaignTemplate
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[CampaignTemplate]:
        found: QuerySet[CampaignTemplate] = super().qs
        chosen = self.form.cleaned_data.get("archived") if self.is_bound and self.form.is_valid() else ""
        return found if chosen else found.filter(archived_at__isnull=True)

    def filter_archived(
        self, queryset: QuerySet[CampaignTemplate], _name: str, value: str
    ) -> QuerySet[CampaignTemplate]:
        return queryset.filter(archived_at__isnull=False) if value == "yes" else queryset


class RolloutTable(Table):
    """Roll-outs, newest first."""

    name = PrimaryColumn(
        verbose_name=gettext_lazy("Roll-out"),
        linkify=lambda record, table: reverse(
            "campaigns:rollout", args=[table.request.brand.slug, record.pk]
        ),
        second=lambda record: str(record.template_version),
    )
    state = StatusColumn(verbose_name=gettext_lazy("State"))
    campaign_count = NumberColumn(verbose_name=gettext_lazy("Campaigns"), orderable=False)
    launched_at = WhenColumn(verbose_name=gettext_lazy("Launched"), p=3)
    created_at = WhenColumn(verbose_name=gettext_lazy("Created"))

    class Meta(Table.Meta):
        sequence = ("name", "state", "campaign_count", "launched_at", "created_at")


class VersionFilter(django_filters.ModelChoiceFilter):
    """What was made from one version of a template: led to from the page of the template, never picked."""

    def __init__(self) -> None:
        super().__init__(
            field_name="template_version",
            queryset=lambda request: TemplateVersion.objects.select_related("template"),
            label=gettext_lazy("Template version"),
            widget=forms.HiddenInput,
        )


class RolloutFilter(django_filters.FilterSet):
    """Roll-outs by name, state and version."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=gettext_lazy("Search"))
    state = django_filters.MultipleChoiceFilter(choices=RolloutState.choices, label=gettext_lazy("State"))
    version = VersionFilter()

    class Meta:
        model = Rollout
        fields: list[str] = []


def _campaign_second(record: LocationCampaign) -> str:
    return _("%(number)s %(location)s, %(city)s") % {
        "number": record.location.store_number,
        "location": record.location.name,
        "city": record.location.city,
    }


class CampaignTable(Table):
    """Campaigns of all locations a person may see."""

    select = SelectColumn(name=lambda record: f"{record.name}, {record.location.name}")
    name = PrimaryColumn(
        verbose_name=gettext_lazy("Campaign"),
        linkify=lambda record, table: reverse(
            "campaigns:campaign", args=[table.request.brand.slug, record.pk]
        ),
        second=_campaign_second,
    )
    status = StatusColumn(verbose_name=gettext_lazy("Status"))
    location = TextColumn(
        verbose_name=gettext_lazy("Location"), accessor="location__name", order_by=("location__name",)
    )
    rollout = TextColumn(
        verbose_name=gettext_lazy("Roll-out"), accessor="rollout__name", order_by=("rollout__name",)
    )
    start_at = WhenColumn(
        verbose_name=gettext_lazy("Start"),
        p=3,
        empty_values=(),
        zone=lambda record: record.location.time_zone,
    )
    status_changed_at = WhenColumn(verbose_name=gettext_lazy("Since"))

    class Meta(Table.Meta):
        sequence = ("select", "name", "status", "location", "rollout", "start_at", "status_changed_at")

    def render_start_at(self, column: WhenColumn, value: datetime | None, record: LocationCampaign) -> str:
        if value is not None:
            return column.render(value, record)
        return "–" if record.status in ENDED else _("When approved")

    def value_start_at(self, column: WhenColumn, value: datetime | None, record: LocationCampaign) -> Any:
        """In a file: the moment as a date; one that starts when it is approved has none."""
        return column.value(value, record) if value is not None else None

    def value_status(self, record: LocationCampaign) -> str:
        return str(look_of(record.display_status).label)

    def render_status(self, record: LocationCampaign) -> SafeString:
        shown = ui.status(record.display_status)
        if not record.has_candidate:
            return shown
        return format_html("{} {}", shown, ui.badge(_("Change waits"), "warning", "half"))


class WaveCampaignTable(CampaignTable):
    """The campaigns of one roll-out: the store is the name, what needs a person comes first."""

    name = PrimaryColumn(
        verbose_name=gettext_lazy("Location"),
        accessor="location__name",
        order_by=("location__name",),
        linkify=lambda record, table: reverse(
            "campaigns:campaign", args=[table.request.brand.slug, record.pk]
        ),
        second=lambda record: f"{record.location.store_number} {record.location.city}",
    )
    location = None  # type: ignore[assignment]  # left out, as django-tables2 wants it said
    rollout = None  # type: ignore[assignment]
    status_reason = TextColumn(verbose_name=gettext_lazy("Why"), p=4)

    class Meta(Table.Meta):
        sequence = ("select", "name", "status", "status_reason", "start_at", "status_changed_at")

    def render_status_reason(self, value: str, record: LocationCampaign) -> str | SafeString:
        """Long words are cut here; one click leads to all of them."""
        if not record.reason_is_cut:
            return value
        url = reverse("campaigns:campaign", args=[self.request.brand.slug, record.pk])
        return format_html('{}… <a href="{}">{}</a>', value, url, _("Read all of it"))


class CampaignFilter(django_filters.FilterSet):
    """Campaigns by words, status, roll-out and region (with all below it)."""

    q = django_filters.CharFilter(
        method="search", label=gettext_lazy("Search"), help_text=gettext_lazy("Campaign or location")
    )
    status = django_filters.MultipleChoiceFilter(choices=Status.choices, label=gettext_lazy("Status"))
    rollout = django_filters.ModelChoiceFilter(
        queryset=lambda request: Rollout.objects.visible_to(request.user),
        label=gettext_lazy("Roll-out"),
        empty_label=gettext_lazy("All roll-outs"),
    )
    region = django_filters.ModelChoiceFilter(
        queryset=lambda request: Region.objects.all(),
        method="below",
        label=gettext_lazy("Region"),
        empty_label=gettext_lazy("All regions"),
    )
    version = VersionFilter()
    archived = django_filters.ChoiceFilter(
        choices=[("yes", gettext_lazy("Archived")), ("all", gettext_lazy("All"))],
        label=gettext_lazy("Show"),
        empty_label=gettext_lazy("Not archived"),
        method="filter_archived",
    )

    class Meta:
        model = LocationCampaign
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[LocationCampaign]:
        found: QuerySet[LocationCampaign] = super().qs
        chosen = self.form.cleaned_data.get("archived") if self.is_bound and self.form.is_valid() else ""
        return found if chosen else found.filter(archived_at__isnull=True)

    def search(
        self, queryset: QuerySet[LocationCampaign], _name: str, value: str
    ) -> QuerySet[LocationCampaign]:
        return queryset.matching(value)  # type: ignore[attr-defined,no-any-return]

    def below(
        self, queryset: QuerySet[LocationCampaign], _name: str, value: Region
    ) -> QuerySet[LocationCampaign]:
        regions = Region.objects.below([value.pk]).order_by()
        return queryset.filter(location__region__in=regions)

    def filter_archived(
        self, queryset: QuerySet[LocationCampaign], _name: str, value: str
    ) -> QuerySet[LocationCampaign]:
        return queryset.filter(archived_at__isnull=False) if value == "yes" else queryset


class RecipientTable(Table):
    """The ledger of a campaign, one row per recipient."""

    contact = PrimaryColumn(
        verbose_name=gettext_lazy("Recipient"),
        accessor="contact_id",
        orderable=False,
        second=lambda record: record.shown_name,
    )
    state = StatusColumn(verbose_name=gettext_lazy("State"))
    reason = TextColumn(verbose_name=gettext_lazy("Why"), p=3, orderable=False)
    sent_at = WhenColumn(verbose_name=gettext_lazy("Sent"))
    updated_at = WhenColumn(verbose_name=gettext_lazy("Changed"))

    class Meta(Table.Meta):
        sequence = ("contact", "state", "reason", "sent_at", "updated_at")

    def render_contact(self, record: Delivery) -> str:
        return str(record.shown_address)  # type: ignore[attr-defined]

    def render_reason(self, record: Delivery) -> str:
        return str(record.get_reason_display())


class RecipientFilter(django_filters.FilterSet):
    """Recipients by state."""

    state = django_filters.MultipleChoiceFilter(choices=DeliveryState.choices, label=gettext_lazy("State"))

    class Meta:
        model = Delivery
        fields: list[str] = []

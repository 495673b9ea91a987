"""Columns of the queue and of a submission."""

from typing import Any

import django_tables2
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.approvals.models import SubmissionItem
from storesync.core.formats import NOTHING
from storesync.core.tables import PrimaryColumn, SelectColumn, StatusColumn, Table, TextColumn, WhenColumn
from storesync.core.templatetags import ui


class DueColumn(WhenColumn):
    """By when it has to be decided, in the store's time; late ones say so."""

    def render(self, value: Any, record: SubmissionItem) -> SafeString:
        shown = super().render(value, record)
        if record.is_open and value < timezone.now():
            return format_html("{} {}", ui.badge(_("Overdue"), tone="danger", shape="triangle"), shown)
        return shown


class FileColumn(TextColumn):
    """What only a file shows: the page says it beside the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, visible=False, **kwargs)


class QueueTable(Table):
    """What waits: due first, the roll-out beside it."""

    select = SelectColumn()
    name = PrimaryColumn(
        verbose_name=gettext_lazy("Campaign"),
        linkify=lambda record: record.get_absolute_url(),
        second=lambda record: record.location.name if record.location.name not in record.name else "",
    )
    store_number = FileColumn(verbose_name=gettext_lazy("Store number"), accessor="location__store_number")
    location = FileColumn(verbose_name=gettext_lazy("Location"), accessor="location__name")
    wave_id = TextColumn(verbose_name=gettext_lazy("Roll-out"), p=3)
    submitter = TextColumn(
        verbose_name=gettext_lazy("Submitted by"), order_by="submitter__name", accessor="submitter__name"
    )
    created_at = WhenColumn(verbose_name=gettext_lazy("Since"), accessor="submission__created_at")
    due_at = DueColumn(
        verbose_name=gettext_lazy("Due"),
        zone=lambda record: record.location.time_zone,
        p=3,
        empty_values=(None, ""),
        default=NOTHING,
    )
    state = StatusColumn(verbose_name=gettext_lazy("State"))

    class Meta(Table.Meta):
        model = SubmissionItem
        fields = (
            "select",
            "name",
            "store_number",
            "location",
            "wave_id",
            "submitter",
            "created_at",
            "due_at",
            "state",
        )

    def value_wave_id(self, record: SubmissionItem) -> str:
        """In a file: the roll-out's name."""
        owner = getattr(record, "owner", None)
        return owner.wave_name if owner is not None else ""

    def render_wave_id(self, record: SubmissionItem) -> str | SafeString:
        """The roll-out as it is called now; its own page is one click away."""
        owner = getattr(record, "owner", None)
        if owner is None or not owner.wave_name:
            return NOTHING
        return format_html('<a href="{}">{}</a>', owner.wave_url, owner.wave_name)


class SubmissionItemTable(QueueTable):
    """The revisions of one submission."""

    state_changed_at = WhenColumn(verbose_name=gettext_lazy("Since"))
    select = django_tables2.Column(visible=False)

    class Meta(Table.Meta):
        model = SubmissionItem
        fields = ("name", "wave_id", "due_at", "state_changed_at", "state")
        exclude = ("select", "submitter", "created_at")

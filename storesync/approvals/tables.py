"""Columns of the queue and of a submission."""

from typing import Any

import django_tables2
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from storesync.approvals import waves
from storesync.approvals.models import BulkDecisionRow, RowOutcome, SubmissionItem
from storesync.core.formats import NOTHING, number
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


class DueColumn(WhenColumn):
    """By when it has to be decided, in the store's time; late ones say so."""

    def render(self, value: Any, record: Any) -> SafeString:
        shown = super().render(value, record)
        if getattr(record, "is_open", True) and value < timezone.now():
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
    stage = TextColumn(verbose_name=gettext_lazy("Stage"), accessor="submission__stage_name", orderable=False)
    differs = TextColumn(verbose_name=gettext_lazy("Differences"), p=2)
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
            "stage",
            "differs",
            "submitter",
            "created_at",
            "due_at",
            "state",
        )

    def render_differs(self, record: SubmissionItem) -> str | SafeString:
        """Whether its store changed anything: what did not is decided at a glance."""
        return ui.badge(_("Differs"), "info", "half") if record.differs else NOTHING

    def value_differs(self, record: SubmissionItem) -> str:
        return _("Yes") if record.differs else _("No")

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


class WaveTable(Table):
    """What waits, by roll-out and template."""

    name = PrimaryColumn(
        verbose_name=gettext_lazy("Roll-out"),
        linkify=lambda record: record.url,
        second=lambda record: record.template_name if record.template_name != record.name else "",
        orderable=False,
    )
    waiting = TextColumn(verbose_name=gettext_lazy("Waiting"), p=2, orderable=False)
    differing = TextColumn(verbose_name=gettext_lazy("Differences"), orderable=False, p=3)
    due = DueColumn(
        verbose_name=gettext_lazy("First due"), orderable=False, p=3, empty_values=(None,), default=NOTHING
    )

    class Meta(Table.Meta):
        sequence = ("name", "waiting", "differing", "due")

    def render_waiting(self, value: int) -> str:
        return ngettext("%(n)s waiting", "%(n)s waiting", value) % {"n": _counted(value)}

    def render_differing(self, value: int) -> str:
        """In words: on a phone no heading says what is counted."""
        if not value:
            return _("None differs")
        return ngettext("%(n)s with differences", "%(n)s with differences", value) % {"n": _counted(value)}


def _counted(value: int) -> str:
    return f"{number(waves.COUNTED)}+" if value > waves.COUNTED else number(value)


class BulkRowTable(Table):
    """The items of a bulk decision and what became of each."""

    item = PrimaryColumn(
        verbose_name=gettext_lazy("Campaign"),
        accessor="item__name",
        order_by="item__name",
        linkify=lambda record: record.item.get_absolute_url(),
        second=lambda record: record.item.location.name,
    )
    outcome = StatusColumn(verbose_name=gettext_lazy("Outcome"), empty_values=())
    reason = TextColumn(verbose_name=gettext_lazy("Why"), p=3, orderable=False)
    position = NumberColumn(verbose_name=gettext_lazy("Number"))

    class Meta(Table.Meta):
        sequence = ("item", "outcome", "reason", "position")

    def render_outcome(self, record: BulkDecisionRow) -> SafeString:
        if record.outcome == RowOutcome.REFUSED:
            return ui.badge(record.get_outcome_display(), "warning", "triangle")
        if record.outcome == RowOutcome.DONE:
            return ui.badge(record.get_outcome_display(), "success", "tick")
        return ui.badge(_("Not reached"), "neutral", "ring")

    def value_outcome(self, record: BulkDecisionRow) -> str:
        return str(record.get_outcome_display() or _("Not reached"))


class SubmissionItemTable(QueueTable):
    """The revisions of one submission."""

    state_changed_at = WhenColumn(verbose_name=gettext_lazy("Since"))
    select = django_tables2.Column(visible=False)

    class Meta(Table.Meta):
        model = SubmissionItem
        fields = ("name", "wave_id", "due_at", "state_changed_at", "state")
        sequence = ("name", "wave_id", "differs", "due_at", "state_changed_at", "state", "...")
        exclude = ("select", "submitter", "created_at", "stage")

"""Wall-clock dates of a store (Rule S5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from storesync.campaigns.schedule import (
    ON_APPROVAL,
    Schedule,
    ScheduleInvalid,
    read_wall_clock,
)

WALL_CLOCK: Final = "%Y-%m-%dT%H:%M"


class WallClockField(forms.CharField):
    """Date and time as a clock on the wall shows them, of no zone (Rule S5); Django's own would take one."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=WALL_CLOCK, attrs={"type": "datetime-local"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_wall_clock(text[:16])
        except ScheduleInvalid as invalid:
            raise forms.ValidationError(str(invalid)) from None


def date_fields() -> dict[str, forms.Field]:
    return {
        "start_kind": forms.ChoiceField(
            label=_("Start"),
            choices=[(ON_APPROVAL, _("As soon as approved")), ("date", _("At a date"))],
            widget=forms.RadioSelect,
        ),
        "start": WallClockField(
            label=_("Start date"), help_text=_("Counts with “At a date”, in the store's own time.")
        ),
        "end": WallClockField(label=_("End"), help_text=_("Left empty, it ends when everything is sent.")),
    }


def dates_initial(schedule: Mapping[str, str]) -> dict[str, Any]:
    """What the fields of the dates show of a schedule."""
    start = schedule.get("start") or ON_APPROVAL
    fixed = start != ON_APPROVAL
    return {
        "start_kind": "date" if fixed else ON_APPROVAL,
        "start": start if fixed else None,
        "end": schedule.get("end"),
    }


def require_start(form: forms.BaseForm) -> None:
    """Say that a date is missing where one was chosen: it would start as soon as approved, in silence."""
    data = form.cleaned_data
    if data.get("start_kind") == "date" and not data.get("start") and "start" not in form.errors:
        form.add_error("start", _("Choose the date and the time of the start."))


def chosen_dates(data: Mapping[str, Any]) -> dict[str, str]:
    """A schedule from the fields of the dates."""
    start = data.get("start") if data.get("start_kind") == "date" else None
    return Schedule(start, data.get("end")).as_json()

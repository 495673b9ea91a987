"""The form of a brand's working hours and holidays."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.approvals.forms.counted import CountedForm
from storesync.approvals.models import ApprovalSettings
from storesync.approvals.working_time import HoursInvalid, read_hours

_BETWEEN: Final = re.compile(r"[\s,;]+")


class DatesField(forms.CharField):
    """Dates, on lines of their own or with commas: 2026-12-25."""

    widget = forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        found, wrong = [], []
        for number, line in enumerate((super().clean(value) or "").splitlines(), start=1):
            for text in filter(None, _BETWEEN.split(line)):
                try:
                    found.append(date.fromisoformat(text))
                except ValueError:
                    wrong.append(
                        forms.ValidationError(
                            _("Line %(number)d: “%(text)s” is no date. Write it like 2026-12-25."),
                            params={"number": number, "text": text},
                        )
                    )
        if wrong:
            raise forms.ValidationError(wrong)
        return sorted(set(found))


class WorkingHoursForm(CountedForm):
    """When the brand works, and on which days nobody does."""

    working_hours = forms.CharField(
        label=gettext_lazy("Working hours"),
        max_length=300,
        help_text=gettext_lazy(
            "As OpenStreetMap writes opening hours: Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00"
        ),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}),
    )
    holidays = DatesField(
        label=gettext_lazy("Holidays"),
        required=False,
        help_text=gettext_lazy("One date a line, as 2026-12-25. On these days nobody works."),
    )

    def __init__(self, *args: Any, held: ApprovalSettings, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "working_hours": held.working_hours,
            "holidays": held.holidays,
            "version": held.version,
        }
        super().__init__(*args, **kwargs)

    def clean_working_hours(self) -> str:
        text = " ".join(self.cleaned_data["working_hours"].split())
        try:
            read_hours(text)
        except HoursInvalid as error:
            raise forms.ValidationError(str(error)) from error
        return text

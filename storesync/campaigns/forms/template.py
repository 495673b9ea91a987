"""Forms of templates."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.campaigns.actions.template import OPEN_FIELDS
from storesync.campaigns.forms.dates import chosen_dates, date_fields, dates_initial
from storesync.campaigns.forms.sections import Section
from storesync.campaigns.models import CampaignTemplate, CampaignType
from storesync.campaigns.schedule import ScheduleInvalid, parse_schedule
from storesync.core.forms import VersionedForm
from storesync.core.once import OnceForm


class TemplateForm(OnceForm):
    """A new template."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    campaign_type = forms.ChoiceField(label=gettext_lazy("Campaign type"), choices=CampaignType.choices)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettingsForm(VersionedForm):
    """Name, type and description of a template."""

    class Meta:
        model = CampaignTemplate
        fields = ("name", "campaign_type", "description")
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "campaign_type": gettext_lazy(
                "Decides the colours and the mood of the mail, from the next version on."
            )
        }


class LinesForm(forms.Form):
    """Subject, preheader, the usual dates, and what of these stores may change."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        help_text=gettext_lazy("Inboxes cut it at about 60 characters."),
        validators=[MaxLengthValidator(200)],
        widget=forms.TextInput({"data-count": 60, "data-insertable": "", "dir": "auto"}),
    )
    preheader = forms.CharField(
        label=gettext_lazy("Preheader"),
        required=False,
        help_text=gettext_lazy("Shown in the inbox after the subject."),
        validators=[MaxLengthValidator(200)],
        widget=forms.TextInput({"data-count": 90, "data-insertable": "", "dir": "auto"}),
    )
    open_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Stores may change"),
        choices=[
            ("subject", gettext_lazy("Subject")),
            ("preheader", gettext_lazy("Preheader")),
            ("schedule", gettext_lazy("Dates")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    assert OPEN_FIELDS == ("subject", "preheader", "schedule")  # noqa: S101 - the choices above say the same

    def __init__(self, *args: Any, draft: Mapping[str, Any], **kwargs: Any) -> None:
        self.draft = draft
        kwargs |= {"initial": {**draft, **dates_initial(draft.get("schedule") or {})}, "prefix": "lines"}
        super().__init__(*args, **kwargs)
        self.fields.update(date_fields())
        self.fields["start_kind"].required = False

    def clean(self) -> None:
        """The dates fit together."""
        if self.cleaned_data.get("start_kind"):
            try:
                parse_schedule(chosen_dates(self.cleaned_data))
            except ScheduleInvalid as invalid:
                self.add_error("end", str(invalid))

    def sections(self) -> list[Section]:
        """The fields as they stand on the page."""
        return [
            Section(_("Inbox line"), [[self["subject"]], [self["preheader"]]]),
            Section(_("Usual dates"), [[self["start_kind"]], [self["start"], self["end"]]]),
            Section(_("What stores may change"), [[self["open_fields"]]]),
        ]

    def changed(self) -> dict[str, Any]:
        """The parts of a draft that this form writes; without dates in the form they stay."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in ("subject", "preheader", "open_fields")}
        if data.get("start_kind"):
            found["schedule"] = chosen_dates(data)
        return found

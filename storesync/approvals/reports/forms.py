"""What a report is asked for: the days, and which decisions."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.approvals.filters import NEWEST, NONE, stage_names
from storesync.approvals.reports.period import DAYS, LONGEST, Period
from storesync.brands.models import Region
from storesync.brands.rights import VIEW_CAMPAIGN, VIEW_INSIGHT
from storesync.campaigns.models import CampaignTemplate, Rollout
from storesync.content.campaign_types import CampaignType
from storesync.core.forms import DAY_VALIDATORS

if TYPE_CHECKING:
    from storesync.accounts.models import User

OWN = "own"
ALL: list[tuple[Any, Any]] = [("", gettext_lazy("All"))]


class ReportForm(forms.Form):
    """The questions of the address; what cannot be read is said, and left out."""

    period = forms.ChoiceField(label=gettext_lazy("Days"), required=False)
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=DAY_VALIDATORS,
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=DAY_VALIDATORS,
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("Region"), required=False, queryset=Region.objects, empty_label=gettext_lazy("All")
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Campaign type"), required=False, choices=[*ALL, *CampaignType.choices]
    )
    template = forms.UUIDField(label=gettext_lazy("Template"), required=False, widget=forms.Select)
    wave = forms.UUIDField(label=gettext_lazy("Roll-out"), required=False, widget=forms.Select)
    stage = forms.CharField(label=gettext_lazy("Stage"), required=False, max_length=120, widget=forms.Select)

    def __init__(self, data: Any, *, user: "User", today: date, zone: str) -> None:
        given = data.copy()
        given.setdefault("period", str(DAYS[0]))
        super().__init__(given)
        self.today, self.zone = today, zone
        fields: dict[str, Any] = self.fields
        fields["period"].choices = [
            *((str(days), _("Last %(n)d days") % {"n": days}) for days in DAYS),
            (OWN, _("Own dates")),
        ]
        fields["region"].queryset = Region.objects.visible_to(user, VIEW_INSIGHT).order_by("name")
        templates = CampaignTemplate.objects.order_by("-created_at").values_list("pk", "name")[:NEWEST]
        waves = Rollout.objects.visible_to(user, VIEW_CAMPAIGN).order_by("-created_at")
        fields["template"].widget.choices = _choices(templates, given.get("template"))
        fields["wave"].widget.choices = _choices(waves.values_list("pk", "name")[:NEWEST], given.get("wave"))
        fields["stage"].widget.choices = _choices(stage_names(), given.get("stage"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("period") != OWN:
            return cleaned
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is None or last is None:
            for name in ("first", "last"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give both days, or choose the last 30 days."))
        elif first > last:
            self.add_error("last", _("This is before the first day."))
        elif (last - first).days >= LONGEST:
            self.add_error("last", _("Three years at most."))
        return cleaned

    @property
    def asked(self) -> Period:
        """The days; the last 30 where the own dates cannot be read."""
        period = self.cleaned_data.get("period")
        if period == OWN and not {"first", "last"} & self.errors.keys():
            return Period(self.cleaned_data["first"], self.cleaned_data["last"], self.zone)
        days = int(period) if period and period != OWN else DAYS[0]
        return Period.of_last(days, self.today, self.zone)

    @property
    def stage_name(self) -> str | None:
        """The stage as the brand calls it, "" for the review without a name; None for all."""
        name = self.cleaned_data.get("stage")
        return None if not name else "" if name == NONE else str(name)


def _choices(found: Iterable[tuple[Any, str]], chosen: str | None) -> list[tuple[str, Any]]:
    """All, those found by name, and what is chosen although it is not among them (an old stage)."""
    named = sorted(((str(pk), name) for pk, name in found), key=lambda pair: pair[1].casefold())
    missing = [(chosen, chosen)] if chosen and chosen not in dict(named) else []
    return [*ALL, *named, *missing]

"""Forms of the steps of a roll-out."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storesync.brands.addresses import country_name
from storesync.brands.models import Brand, Location, Region
from storesync.campaigns.forms.dates import WallClockField, date_fields, require_start
from storesync.campaigns.forms.recipients import RecipientsFields
from storesync.campaigns.models import AtDeadline, TemplateVersion
from storesync.campaigns.schedule import (
    to_utc,
)
from storesync.campaigns.selection import numbers_in
from storesync.content.differences import value_in_words
from storesync.content.limits import at_least, at_most
from storesync.content.variables import NUMERIC, Variable
from storesync.core.once import OnceForm


class RolloutStartForm(OnceForm):
    """Step 1: which template."""

    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"),
        queryset=TemplateVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the roll-out"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("The template's name, if left empty."),
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["template"]).queryset = versions


class LocationsForm(forms.Form):
    """Step 2: everything that matches a filter, or a list of store numbers (Rule L1)."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Choose by"),
        choices=[("filter", gettext_lazy("Filter")), ("list", gettext_lazy("List of store numbers"))],
        widget=forms.RadioSelect,
        initial="filter",
    )
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    region = forms.ModelChoiceField(
        label=gettext_lazy("Region"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("All regions"),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state = forms.CharField(label=gettext_lazy("State or province"), required=False, max_length=80)
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=120)
    numbers = forms.CharField(
        label=gettext_lazy("Store numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, or separated by commas."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        cast(Any, self.fields["region"]).queryset = Region.objects.filter(brand=brand)
        language = get_language() or "en"
        countries = (
            Location.objects.filter(brand=brand)
            .exclude(country="")
            .order_by("country")
            .values_list("country", flat=True)
            .distinct()
        )
        cast(Any, self.fields["country"]).choices = [
            ("", _("All countries")),
            *sorted(((one, country_name(one, language)) for one in countries), key=itemgetter(1)),
        ]

    def clean(self) -> dict[str, Any]:
        data = cast(dict[str, Any], super().clean())
        if data.get("mode") == "list":
            numbers = numbers_in(data.get("numbers", ""))
            known = dict(
                Location.objects.filter(brand=self.brand, store_number__in=numbers).values_list(
                    "store_number", "pk"
                )
            )
            unknown = [number for number in numbers if number not in known]
            if not numbers:
                self.add_error("numbers", _("Write at least one store number."))
            if unknown:
                self.add_error(
                    "numbers",
                    _("There is no store with the number %(numbers)s.")
                    % {"numbers": ", ".join(unknown[:10])},
                )
            data["location_ids"] = list(known.values())
        return data

    def filters(self) -> dict[str, str]:
        """The filters as selection.py reads them."""
        data = self.cleaned_data
        region = data.get("region")
        return {
            "q": data.get("q", ""),
            "region": str(region.pk) if region else "",
            "country": data.get("country", ""),
            "state": data.get("state", ""),
            "city": data.get("city", ""),
        }


class PlanForm(RecipientsFields):
    """Step 3: values, recipients, dates, and how free stores are."""

    edit_deadline = WallClockField(
        label=gettext_lazy("Edit deadline"),
        help_text=gettext_lazy("Until when stores may change their campaign, in the brand's time."),
    )
    at_deadline = forms.ChoiceField(
        label=gettext_lazy("Drafts that nobody touched by then"), choices=AtDeadline.choices, required=False
    )
    holdout = forms.DecimalField(
        label=gettext_lazy("Held out, per cent"),
        min_value=0,
        max_value=50,
        decimal_places=1,
        required=False,
        help_text=gettext_lazy("Recipients who get nothing, so that the lift can be measured."),
    )

    def __init__(
        self,
        *args: Any,
        variables: Iterable[Variable],
        values: Mapping[str, str],
        brand: Brand,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].help_text = _("Paste lines: address, first name, last name, store number.")
        self.brand = brand
        self.variables = [one for one in variables if one.source == "rollout"]
        own: dict[str, forms.Field] = {}
        for variable in self.variables:
            own[f"value-{variable.name}"] = value_field(variable)
            self.initial.setdefault(f"value-{variable.name}", values.get(variable.name, ""))
        self.fields = {**own, **date_fields(), **self.fields}

    def clean(self) -> dict[str, Any] | None:
        require_start(self)
        return super().clean()

    def clean_edit_deadline(self) -> Any:
        """Typed in the brand's time, whatever zone the reader's pages are in."""
        value = self.cleaned_data["edit_deadline"]
        return to_utc(value, self.brand.time_zone) if value else None

    def values(self) -> dict[str, object]:
        """The values by the names of their variables."""
        return {one.name: self.cleaned_data.get(f"value-{one.name}") for one in self.variables}

    def value_fields(self) -> list[BoundField]:
        """The fields of the values."""
        return [self[f"value-{one.name}"] for one in self.variables]


def value_field(variable: Variable) -> forms.Field:
    """A form field for a value of a roll-out, as its variable wants it."""
    label, needed = _(variable.label), variable.required and not variable.fallback
    fallback = value_in_words(variable, variable.fallback)
    words = [_("Otherwise: %(fallback)s.") % {"fallback": fallback}] if variable.fallback else []
    if variable.type == "date":
        words += [at_least(variable.minimum)] if variable.minimum else []
        words += [at_most(variable.maximum)] if variable.maximum else []
    elif variable.minimum is not None or variable.maximum is not None:
        words.append(
            _("From %(minimum)s to %(maximum)s.")
            % {"minimum": variable.minimum or "…", "maximum": variable.maximum or "…"}
        )
    common: dict[str, Any] = {"label": label, "required": needed, "help_text": " ".join(words)}
    if variable.type == "choice":
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in variable.choices)], **common)
    if variable.type == "date":
        limits = {"min": variable.minimum, "max": variable.maximum}
        attrs = {"type": "date"} | {name: limit for name, limit in limits.items() if limit}
        return forms.CharField(widget=forms.DateInput(attrs=attrs), **common)
    if variable.type in NUMERIC:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    return forms.CharField(max_length=variable.max_length or 2000, **common)

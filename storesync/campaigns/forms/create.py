"""Forms of campaigns that a store begins by itself."""

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Brand, Location
from storesync.campaigns.actions.create import LONGEST_NAME
from storesync.campaigns.forms.dates import chosen_dates, date_fields, dates_initial, require_start
from storesync.campaigns.forms.recipients import RecipientsFields
from storesync.campaigns.forms.rollout import value_field
from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import TemplateVersion
from storesync.campaigns.selection import location_called, location_label
from storesync.content.blocks import BlockError
from storesync.core.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTED: Final = 100
"""As many stores as a list of choices is still read through; of more, one is searched."""


class StoreField(forms.CharField):
    """One of these stores: nothing to choose of one, a list of some, a search of many."""

    def __init__(self, *, locations: QuerySet[Location], brand: Brand, **kwargs: Any) -> None:
        self.locations = locations
        some = list(locations.order_by("name", "pk")[: LISTED + 1])
        self.only = some[0] if len(some) == 1 else None
        widget: forms.Widget
        if len(some) > LISTED:
            search = f"{reverse('campaigns:preview_stores', args=[brand.slug])}?right=edit"
            widget = forms.TextInput(
                attrs={
                    "type": "search",
                    "list": "stores",
                    "autocomplete": "off",
                    "hx-get": search,
                    "hx-trigger": "input changed delay:300ms",
                    "hx-target": "#stores",
                }
            )
            kwargs["help_text"] = _("Type the number or a part of the name.")
        else:
            labels = [location_label(one) for one in some]
            widget = forms.Select(choices=[("", _("Choose a store")), *((one, one) for one in labels)])
        super().__init__(widget=widget, required=self.only is None, **kwargs)
        self.searched = len(some) > LISTED

    def clean(self, value: Any) -> Any:
        """The store that is meant.

        Raises:
            ValidationError: none of them.
        """
        if self.only is not None:
            return self.only
        text = super().clean(value)
        found = location_called(self.locations, text)
        if found is None:
            raise forms.ValidationError(_("No store of yours matches “%(words)s”.") % {"words": text})
        return found


class StartCampaignForm(RecipientsFields, OnceForm):
    """Everything that a campaign from a template begins with, on one page."""

    store = forms.CharField()
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("For you and your colleagues; customers do not see it."),
    )

    def __init__(
        self,
        *args: Any,
        version: TemplateVersion,
        brand: Brand,
        locations: QuerySet[Location],
        may_date: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        self.store = StoreField(locations=locations, brand=brand, label=_("Store"))
        self.variables = [
            one for one in read_variables(version.variables).values() if one.source == "rollout"
        ]
        values = {f"value-{one.name}": value_field(one) for one in self.variables}
        fields.pop("store")
        self.fields = {"store": self.store, "name": fields["name"], **values, **fields}
        if self.store.only is not None:
            self.store.widget = forms.HiddenInput()
        if may_date:
            self.fields |= date_fields()
            for name, value in dates_initial(version.default_schedule).items():
                self.initial.setdefault(name, value)
        self.initial.setdefault("name", version.template.name)

    def clean(self) -> dict[str, Any] | None:
        require_start(self)
        return super().clean()

    def value_fields(self) -> list[BoundField]:
        """The fields of the template's values."""
        return [self[f"value-{one.name}"] for one in self.variables]

    def dates(self) -> list[BoundField]:
        """The fields of the dates, where the template leaves them to stores."""
        return [self[name] for name in ("start_kind", "start", "end") if name in self.fields]

    def values(self) -> dict[str, object]:
        """The values by the names of their variables."""
        return {one.name: self.cleaned_data.get(f"value-{one.name}") for one in self.variables}

    def schedule(self) -> dict[str, str] | None:
        """The dates that were chosen; None where they are the template's."""
        return chosen_dates(self.cleaned_data) if "start_kind" in self.fields else None

    def take_errors(self, errors: "Iterable[BlockError]") -> None:
        """Put what content refuses at its field; wrong dates at the start."""
        for error in errors:
            wanted = "start" if error.field == "schedule" else error.field
            self.add_error(wanted if wanted in self.fields else None, error.message)


class DuplicateForm(OnceForm):
    """Where a copy of a campaign is made, and what it is called."""

    store = forms.CharField()
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)

    def __init__(self, *args: Any, locations: QuerySet[Location], brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store = StoreField(locations=locations, brand=brand, label=_("Store"))
        if self.store.only is not None:
            self.store.widget = forms.HiddenInput()
        self.fields["store"] = self.store

"""Forms of brands, regions, locations and people. They check what was typed; actions write."""

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.accounts.models import User
from storesync.brands.actions.absence import ABSENCE_FIELDS
from storesync.brands.actions.brand import BRAND_FIELDS
from storesync.brands.actions.location import LOCATION_FIELDS
from storesync.brands.models import (
    Absence,
    Brand,
    Location,
    LocationStatus,
    Membership,
    Region,
    named_values,
    today_of,
)
from storesync.brands.permissions import holding
from storesync.brands.rights import DECIDE, ROLE_RIGHTS, Role
from storesync.brands.tables import limits_words
from storesync.core.choices import countries, currencies, languages, time_zones
from storesync.core.forms import VersionedForm

FORM_FIELDS: Final = tuple(name for name in LOCATION_FIELDS if name != "attributes")
ROLES_THAT_DECIDE: Final = tuple(role for role, rights in ROLE_RIGHTS.items() if DECIDE in rights)
if TYPE_CHECKING:
    PeopleChoiceField = forms.ModelChoiceField[User]
else:
    PeopleChoiceField = forms.ModelChoiceField
_NUMBERS = re.compile(r"[\s,;]+")


def _optional(choices: Any) -> Any:
    return lambda: [("", "–"), *choices()]


class NamedValuesField(forms.CharField):
    """A table of named values as lines: `support_phone = 0800 123`."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name} = {text}" for name, text in value.items())

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for number, line in enumerate((super().clean(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            name, sign, text = (part.strip() for part in line.partition("="))
            if not sign or not name or not text:
                raise forms.ValidationError(
                    _("Line %(number)d: write name = value."), params={"number": number}
                )
            if name in found:
                raise forms.ValidationError(
                    _("Line %(number)d: %(name)s is there already."), params={"number": number, "name": name}
                )
            found[name] = " ".join(text.split())
        named_values(found)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or {}), data)


class BrandForm(VersionedForm):
    """What a brand is: identity, voice, sender, defaults."""

    template_values = NamedValuesField(
        label=gettext_lazy("Values for mails"),
        required=False,
        help_text=gettext_lazy(
            "One a line: support_phone = 0800 123456. Templates show those that they declare."
        ),
    )

    website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=200, assume_scheme="https"
    )
    language = forms.ChoiceField(label=gettext_lazy("Default language"), choices=languages)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies)

    class Meta:
        model = Brand
        fields: tuple[str, ...] = BRAND_FIELDS
        help_texts = {"sender_email": gettext_lazy("An address on a domain that the brand owns.")}
        widgets = {
            "primary_colour": forms.TextInput(attrs={"type": "color"}),
            "accent_colour": forms.TextInput(attrs={"type": "color"}),
            "voice": forms.Textarea(attrs={"rows": 4}),
            "guidelines": forms.Textarea(attrs={"rows": 6}),
            "postal_address": forms.Textarea(attrs={"rows": 3}),
        }


class NewBrandForm(BrandForm):
    """A new brand; its address is made from the name unless given."""

    class Meta(BrandForm.Meta):
        fields = ("name", "slug", *(name for name in BRAND_FIELDS if name != "name"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Made from the name when left empty. It cannot be changed later.")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = slugify(cleaned.get("name", ""))[:60]
            if not cleaned["slug"]:
                self.add_error("slug", _("Give the brand an address of letters and digits."))
        return cleaned


class RegionForm(forms.Form):
    """A new region, or a new name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Part of"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("– the top of the tree –"),
    )

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class RenameRegionForm(forms.Form):
    """Another name for a region."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class MoveRegionForm(forms.Form):
    """Another place for a region."""

    parent = forms.ModelChoiceField(
        label=gettext_lazy("Part of"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("– the top of the tree –"),
    )

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class LocationForm(VersionedForm):
    """The facts of a location. A closed one keeps its status until it is reopened."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=_optional(countries), required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=_optional(languages), required=False)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=_optional(currencies), required=False
    )

    class Meta:
        model = Location
        fields: tuple[str, ...] = FORM_FIELDS
        widgets = {"opened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone
        if zone and zone not in dict(time_zones()):
            # An old name of a zone stays as it is until somebody chooses another.
            self.fields["time_zone"].choices = [(zone, zone), *time_zones()]  # type: ignore[attr-defined]
        if self.instance.status == LocationStatus.CLOSED:
            del self.fields["status"]
        else:
            self.fields["status"].choices = [  # type: ignore[attr-defined]
                choice for choice in LocationStatus.choices if choice[0] != LocationStatus.CLOSED
            ]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None:
            one, other = cleaned.get("latitude"), cleaned.get("longitude")
            if (one is None) != (other is None) and not {"latitude", "longitude"} & set(self.errors):
                self.add_error(
                    "latitude" if one is None else "longitude", _("Give both coordinates, or neither.")
                )
        return cleaned


class NewLocationForm(LocationForm):
    """A new location, with the number that will be its identity."""

    class Meta(LocationForm.Meta):
        fields = ("store_number", *FORM_FIELDS)


class CloseLocationForm(forms.Form):
    """The last day of business."""

    on = forms.DateField(
        label=gettext_lazy("Last day of business"),
        required=False,
        help_text=gettext_lazy("Today in the store's zone when left empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MembershipForm(forms.Form):
    """A role in the brand, and what it is limited to.

    Locations are given by their store numbers: a list of 25,000 boxes would help nobody.
    """

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    regions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only in these regions"),
        queryset=Region.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    locations = forms.CharField(
        label=gettext_lazy("Only in these locations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Store numbers, with commas or on lines of their own. "
            "Without regions and locations the role holds in the whole brand."
        ),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("In the brand's time zone."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    power_user = forms.BooleanField(
        label=gettext_lazy("Power user"),
        required=False,
        help_text=gettext_lazy("A Brand Manager who may open the brand in the back office."),
    )

    def __init__(self, *args: Any, membership: Membership | None = None, **kwargs: Any) -> None:
        if membership is not None:
            numbers = membership.locations.order_by("store_number").values_list("store_number", flat=True)
            kwargs["initial"] = {
                "role": membership.role,
                "regions": list(membership.regions.all()),
                "locations": ", ".join(numbers),
                "ends_on": membership.ends_on,
                "power_user": membership.power_user,
            } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = Region.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_locations(self) -> list[Location]:
        numbers = [number for number in _NUMBERS.split(self.cleaned_data["locations"]) if number]
        found = list(Location.objects.filter(store_number__in=numbers))
        if missing := sorted(set(numbers) - {location.store_number for location in found}):
            raise ValidationError(
                _("This brand has no location with the number %(numbers)s."),
                params={"numbers": ", ".join(missing[:10])},
            )
        return found


class InviteForm(MembershipForm):
    """Somebody by their address, and the role they get."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Needed for somebody new; people who are here already keep their name."),
    )

    field_order = ["email", "name", "role"]


class DelegateField(PeopleChoiceField):
    """One of the people who approve in a brand, each with what they are there."""

    def of_brand(self, brand: Brand, away: User) -> None:
        """Offer who may stand in for `away`."""
        self.queryset = holding(DECIDE, brand).exclude(pk=away.pk)
        held = Membership.objects.active().filter(brand=brand, role__in=ROLES_THAT_DECIDE)
        self.roles: dict[int, list[str]] = {}
        for one in held.prefetch_related("regions", "locations"):
            words = f"{one.get_role_display()}, {limits_words(one)}"
            self.roles.setdefault(one.user_id, []).append(words)

    def label_from_instance(self, obj: Any) -> str:
        words = self.roles.get(obj.pk) or ([_("Admin")] if obj.is_superuser else [])
        return f"{obj.display_name} – {'; '.join(words)}" if words else obj.display_name


class AbsenceForm(VersionedForm):
    """When a person is away, and who decides in their place."""

    delegate = DelegateField(
        label=gettext_lazy("Stands in"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("– choose a person –"),
        help_text=gettext_lazy("Decides with their own rights, and never what is their own."),
        error_messages={
            "invalid_choice": gettext_lazy("This person approves nothing in this brand. Choose another.")
        },
    )

    class Meta:
        model = Absence
        fields: tuple[str, ...] = ABSENCE_FIELDS
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"note": gettext_lazy("For colleagues, such as “reachable by phone until noon”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.instance.person
        self.fields["delegate"].of_brand(self.instance.brand, person)  # type: ignore[attr-defined]
        today = today_of(person).isoformat()
        if not self.instance._state.adding and self.instance.state == "running":
            self.fields["first_day"].disabled = True
        else:
            self.fields["first_day"].widget.attrs["min"] = today
        self.fields["last_day"].widget.attrs["min"] = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return cleaned

    def _post_clean(self) -> None:
        # The action checks the whole; here the fields are enough, and the page's object stays as it is.
        pass

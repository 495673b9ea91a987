"""A person's own settings."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storesync.accounts.actions import PROFILE_FIELDS
from storesync.accounts.models import Density, Theme, User
from storesync.core.choices import time_zones

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[User]
else:
    ModelForm = forms.ModelForm


class ProfileForm(ModelForm):
    """Name, language, zone and look."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    class Meta:
        model = User
        fields = PROFILE_FIELDS
        widgets = {"theme": forms.RadioSelect, "density": forms.RadioSelect}
        help_texts = {
            "shortcuts": _("Letters such as “/” for search. They never work while you type in a field.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        zone = self.instance.time_zone
        if zone not in dict(time_zones()):
            self.fields["time_zone"].choices = [(zone, zone), *time_zones()]  # type: ignore[attr-defined]


class PreferenceForm(forms.Form):
    """The switches of the shell: one of them is posted at a time."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False)

"""Forms of AI: what it may do, and the brand's key, which no page ever shows again."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.ai.actions import SETTINGS_FIELDS
from storesync.ai.models import AiSettings
from storesync.core.forms import VersionedForm


class SettingsForm(VersionedForm):
    """What AI may do and cost."""

    class Meta:
        model = AiSettings
        fields = SETTINGS_FIELDS


class KeyForm(forms.Form):
    """A key, typed or pasted."""

    key = forms.CharField(
        label=gettext_lazy("Key"),
        min_length=8,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "From the model's provider. Kept encrypted; only its last four characters are ever shown."
        ),
    )

    def clean_key(self) -> str:
        """A key as a header can carry it."""
        key: str = self.cleaned_data["key"].strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise forms.ValidationError(_("This is no key: it has spaces or unusual characters in it."))
        return key

"""Recipients in forms: pasted or as a file; and the form that changes those of a campaign."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.audience.parsing import decode
from storesync.campaigns.actions.rollout import PASTED

ADD: Final = "add"
REPLACE: Final = "replace"
MAX_UPLOAD: Final = 10 * 1024 * 1024
"""Bytes of a file of recipients."""


class RecipientsFields(forms.Form):
    """What every form with recipients has: a text to paste them into, or a file."""

    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Paste addresses, or lines of address, first name, last name."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("CSV with the same columns, up to 10 MB."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file

    def recipients_text(self) -> tuple[str, str]:
        """The recipients as text, and where they come from: a file counts more than what was pasted."""
        file = self.cleaned_data.get("file")
        if file:
            return decode(file.read()), str(file.name)
        return str(self.cleaned_data.get("recipients") or ""), PASTED


class RecipientsForm(RecipientsFields):
    """People to add, by paste or file, and people to take out; the ticked ones are beside the form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label=gettext_lazy("What becomes of those who are in it"),
        choices=[
            (ADD, gettext_lazy("They stay, these come in addition")),
            (REPLACE, gettext_lazy("Only these get it from now on")),
        ],
        widget=forms.RadioSelect,
        initial=ADD,
        required=False,
    )
    take_out = forms.CharField(
        label=gettext_lazy("Addresses to take out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Besides those ticked above: paste addresses that are not to get it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].label = _("Addresses")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if data.get("mode") == REPLACE and not (data.get("recipients") or data.get("file")):
            self.add_error("recipients", _("Paste the addresses, or choose the file, of those who get it."))
        return data

    def renew_version(self, version: int) -> None:
        """Let the next save of this page stand on the campaign as it is now."""
        data: Any = self.data
        self.data = data = data.copy()
        data["version"] = str(version)

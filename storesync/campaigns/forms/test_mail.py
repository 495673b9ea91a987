"""The form of a test mail."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

_BETWEEN: Final = re.compile(r"[,;\r\n]+")


class MailTestForm(forms.Form):
    """To whom a test goes, and as whom it is written."""

    addresses = forms.CharField(
        label=_("Send to"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "email", "spellcheck": "false"}),
        help_text=_("Up to 5 e-mail addresses, with commas or line breaks between them."),
    )
    recipient = forms.CharField(label=_("Written to"), max_length=200, required=False, widget=forms.Select)

    def __init__(self, *args: Any, recipients: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["recipient"].widget
        widget.choices = list(recipients)

    def clean_addresses(self) -> list[str]:
        """The addresses as they were written, one each; the action reads them."""
        words: str = self.cleaned_data["addresses"]
        return [part.strip() for part in _BETWEEN.split(words) if part.strip()]

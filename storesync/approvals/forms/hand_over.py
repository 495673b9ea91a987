"""The form that hands over what waits."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.accounts.models import User
from storesync.brands.models import Brand
from storesync.brands.permissions import holding
from storesync.brands.rights import DECIDE

if TYPE_CHECKING:
    PeopleChoiceField = forms.ModelChoiceField[User]
else:
    PeopleChoiceField = forms.ModelChoiceField


class HandOverForm(forms.Form):
    """To whom, and why. `person` is whose it is, where somebody arranges it for others."""

    person = PeopleChoiceField(label=gettext_lazy("Whose"), queryset=User.objects.none(), empty_label=None)
    to = PeopleChoiceField(
        label=gettext_lazy("To whom"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("– choose a person –"),
        error_messages={
            "invalid_choice": gettext_lazy("This person approves nothing in this brand. Choose another.")
        },
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For who gets it, and for the history."),
    )

    def __init__(self, *args: Any, brand: Brand, own: User, arranges: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holding(DECIDE, brand)
        self.own = own
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        if arranges:
            self.fields["person"].queryset = people  # type: ignore[attr-defined]
            self.fields["person"].initial = own.pk
        else:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "person" not in self.fields:
            data["person"] = self.own
        if data.get("to") is not None and data["to"] == data.get("person"):
            self.add_error("to", _("Choose somebody else to hand it over to."))
        return data

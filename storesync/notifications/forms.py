"""The filters of the centre."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.notifications.kinds import Group, all_kinds

_NARROW: Final = {"class": "select select--auto"}


class CentreFilter(forms.Form):
    """Which notices the centre shows; what cannot be read filters nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, widget=forms.Select(_NARROW))
    brand = forms.ChoiceField(label=gettext_lazy("Brand"), required=False, widget=forms.Select(_NARROW))
    unread = forms.BooleanField(
        label=gettext_lazy("Unread only"), required=False, widget=forms.CheckboxInput({"class": "check"})
    )

    def __init__(self, *args: Any, brands: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[Group, list[tuple[str, str]]] = {}
        for kind in all_kinds():
            groups.setdefault(kind.group, []).append((kind.key, str(kind.label)))
        kinds = [("", _("All kinds")), *((group.label, inside) for group, inside in groups.items())]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        names = [("", _("All brands")), *((brand.slug, brand.name) for brand in brands)]
        self.fields["brand"].choices = names  # type: ignore[attr-defined]
        if len(brands) < 2:
            del self.fields["brand"]

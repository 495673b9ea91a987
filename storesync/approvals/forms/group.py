"""The form of a group of reviewers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from storesync.accounts.models import User
from storesync.approvals.forms.counted import CountedForm
from storesync.approvals.models import ReviewGroup
from storesync.brands.models import Brand
from storesync.brands.permissions import holding
from storesync.brands.rights import DECIDE


class GroupForm(CountedForm):
    """What a group is called, and who is in it: who approves in the brand, or was in it before."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Members"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Whoever approves in this brand can be in a group. Who is in it counts at once, for what waits "
            "already too: where all of it have to approve, those are all who may decide now."
        ),
    )

    def __init__(self, *args: Any, brand: Brand, group: ReviewGroup | None = None, **kwargs: Any) -> None:
        members = list(group.members.values_list("pk", flat=True)) if group else []
        if group is not None:
            kwargs["initial"] = {"name": group.name, "members": members, "version": group.version}
        super().__init__(*args, **kwargs)
        may = holding(DECIDE, brand).order_by().values("pk")
        people = User.objects.filter(pk__in=may) | User.objects.filter(pk__in=members)
        self.fields["members"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]

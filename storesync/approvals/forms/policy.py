"""The head of the form of a policy, and what its stages may name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.accounts.models import User
from storesync.approvals.forms.counted import CountedForm
from storesync.approvals.models import ReviewGroup
from storesync.approvals.reviewers import Deciders
from storesync.approvals.stages import Stage
from storesync.brands.models import Brand, Region
from storesync.content.campaign_types import CampaignType

_ADDRESS = re.compile(r"<([^<>]+)>\s*$")


@dataclass(frozen=True, slots=True)
class Directory:
    """What the stages of a brand may name: people, groups, regions; read once a page."""

    deciders: Deciders
    groups: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    known: dict[int, User]

    @classmethod
    def of_brand(cls, brand: Brand, stages: Sequence[Stage] = ()) -> "Directory":
        """As it is now, with the people whom these stages name already, whatever they may do today."""
        deciders = Deciders.of_brand(brand)
        named = {key for one in stages for seat in (one.people, one.escalate_to) for key in seat.people}
        gone = named - set(deciders.people)
        more = {person.pk: person for person in User.objects.filter(pk__in=gone)} if gone else {}
        return cls(
            deciders,
            [(str(pk), name) for pk, name in ReviewGroup.objects.values_list("pk", "name")],
            [(str(pk), name) for pk, name in Region.objects.order_by("name").values_list("pk", "name")],
            deciders.people | more,
        )

    @property
    def suggestions(self) -> list[str]:
        """People as the list of suggestions names them: "Priya Raman <priya@acme.example>"."""
        return [f"{person.display_name} <{person.email}>" for person in self.deciders.people.values()]

    def find(self, text: str) -> User:
        """Whom a text means: an address, or a name that only one person has.

        Raises:
            forms.ValidationError: nobody, or more than one.
        """
        text = text.strip()
        address = match[1].strip().lower() if (match := _ADDRESS.search(text)) else text.lower()
        people = list(self.deciders.people.values())
        found = [one for one in people if one.email == address]
        found = found or [one for one in people if one.display_name.casefold() == text.casefold()]
        if len(found) > 1:
            raise forms.ValidationError(
                _("More than one person is called “%(text)s”. Write the address."), params={"text": text}
            )
        if not found:
            raise forms.ValidationError(
                _("Nobody who approves in this brand is called “%(text)s”."), params={"text": text}
            )
        return found[0]


class PolicyForm(CountedForm):
    """What a policy is called, for which campaigns it is, and whether unchanged ones pass by themselves."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    campaign_types = forms.MultipleChoiceField(
        label=gettext_lazy("Types of campaigns"),
        choices=CampaignType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every type that no other policy is for."),
    )
    pass_unchanged = forms.BooleanField(
        label=gettext_lazy("Unchanged campaigns pass by themselves"),
        required=False,
        help_text=gettext_lazy(
            "A store's campaign without any difference from its approved template version is approved at "
            "once, unless a condition of a stage holds; nobody looks at it again, and its history names this "
            "policy as the rule that passed it."
        ),
    )

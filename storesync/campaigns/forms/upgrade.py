"""Forms of upgrades to another version of a template."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from storesync.campaigns.forms.rollout import value_field
from storesync.content.blocks import BlockError
from storesync.content.hashing import digest
from storesync.content.merge import Choice, Place
from storesync.content.merge.words import in_words
from storesync.content.variables import ValueProblem, Variable

LONGEST = 5_000


class Decision:
    """One conflict on the page: both sides, the reason, and the fields that decide it."""

    def __init__(self, place: Place, take: BoundField, text: BoundField | None) -> None:
        self.place, self.take, self.text = place, take, text
        self.mine = in_words(place.mine, place.field)
        self.theirs = in_words(place.theirs, place.field)


class UpgradeForm(forms.Form):
    """A decision for each conflict, and the values that the new version needs.

    `seen` is the campaign's version and `number` the template's that the person looked at: when either has
    moved on the page says so, instead of taking a decision for something else.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        conflicts: Sequence[Place],
        missing: Sequence[Variable],
        values: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts, self.missing = list(conflicts), list(missing)
        for place in self.conflicts:
            name = name_of(place)
            self.fields[f"take-{name}"] = forms.ChoiceField(
                label=place.place,
                choices=[(take, _words(take, place)) for take in place.options],
                initial=place.default,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what stands here.")},
            )
            if "typed" in place.options:
                self.fields[f"text-{name}"] = forms.CharField(
                    label=_("Your new words"),
                    required=False,
                    max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 3, "data-picks": f"take-{name}"}),
                )
        for variable in self.missing:
            self.fields[f"value-{variable.name}"] = value_field(variable)
            self.fields[f"value-{variable.name}"].initial = values.get(variable.name, "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in map(name_of, self.conflicts):
            typed = str(data.get(f"text-{name}") or "").strip()
            if typed and data.get(f"take-{name}") != "typed":
                self.add_error(
                    f"take-{name}",
                    _("You have written new words here: choose them, or empty the field."),
                )
        return data

    @property
    def decisions(self) -> list[Decision]:
        """The conflicts with their fields."""
        return [
            Decision(
                place,
                self[f"take-{name}"],
                self[f"text-{name}"] if f"text-{name}" in self.fields else None,
            )
            for place in self.conflicts
            for name in [name_of(place)]
        ]

    @property
    def value_fields(self) -> list[BoundField]:
        """The fields of the values that are missing."""
        return [self[f"value-{one.name}"] for one in self.missing]

    def choices(self) -> dict[str, Choice]:
        """What was decided, by the keys of the conflicts; what cannot be read is left out."""
        data = getattr(self, "cleaned_data", {})
        return {
            place.key: Choice(data[f"take-{name}"], str(data.get(f"text-{name}") or ""))
            for place in self.conflicts
            for name in [name_of(place)]
            if data.get(f"take-{name}")
        }

    def values(self) -> dict[str, str]:
        """The values that were filled in."""
        data = getattr(self, "cleaned_data", {})
        return {one.name: str(value) for one in self.missing if (value := data.get(f"value-{one.name}"))}

    def take_errors(self, errors: Sequence[BlockError]) -> None:
        """Put what the action refused at the decisions it is about."""
        for error in errors:
            where = (error.block_id, error.field.split(".")[0])
            place = next((one for one in self.conflicts if (one.block_id, one.field) == where), None)
            self.add_error(f"take-{name_of(place)}" if place else None, error.message)

    def take_problems(self, problems: Sequence[ValueProblem]) -> None:
        """Put what is wrong with values at their fields."""
        for problem in problems:
            name = f"value-{problem.name}"
            self.add_error(name if name in self.fields else None, problem.message)


def name_of(place: Place) -> str:
    """What names a place in the fields of the form, whatever other conflicts come and go."""
    return digest(place.key.encode())[:12]


def _words(take: str, place: Place) -> str:
    return {
        "mine": _("Keep yours"),
        "theirs": _("Take the new version's") if in_words(place.theirs, place.field) else _("Let it go"),
        "typed": _("Write it anew"),
    }[take]


class WaveUpgradeForm(forms.Form):
    """The values that the new version needs and the roll-out does not have."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, missing: Sequence[Variable], values: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.missing = list(missing)
        for variable in self.missing:
            field = value_field(variable)
            field.initial = values.get(variable.name, "")
            self.fields[f"value-{variable.name}"] = field

    def values(self) -> dict[str, str]:
        """The values that were filled in."""
        return {
            one.name: str(value)
            for one in self.missing
            if (value := self.cleaned_data.get(f"value-{one.name}"))
        }

    def take_problems(self, problems: Sequence[ValueProblem]) -> None:
        """Put what is wrong with values at their fields."""
        for problem in problems:
            name = f"value-{problem.name}"
            self.add_error(name if name in self.fields else None, problem.message)

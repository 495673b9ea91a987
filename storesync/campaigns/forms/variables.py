"""The variables that a template declares: a form for each, and for all of them together."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError as DeclarationInvalid

from storesync.campaigns.forms.blocks import day_field
from storesync.content.variables import FORMATS, NUMERIC, DeclarationRefused, Variable, variable_set

if TYPE_CHECKING:
    _FormSet = BaseFormSet["VariableForm"]
else:
    _FormSet = BaseFormSet

MOST: Final = 40
_DATE_STYLES: Final = [
    ("", gettext_lazy("long, with the year")),
    ("medium", gettext_lazy("shorter, with the year")),
    ("short", gettext_lazy("in figures")),
    ("full", gettext_lazy("long, with the weekday")),
    ("weekday", gettext_lazy("the weekday alone")),
]


class VariableForm(forms.Form):
    """One variable that a template declares; what does not belong to its type or source is left out."""

    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=80,
        help_text=gettext_lazy("What people read, such as “Discount”."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=63,
        help_text=gettext_lazy("Small letters, digits and _; written as {{ name }}."),
        widget=forms.TextInput({"class": "mono", "spellcheck": "false", "autocapitalize": "none"}),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Comes from"),
        choices=[
            ("rollout", gettext_lazy("Roll-out: whoever rolls out fills it in")),
            ("store", gettext_lazy("Store: one of its attributes")),
            ("brand", gettext_lazy("Brand: one of its values for mails")),
            ("recipient", gettext_lazy("Recipient: the column of this name in the list")),
        ],
        initial="rollout",
    )
    key = forms.CharField(
        label=gettext_lazy("Found under"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("The attribute of the store or the value of the brand; empty: the name."),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            ("text", gettext_lazy("Text")),
            ("number", gettext_lazy("Number")),
            ("percent", gettext_lazy("Percentage")),
            ("money", gettext_lazy("Money")),
            ("date", gettext_lazy("Date")),
            ("choice", gettext_lazy("Choice")),
            ("url", gettext_lazy("Link")),
        ],
        initial="text",
    )
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )
    style = forms.ChoiceField(
        label=gettext_lazy("Written"),
        choices=_DATE_STYLES,
        required=False,
        help_text=gettext_lazy("In the language of the store."),
    )
    decimals = forms.ChoiceField(
        label=gettext_lazy("Decimals"),
        choices=[("", gettext_lazy("as the value has them")), *((n, n) for n in FORMATS["number"])],
        required=False,
        help_text=gettext_lazy("Money has 0 or 2."),
    )
    minimum = forms.CharField(label=gettext_lazy("Smallest"), max_length=20, required=False)
    maximum = forms.CharField(label=gettext_lazy("Largest"), max_length=20, required=False)
    earliest = day_field(label=gettext_lazy("Earliest"))
    latest = day_field(label=gettext_lazy("Latest"))
    max_length = forms.IntegerField(
        label=gettext_lazy("Most characters"), min_value=1, max_value=2000, required=False
    )
    fallback = forms.CharField(
        label=gettext_lazy("Fallback"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stands there where the value is missing."),
    )
    sample = forms.CharField(
        label=gettext_lazy("Sample"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stands there in the preview of the template."),
    )
    required = forms.BooleanField(
        label=gettext_lazy("The roll-out cannot go without it"), required=False, initial=True
    )

    variable: Variable | None = None

    def clean(self) -> dict[str, Any]:
        """Check the declaration as a whole; each fault stands at its field."""
        data = self.cleaned_data
        if not self.errors and self.has_changed():
            try:
                self.variable = Variable.model_validate(self.declared())
            except DeclarationInvalid as invalid:
                for problem in invalid.errors(include_url=False):
                    self.add_error(*self._place_and_words(problem))
        return data

    def _place_and_words(self, problem: Any) -> tuple[str | None, str]:
        """Where a fault stands, and what it says."""
        place = str(problem["loc"][0]) if problem["loc"] else ""
        words = str(problem.get("ctx", {}).get("error", problem["msg"]))
        if place == "name":
            words = _("Write small letters, digits and _, a letter first.")
        elif place == "choices":
            words = _("Each choice has 1 to 100 characters.")
        elif not place:
            place = self._blamed()
        if self.cleaned_data.get("type") == "date":
            place = {"minimum": "earliest", "maximum": "latest"}.get(place, place)
        return (place if place in self.fields else None), words

    def _blamed(self) -> str:
        """The field without which the declaration would hold; the model only says that they do not fit."""
        declared = self.declared()
        for name, field in (
            ("fallback", "fallback"),
            ("sample", "sample"),
            ("minimum", "minimum"),
            ("maximum", "maximum"),
            ("format", "style" if declared["type"] == "date" else "decimals"),
        ):
            if declared.get(name) and self._holds({key: declared[key] for key in declared if key != name}):
                return field
        return "choices" if declared["type"] == "choice" and not declared["choices"] else "name"

    @staticmethod
    def _holds(declared: Mapping[str, Any]) -> bool:
        try:
            Variable.model_validate(declared)
        except DeclarationInvalid:
            return False
        return True

    def declared(self) -> dict[str, Any]:
        """The declaration as the template stores it: what is not as usual, in a steady order."""
        data = self.cleaned_data
        kind, source = data["type"], data["source"]
        kept: dict[str, Any] = {"name": data["name"], "label": data["label"], "type": kind}
        if source != "rollout":
            kept["source"] = source
        if source in ("store", "brand") and data["key"] and data["key"] != data["name"]:
            kept["key"] = data["key"]
        kept["fallback"] = data["fallback"]
        kept["required"] = data["required"] or source != "rollout"
        if kind in NUMERIC:
            kept |= {name: data[name] for name in ("minimum", "maximum") if data[name]}
        if kind == "date":
            days = {"minimum": data["earliest"], "maximum": data["latest"]}
            kept |= {name: day.isoformat() for name, day in days.items() if day}
        if kind == "choice":
            kept["choices"] = [one.strip() for one in data["choices"].split(",") if one.strip()]
        if kind == "text" and data["max_length"]:
            kept["max_length"] = data["max_length"]
        written = data["style"] if kind == "date" else data["decimals"] if kind in NUMERIC else ""
        if written:
            kept["format"] = written
        if data["sample"]:
            kept["sample"] = data["sample"]
        return kept

    @staticmethod
    def initial_of(declared: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows of a declaration."""
        written = declared.get("format", "")
        limits = {"minimum": "", "maximum": "", "earliest": "", "latest": ""}
        names = ("earliest", "latest") if declared.get("type") == "date" else ("minimum", "maximum")
        for name, limit in zip(names, ("minimum", "maximum"), strict=True):
            limits[name] = declared.get(limit) or ""
        return {
            **declared,
            **limits,
            "choices": ", ".join(declared.get("choices") or ()),
            "style": written if written in FORMATS["date"] else "",
            "decimals": written if written in FORMATS["number"] else "",
        }

    @classmethod
    def typed(cls, data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        """What was typed into one row, as it is, to be shown again; {} for a row without name and label."""
        found = {name: data.get(f"{prefix}-{name}", "") for name in cls.base_fields}
        return found if found["name"].strip() or found["label"].strip() else {}


class VariableFormSet(_FormSet):
    """All variables of a template: none twice, none of a name that every template has."""

    def clean(self) -> None:
        """Check the declarations against each other; a fault stands at the later one."""
        seen: list[Variable] = []
        for form in self.forms:
            if form.variable is None:
                continue
            try:
                variable_set([*seen, form.variable])
            except DeclarationRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                seen.append(form.variable)

    def declared(self) -> list[dict[str, Any]]:
        """The declarations as the template stores them; rows that were left empty are none."""
        return [form.declared() for form in self.forms if form.variable is not None]


def variable_formset(data: Any = None, *, rows: Iterable[Mapping[str, Any]] = ()) -> VariableFormSet:
    """The form of a template's variables: bound to what was posted, or showing these rows."""
    make = formset_factory(
        VariableForm, formset=VariableFormSet, extra=0, max_num=MOST, validate_max=True, absolute_max=MOST + 1
    )
    made = cast(
        VariableFormSet,
        make(data, prefix="v") if data is not None else make(initial=list(rows), prefix="v"),
    )
    for form in made.forms:
        # A row that is left empty is no variable, wherever it stands.
        form.empty_permitted, form.use_required_attribute = True, False
    return made


def rows_typed(data: Any) -> list[dict[str, Any]]:
    """The rows of a posted form that are not empty, as they were typed, checked by nobody."""
    count = data.get("v-TOTAL_FORMS", "")
    number = min(int(count), MOST) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    return [VariableForm.typed(data, f"v-{place}") for place in range(number)]

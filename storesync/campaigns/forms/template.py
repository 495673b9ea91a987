"""Forms of templates."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.campaigns.actions.template import OPEN_FIELDS
from storesync.campaigns.forms.blocks import block_fields
from storesync.campaigns.models import CampaignType
from storesync.content.blocks import BLOCK_TYPES


class TemplateForm(forms.Form):
    """A new template."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    campaign_type = forms.ChoiceField(label=gettext_lazy("Campaign type"), choices=CampaignType.choices)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublishForm(forms.Form):
    """What changed, for those who use the template."""

    notes = forms.CharField(
        label=gettext_lazy("What is new in this version"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LinesForm(forms.Form):
    """Subject, preheader, and what else stores may change."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    preheader = forms.CharField(
        label=gettext_lazy("Preheader"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown in the inbox after the subject."),
    )
    open_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Stores may change"),
        choices=[
            ("subject", gettext_lazy("Subject")),
            ("preheader", gettext_lazy("Preheader")),
            ("schedule", gettext_lazy("Dates")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    assert OPEN_FIELDS == ("subject", "preheader", "schedule")  # noqa: S101 - the choices above say the same


class VariableForm(forms.Form):
    """One variable that a template declares."""

    name = forms.SlugField(
        label=gettext_lazy("Name"),
        max_length=63,
        help_text=gettext_lazy("Small letters and _; written as {{ name }}."),
    )
    label = forms.CharField(label=gettext_lazy("Label"), max_length=80)
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
    )
    fallback = forms.CharField(label=gettext_lazy("Fallback"), max_length=200, required=False)
    minimum = forms.CharField(label=gettext_lazy("Smallest"), max_length=20, required=False)
    maximum = forms.CharField(label=gettext_lazy("Largest"), max_length=20, required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )
    required = forms.BooleanField(label=gettext_lazy("Needed"), required=False, initial=True)

    def declared(self) -> dict[str, Any]:
        """The declaration as the template stores it."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("minimum", "maximum") if data[name]}
        if data["choices"]:
            kept["choices"] = [one.strip() for one in data["choices"].split(",") if one.strip()]
        return {
            "name": data["name"],
            "label": data["label"],
            "type": data["type"],
            "fallback": data["fallback"],
            "required": data["required"],
            **kept,
        }

    @staticmethod
    def initial_of(declared: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows of a declaration."""
        return {**declared, "choices": ", ".join(declared.get("choices") or ())}


class BlockForm(forms.Form):
    """The fields of one block of a template, and whether stores may touch it."""

    def __init__(self, *args: Any, block: Mapping[str, Any], **kwargs: Any) -> None:
        self.block = block
        kwargs |= {"initial": dict(block), "prefix": "block"}
        super().__init__(*args, **kwargs)
        self.fields.update(block_fields(block))
        self.fields["locked"] = forms.BooleanField(label=_("Locked: stores cannot change it"), required=False)
        for name in BLOCK_TYPES[block["type"]].marked_up:
            self.fields[f"limit_{name}"] = forms.IntegerField(
                label=_("Most characters a store may write"),
                required=False,
                min_value=1,
                max_value=5000,
                initial=(block.get("rules") or {}).get(name, {}).get("max_length"),
            )

    def changed_block(self) -> dict[str, Any]:
        """The block with what was typed."""
        data = dict(self.cleaned_data)
        rules = {name: dict(rule) for name, rule in (self.block.get("rules") or {}).items()}
        for name in [one for one in data if one.startswith("limit_")]:
            field, limit = name.removeprefix("limit_"), data.pop(name)
            if limit:
                rules.setdefault(field, {})["max_length"] = limit
            elif field in rules:
                rules[field].pop("max_length", None)
        for name in ("starts_on", "ends_on"):
            if name in data:
                data[name] = data[name].isoformat() if data[name] else None
        for name in BLOCK_TYPES[self.block["type"]].appearance:
            if not data.get(name):
                data.pop(name, None)
        if "level" in data:
            data["level"] = int(data["level"])
        return {**self.block, **data, "rules": rules}

"""The editor's form of one block: its words, its look, and what stores may change of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from storesync.campaigns.forms.blocks import (
    DAYS,
    block_fields,
    day_field,
    error_at,
    look_fields,
    plain_value,
)
from storesync.campaigns.forms.sections import Section
from storesync.content.blocks import BLOCK_TYPES, BaseBlock, BlockError, block_type_name, field_name
from storesync.content.limits import crossed

FIXED: Final = "fixed"
LIMITS: Final = "limits"
FREE: Final = "free"
_NUMBER: Final = re.compile(r"^[0-9]{1,9}(\.[0-9]{1,4})?$")
_BESIDE: Final = (("value", "unit"), ("starts_on", "ends_on"))
"""Fields that are one thing to people and stand side by side."""


def lock_of(block: Mapping[str, Any]) -> str:
    """What stores may do with a block: nothing (FIXED), something (LIMITS), anything (FREE)."""
    if block.get("locked"):
        return FIXED
    return LIMITS if block.get("rules") else FREE


@dataclass(frozen=True, slots=True)
class RuleFields:
    """The controls of one field's rule on the page."""

    name: str
    label: str
    look: bool
    mode: BoundField
    limits: list[BoundField]
    reason: BoundField


class BlockForm(forms.Form):
    """The fields of one block of a template, and the rules for stores."""

    def __init__(self, *args: Any, block: Mapping[str, Any], ruled: bool = True, **kwargs: Any) -> None:
        """Args: `ruled`: with the rules for stores; without them they stay as the block has them."""
        self.block = block
        self.kind = BLOCK_TYPES[block["type"]]
        super().__init__(*args, **(kwargs | {"initial": dict(block), "prefix": "block"}))
        self.words = dict(block_fields({**block, "rules": {}}))
        self.looks = dict(look_fields({**block, "rules": {}}))
        self.fields.update(self.words | self.looks)
        for name in self.looks:
            self.initial.setdefault(name, self.kind.model_fields[name].get_default())
        self.ruled = self._add_rules() if ruled and (self.words or self.looks) else {}

    # -- fields of the rules

    def _add_rules(self) -> dict[str, list[str]]:
        """Add the controls of the locks; the kinds of limits of each field by its name."""
        self.fields["lock"] = _modes(_("This block"), [FIXED, LIMITS, FREE])
        self.initial["lock"] = lock_of(self.block)
        self.fields["lock_reason"] = _reason()
        self.initial["lock_reason"] = self.block.get("lock_reason", "")
        rules = self.block.get("rules") or {}
        found = {}
        for name in (*self.words, *self.looks):
            rule = rules.get(name)
            found[name] = limits = _limits_of(self.kind, name)
            key = f"rule_{name}"
            self.fields[f"{key}_mode"] = _modes(
                field_name(name), [FIXED, LIMITS, FREE] if limits else [FIXED, FREE]
            )
            self.initial[f"{key}_mode"] = _mode(rule, look=name in self.looks)
            for limit in limits:
                self.fields[f"{key}_{limit}"] = _limit_field(self.kind, name, limit)
                self.initial[f"{key}_{limit}"] = _shown(rule or {}, limit, listed=not self.kind.choices(name))
            self.fields[f"{key}_reason"] = _reason()
            self.initial[f"{key}_reason"] = (rule or {}).get("reason", "")
        return found

    def rules(self) -> list[RuleFields]:
        """The controls of each field's rule, in order."""
        return [
            RuleFields(
                name,
                field_name(name),
                name in self.looks,
                self[f"rule_{name}_mode"],
                [self[f"rule_{name}_{limit}"] for limit in limits],
                self[f"rule_{name}_reason"],
            )
            for name, limits in self.ruled.items()
        ]

    @property
    def picture_words(self) -> BoundField | None:
        """The field that says what the picture shows."""
        return self["alt"] if "alt" in self.words else None

    @property
    def looks_ruled(self) -> bool:
        """Whether the template opens something of the look, or an error stands there."""
        rules = self.block.get("rules") or {}
        wrong = any(key.startswith(f"rule_{name}_") for name in self.looks for key in self.errors)
        return wrong or any(name in rules for name in self.looks)

    def sections(self) -> list[Section]:
        """The fields as they stand on the page; the rules have a part of their own."""
        found = []
        if self.words:
            found.append(Section(block_type_name(self.block["type"]), self._rows(self.words), "words"))
        if self.looks:
            found.append(Section(_("Look"), self._rows(self.looks), "look"))
        return found

    def _rows(self, names: Iterable[str]) -> list[list[BoundField]]:
        rows: list[list[BoundField]] = []
        for name in names:
            pair = next((pair for pair in _BESIDE if name in pair), ())
            if pair and name == pair[1] and rows and rows[-1][0].name == pair[0]:
                rows[-1].append(self[name])
            else:
                rows.append([self[name]])
        return rows

    # -- what was typed

    def clean(self) -> None:
        """A field within limits has a limit, and something is within them."""
        if self.cleaned_data.get("lock") != LIMITS:
            return
        for name, limits in self.ruled.items():
            key = f"rule_{name}"
            given = any(
                self.cleaned_data.get(f"{key}_{limit}") or f"{key}_{limit}" in self.errors for limit in limits
            )
            if self.cleaned_data.get(f"{key}_mode") == LIMITS and not given:
                self.add_error(f"{key}_mode", _("Set at least one limit, or choose Free."))
            least, most = (self.cleaned_data.get(f"{key}_{limit}") for limit in ("minimum", "maximum"))
            if least and most and crossed(str(least), str(most)):
                self.add_error(
                    f"{key}_maximum",
                    _("The latest day is before the earliest.")
                    if name in DAYS
                    else _("The largest is smaller than the smallest."),
                )

    def shown_block(self) -> dict[str, Any]:
        """The block with the words and the look that were typed: all of it that a message shows."""
        data = self.cleaned_data
        block = dict(self.block)
        for name in (*self.words, *self.looks):
            if name in data and not self._omitted(name):
                block[name] = plain_value(name, data[name])
        return block

    def changed_block(self) -> dict[str, Any]:
        """The block with what was typed; a control that the request left out changes nothing."""
        data = self.cleaned_data
        block = self.shown_block()
        lock = data.get("lock") or lock_of(self.block)
        block["locked"] = lock == FIXED
        if data.get("lock"):
            block["lock_reason"] = data.get("lock_reason", "") if lock == FIXED else ""
        rules = {} if lock == FREE else self._typed_rules()
        return block | {"rules": rules}

    def _omitted(self, name: str) -> bool:
        widget = self.fields[name].widget
        return bool(widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)))

    def _typed_rules(self) -> dict[str, Any]:
        old = self.block.get("rules") or {}
        rules: dict[str, Any] = {}
        for name, limits in self.ruled.items():
            key = f"rule_{name}"
            mode = self.cleaned_data.get(f"{key}_mode")
            if not mode:
                if name in old:
                    rules[name] = old[name]
                continue
            if mode == FREE and name not in self.looks:
                continue
            if mode == FIXED and name in self.looks and not self.cleaned_data.get(f"{key}_reason"):
                continue
            rule: dict[str, Any] = {"locked": True} if mode == FIXED else {}
            if mode == LIMITS:
                typed = {limit: self.cleaned_data.get(f"{key}_{limit}") for limit in limits}
                rule |= {
                    limit: value.isoformat() if isinstance(value, date) else value
                    for limit, value in typed.items()
                    if value
                }
            if mode != FREE and (reason := self.cleaned_data.get(f"{key}_reason")):
                rule["reason"] = reason
            rules[name] = rule
        return rules

    def take_error(self, error: BlockError) -> None:
        """Put what content refuses at its field (Rule T2)."""
        place, _dot, rest = error.field.partition(".")
        if place == "rules":
            rest = rest.replace(".", "_", 1)
            place = next((one for one in (f"rule_{rest}", f"rule_{rest}_mode") if one in self.fields), place)
        if place in self.fields:
            self.add_error(place, error_at(self, place, error))
        else:
            self.add_error(None, error_at(self, place, error))


def _modes(label: str, modes: list[str]) -> forms.ChoiceField:
    words = {FIXED: _("Fixed"), LIMITS: _("Within limits"), FREE: _("Free")}
    return forms.ChoiceField(
        label=label,
        choices=[(one, words[one]) for one in modes],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Why, for the stores"),
        required=False,
        validators=[MaxLengthValidator(200)],
        widget=forms.TextInput({"dir": "auto"}),
    )


def _mode(rule: Mapping[str, Any] | None, *, look: bool) -> str:
    if rule is None:
        return FIXED if look else FREE
    if rule.get("locked"):
        return FIXED
    limits = (rule.get(name) for name in ("max_length", "choices", "minimum", "maximum"))
    return LIMITS if any(one not in (None, [], ()) for one in limits) else FREE


def _limits_of(kind: type[BaseBlock], name: str) -> list[str]:
    """The kinds of limits that a field can have."""
    if kind.choices(name):
        return ["choices"]
    if name in kind.marked_up:
        return ["max_length"]
    if kind.model_fields[name].annotation is bool or name == "products":
        return []
    if name in DAYS:
        return ["minimum", "maximum"]
    if name == "value":
        return ["minimum", "maximum", "choices", "max_length"]
    return ["choices"] if name in (*kind.addresses, "src") else ["max_length", "choices"]


def _limit_field(kind: type[BaseBlock], name: str, limit: str) -> forms.Field:
    if limit == "max_length":
        return forms.IntegerField(label=_("Most characters"), required=False, min_value=1, max_value=5_000)
    if name in DAYS:
        return day_field(label=_("Earliest") if limit == "minimum" else _("Latest"))
    if limit in {"minimum", "maximum"}:
        return forms.CharField(
            label=_("Smallest") if limit == "minimum" else _("Largest"),
            required=False,
            validators=[RegexValidator(_NUMBER, _("Write a number, such as 20 or 9.99."))],
            widget=forms.TextInput({"inputmode": "decimal"}),
        )
    if known := kind.choices(name):
        return forms.MultipleChoiceField(
            label=_("Stores choose from"),
            required=False,
            choices=[(str(one), word) for one, word in known],
            widget=forms.CheckboxSelectMultiple,
        )
    return LinesField(
        label=_("Stores choose from"),
        required=False,
        help_text=_("A choice on each line."),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


def _shown(rule: Mapping[str, Any], limit: str, *, listed: bool) -> Any:
    value = rule.get(limit)
    if limit == "choices":
        return "\n".join(value or ()) if listed else list(value or ())
    return value

"""Form fields of blocks, as their type and their rules want them: for the editor and for stores alike."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from storesync.campaigns.forms.products import ProductsField
from storesync.content.blocks import BLOCK_TYPES, BaseBlock, BlockError, field_name
from storesync.content.limits import at_least, at_most
from storesync.content.media import FRESH_PICTURE

DAYS: Final = frozenset({"starts_on", "ends_on"})
_SEGMENTS_FIT: Final = 34
"""As many letters as segments side by side have room for; more choices, or longer ones, are a list."""


def block_fields(block: Mapping[str, Any]) -> Iterator[tuple[str, forms.Field]]:
    """A form field for each content field of a block; how it looks has `look_fields`."""
    kind = BLOCK_TYPES[block["type"]]
    for name in kind.content_fields():
        if name not in kind.appearance:
            yield name, _field(kind, name, (block.get("rules") or {}).get(name) or {})


def look_fields(block: Mapping[str, Any]) -> Iterator[tuple[str, forms.Field]]:
    """A form field for each field of a block's appearance."""
    kind = BLOCK_TYPES[block["type"]]
    for name in kind.appearance:
        yield name, _field(kind, name, (block.get("rules") or {}).get(name) or {})


def store_fields(block: Mapping[str, Any]) -> Iterator[tuple[str, forms.Field]]:
    """The fields of a block that a store may change, with their limits; none where the block is fixed.

    Looks are the template's unless a rule opens them. The hint of a field says its limits and why.
    """
    if block.get("locked"):
        return
    rules = block.get("rules") or {}
    for name, field in block_fields(block):
        if not (rules.get(name) or {}).get("locked"):
            yield name, field
    for name, field in look_fields(block):
        if name in rules and not rules[name].get("locked"):
            yield name, field


def plain_value(field: str, value: Any) -> Any:
    """What a form field cleaned, as blocks keep it."""
    if field in DAYS:
        return value.isoformat() if isinstance(value, date) else None
    if field == "level":
        return int(value or 1)
    if isinstance(value, str):
        # A browser posts other line ends than blocks keep; that alone is no change of anybody's.
        return value.replace("\r\n", "\n")
    return value


def _field(kind: type[BaseBlock], name: str, rule: Mapping[str, Any]) -> forms.Field:
    info = kind.model_fields[name]
    common: dict[str, Any] = {"label": field_name(name), "help_text": _hint(name, rule)}
    if info.annotation is bool:
        return forms.BooleanField(required=False, **common)
    if name == "products":
        return ProductsField(**common)
    if known := kind.choices(name):
        allowed = set(rule.get("choices") or ())
        choices = [(str(one), word) for one, word in known if not allowed or str(one) in allowed]
        return ChosenField(choices=choices, widget=choice_widget(choices), **common)
    if rule.get("choices"):
        return forms.ChoiceField(choices=[(one, one) for one in rule["choices"]], **common)
    if name in DAYS:
        return day_field(rule.get("minimum"), rule.get("maximum"), **common)
    limit = rule.get("max_length") or _longest(info)
    attrs: dict[str, Any] = {"dir": "auto"}
    if name in (*kind.texts, *kind.marked_up):
        attrs |= {"data-count": limit, "data-insertable": ""}
    if name in kind.addresses:
        attrs |= {"inputmode": "url", "data-link": "", "data-insertable": ""}
    if name == "src":
        attrs |= {"inputmode": "url", "data-picture": ""}
        return PictureField(widget=forms.TextInput(attrs), **common)
    if name in kind.marked_up:
        attrs |= {"rows": 6}
    return forms.CharField(
        required=info.is_required(),
        # Not max_length: the browser would cut what is pasted, in silence.
        validators=[MaxLengthValidator(limit)] if limit else [],
        widget=(forms.Textarea if name in kind.marked_up else forms.TextInput)(attrs),
        **common,
    )


def day_field(earliest: str | None = None, latest: str | None = None, **common: Any) -> forms.DateField:
    """A day to choose, the chooser of the browser within its limits; what is beyond them content refuses."""
    limits = {name: limit for name, limit in (("min", earliest), ("max", latest)) if limit}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **limits})
    return forms.DateField(required=False, widget=widget, **common)


class PictureField(forms.CharField):
    """The address of a picture; empty while it is still to be chosen, which checks tell and saving allows."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value == FRESH_PICTURE else value

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else FRESH_PICTURE


class ChosenField(forms.ChoiceField):
    """One of a few; a request that says nothing means the first."""

    def __init__(self, *, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(choices=choices, **kwargs)
        self.first = choices[0][0]

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.first)


def choice_widget(choices: list[tuple[str, str]]) -> forms.Widget:
    """Segments where a few short choices fit beside one another, else a list."""
    letters = sum(len(str(word)) + 2 for _value, word in choices)
    if letters <= _SEGMENTS_FIT:
        return forms.RadioSelect(attrs={"class": "segments"})
    return forms.Select()


def _longest(info: Any) -> int | None:
    """The most characters that content takes there."""
    limits = [one.max_length for one in info.metadata if getattr(one, "max_length", None)]
    return min(limits, default=None)


def _hint(name: str, rule: Mapping[str, Any]) -> str:
    """The limits of a field in words, and why there are any."""
    words = []
    if rule.get("max_length"):
        words.append(_("At most %(limit)d characters.") % {"limit": rule["max_length"]})
    if rule.get("minimum") is not None:
        words.append(at_least(rule["minimum"]))
    if rule.get("maximum") is not None:
        words.append(at_most(rule["maximum"]))
    if rule.get("reason"):
        words.append(str(rule["reason"]))
    if not words and name == "alt":
        words.append(_("What the picture shows, for people who do not see it."))
    return " ".join(words)


def place_of(error: BlockError) -> str:
    """An error of content with its line and column, where it has them."""
    if error.line > 1 or error.column > 1:
        return _("Line %(line)d, column %(column)d: %(message)s") % {
            "line": error.line,
            "column": error.column,
            "message": error.message,
        }
    return error.message


def error_at(form: forms.BaseForm, field: str, error: BlockError) -> str:
    """What to say of an error at a field of a form; of products, which one of them."""
    if isinstance(products := form.fields.get(field), ProductsField):
        where = products.mark(error.field)
        if where:
            return _("%(place)s: %(problem)s") % {"place": where, "problem": place_of(error)}
    return place_of(error)

"""Form fields of blocks, as their type and their rules want them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, BlockError, choice_label, field_name

PRODUCT_PARTS: Final = ("name", "price", "old_price", "note", "url", "image")


class ProductsField(forms.CharField):
    """Products as lines: name | price | old price | note | link | image."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        lines = (" | ".join(str(one.get(part, "")) for part in PRODUCT_PARTS) for one in value)
        return "\n".join(line.rstrip(" |") for line in lines)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [
            dict(zip(PRODUCT_PARTS, (part.strip() for part in line.split("|")), strict=False))
            for line in text.splitlines()
            if line.strip()
        ]


def block_fields(block: Mapping[str, Any]) -> Iterator[tuple[str, forms.Field]]:
    """A form field for each content field of a block, as its type and its rules want it."""
    kind = BLOCK_TYPES[block["type"]]
    rules = block.get("rules") or {}
    for name in kind.content_fields():
        info = kind.model_fields[name]
        rule = rules.get(name) or {}
        label = field_name(name)
        limit = rule.get("max_length")
        needed = info.is_required()
        if info.annotation is bool:
            yield name, forms.BooleanField(label=label, required=False)
        elif name == "products":
            yield (
                name,
                ProductsField(
                    label=label,
                    help_text=_("A line each: name | price | old price | note | link | image"),
                    widget=forms.Textarea(attrs={"rows": 4}),
                ),
            )
        elif rule.get("choices"):
            words = [(one, choice_label(name, one)) for one in rule["choices"]]
            yield name, forms.ChoiceField(label=label, choices=words)
        elif kind.choices(name):
            look = name in kind.appearance
            yield name, forms.ChoiceField(label=label, choices=kind.choices(name), required=not look)
        elif name in {"starts_on", "ends_on"}:
            yield (
                name,
                forms.DateField(
                    label=label,
                    required=False,
                    widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                ),
            )
        else:
            long = name in kind.marked_up
            yield (
                name,
                forms.CharField(
                    label=label,
                    required=needed,
                    max_length=limit,
                    strip=True,
                    widget=forms.Textarea(attrs={"rows": 6}) if long else forms.TextInput(),
                    help_text=_help(rule),
                ),
            )


def is_look(block: Mapping[str, Any], name: str) -> bool:
    """Whether a field is a look that the template keeps to itself: no rule opens it."""
    return name in BLOCK_TYPES[block["type"]].appearance and name not in (block.get("rules") or {})


def _help(rule: Mapping[str, Any]) -> str:
    """The limits of a field in words."""
    words = []
    if rule.get("max_length"):
        words.append(_("At most %(limit)d characters.") % {"limit": rule["max_length"]})
    if rule.get("minimum") is not None:
        words.append(_("At least %(minimum)s.") % {"minimum": rule["minimum"]})
    if rule.get("maximum") is not None:
        words.append(_("At most %(maximum)s.") % {"maximum": rule["maximum"]})
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

"""What people call the types of blocks, their fields and the choices of a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Looked up and translated one by one: a form asks for dozens of them.
_TYPES: Final[Mapping[str, Promise]] = {
    "heading": _("Heading"),
    "text": _("Text"),
    "image": _("Image"),
    "button": _("Button"),
    "offer": _("Offer"),
    "product_list": _("Product list"),
    "divider": _("Divider"),
    "store_details": _("Store details"),
    "legal": _("Legal text"),
}
_FIELDS: Final[Mapping[str, Promise]] = {
    "text": _("Text"),
    "level": _("Level"),
    "kicker": _("Line above"),
    "src": _("Image address"),
    "alt": _("Alternative text"),
    "url": _("Link"),
    "label": _("Label"),
    "value": _("Value"),
    "unit": _("Unit"),
    "conditions": _("Conditions"),
    "code": _("Code"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "products": _("Products"),
    "title": _("Title"),
    "show_address": _("Show the address"),
    "show_opening_hours": _("Show the opening hours"),
    "show_phone": _("Show the phone number"),
    "show_map": _("Show the map link"),
    "subject": _("Subject"),
    "preheader": _("Preheader"),
    "align": _("Alignment"),
    "tone": _("Background"),
    "style": _("Style"),
    "layout": _("Layout"),
    "width": _("Place and width"),
}
_CHOICES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "level": {"1": _("large"), "2": _("small")},
    "unit": {"percent": _("per cent"), "money": _("money"), "text": _("words")},
    "align": {
        "auto": _("as the campaign type has it"),
        "start": _("at the start of the line"),
        "center": _("centred"),
    },
    "tone": {"plain": _("none"), "soft": _("soft tint"), "band": _("band in the brand's colour")},
    "style": {
        "normal": _("running text"),
        "lead": _("large, as an opening"),
        "quote": _("quotation"),
        "filled": _("filled with colour"),
        "outline": _("outlined"),
        "line": _("thin line"),
        "short": _("short bar"),
        "dots": _("row of dots"),
        "space": _("space only"),
    },
    "layout": {
        "figure": _("box with a big figure"),
        "coupon": _("coupon to cut out"),
        "banner": _("banner from edge to edge"),
        "grid": _("two beside each other"),
        "grid3": _("three beside each other"),
        "rows": _("one below the other, picture beside"),
        "card": _("box"),
        "columns": pgettext_lazy("layout", "two columns"),
    },
    "width": {
        "inset": _("as wide as the text"),
        "full": _("from edge to edge"),
        "start": _("beside the next blocks, at the start"),
        "end": _("beside the next blocks, at the end"),
    },
}


def block_type_name(kind: str) -> str:
    """The name of a type of block, for people."""
    return str(_TYPES.get(kind, kind))


def field_name(field: str) -> str:
    """The name of a field of a block, for people."""
    return str(_FIELDS.get(field, field))


def place_name(kind: str, field: str) -> str:
    """A place in words: "Image, Alternative text". The subject and the preheader are of the kind ""."""
    head, _dot, rest = field.partition(".")
    number = rest.partition(".")[0]
    named = f"{field_name(head)} {int(number) + 1}" if number.isdigit() else field_name(head)
    name = block_type_name(kind)
    return named if not kind else name if named == name or not field else f"{name}, {named}"


def choice_label(field: str, value: object) -> str:
    """The words for one choice of a field of a block ("unit", "percent"); unknown ones stay as they are."""
    return str(_CHOICES.get(field, {}).get(str(value), value))

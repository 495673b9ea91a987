"""Merged values as people read them on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, choice_label
from storesync.content.merge.model import ABSENT, Place
from storesync.core import formats

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def in_words(value: Any, field: str = "") -> str:
    """A value of a field: text as it is, days and choices in words, products one a line; "" for none."""
    if value is ABSENT or value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _block(value) if "type" in value else _product(value)
    if isinstance(value, list):
        return "\n".join(in_words(one) for one in value)
    text = str(value)
    if field in ("starts_on", "ends_on") and _DAY.fullmatch(text):
        return formats.day(date.fromisoformat(text))
    return choice_label(field, text)


def change_of(place: Place) -> dict[str, str]:
    """A place as the component `diff` shows it: what the store has now, and what it will have."""
    if place.words:
        return {"label": place.words, "before": "", "after": "", "note": ""}
    shown = (in_words(value, place.field) for value in (place.mine, place.result))
    before, after = shown
    return {"label": place.place, "before": before, "after": after, "note": ""}


def _block(block: Mapping[str, Any]) -> str:
    kind = BLOCK_TYPES.get(str(block["type"]))
    fields = (*kind.texts, *kind.marked_up, *kind.addresses) if kind else ()
    return "\n".join(str(block[name]) for name in fields if block.get(name))


def _product(product: Mapping[str, Any]) -> str:
    return ", ".join(
        str(product[name]) for name in ("name", "note", "price", "old_price") if product.get(name)
    )

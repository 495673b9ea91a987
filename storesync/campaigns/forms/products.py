"""Products of a product list as rows: added, moved and taken out with a script and without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

PARTS: Final = ("name", "price", "old_price", "note", "url", "image")
MOST: Final = 12
"""As many products as a block may have (`ProductListBlock`); one spare row stands below them."""


def part_name(part: str) -> str:
    """What people call a part of a product."""
    return {
        "name": _("Name"),
        "price": _("Price"),
        "old_price": _("Old price"),
        "note": _("Note"),
        "url": _("Link"),
        "image": _("Picture"),
    }[part]


@dataclass(frozen=True, slots=True)
class Cell:
    """One small field of a row; named as a bound field is, so that the chooser takes it for one."""

    part: str
    label: str
    html_name: str
    id_for_label: str
    value: str
    wrong: bool


class ProductsWidget(forms.Widget):
    """A row of small fields for each product.

    Without a script there is an empty row at the end, and the buttons of a row are plain submit buttons named
    `<field>-do` ("up-1", "down-1", "remove-1"): what was typed is saved with the row moved or gone.
    """

    template_name = "campaigns/widgets/products.html"
    use_fieldset = True

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.wrong: set[tuple[int, str]] = set()
        """Rows and parts that have an error."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        given = [one for one in value or [] if isinstance(one, Mapping)]
        shown = [*given, {}] if len(given) < MOST else given
        return super().get_context(name, value, attrs) | {
            "name": name,
            "rows": [self._row(name, n, one, attrs or {}) for n, one in enumerate(shown)],
            "blank": self._row(name, "__n__", {}, attrs or {}),
            "count": len(shown),
            "most": MOST,
        }

    def _row(self, name: str, n: Any, product: Mapping[str, Any], attrs: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "n": n,
            "number": n + 1 if isinstance(n, int) else "",
            "empty": not any(product.values()),
            "cells": [
                Cell(
                    part,
                    part_name(part),
                    f"{name}-{n}-{part}",
                    f"{attrs.get('id') or name}-{n}-{part}",
                    str(product.get(part) or ""),
                    (n, part) in self.wrong,
                )
                for part in PARTS
            ],
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        count = str(data.get(f"{name}-rows", ""))
        most = min(int(count), MOST + 8) if count.isascii() and count.isdigit() and len(count) < 5 else 0
        rows = [
            {part: str(data.get(f"{name}-{n}-{part}", "")).strip() for part in PARTS} for n in range(most)
        ]
        return [row for row in _done(rows, str(data.get(f"{name}-do", ""))) if any(row.values())]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-rows" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-name" if id_ else id_


def _done(rows: list[dict[str, str]], order: str) -> list[dict[str, str]]:
    """The rows after one of the buttons up, down and remove."""
    verb, _dash, place = order.partition("-")
    if not (place.isascii() and place.isdigit() and int(place[:4]) < len(rows)):
        return rows
    n = int(place[:4])
    row = rows.pop(n)
    if verb != "remove":
        rows.insert(max(n - 1, 0) if verb == "up" else n + 1 if verb == "down" else n, row)
    return rows


def posted_products(name: str, products: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Products as a browser posts them from the rows of the field `name`."""
    rows = {
        f"{name}-{n}-{part}": [str(one.get(part) or "")] for n, one in enumerate(products) for part in PARTS
    }
    return {f"{name}-rows": [str(len(products))], **rows}


def with_picture(products: Sequence[Mapping[str, Any]], path: str, src: str) -> list[dict[str, Any]] | None:
    """Products with a picture in one of the rows; None where the path ("1-image") names no such row."""
    row, _dash, part = path.partition("-")
    rows = [dict(one) for one in products]
    if part != "image" or not (row.isascii() and row.isdigit()) or int(row[:4]) > min(len(rows), MOST - 1):
        return None
    if int(row) == len(rows):
        rows.append({})
    rows[int(row)]["image"] = src
    return rows


class ProductsField(forms.Field):
    """The products of a product list, as plain data; what is wrong in them content says, row by row."""

    widget = ProductsWidget

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> "ProductRows":
        return ProductRows(form, self, field_name)

    def clean(self, value: Any) -> list[dict[str, str]]:
        if not value:
            raise forms.ValidationError(_("Name at least one product."))
        if len(value) > MOST:
            raise forms.ValidationError(_("At most %(limit)d products are allowed.") % {"limit": MOST})
        return [dict(one) for one in value]

    def mark(self, path: str) -> str:
        """Mark the cell that an error of content names ("products.1.price") and say which it is."""
        row, _dot, part = path.partition(".")[2].partition(".")
        if not row.isdigit() or part not in PARTS:
            return ""
        widget = self.widget
        if isinstance(widget, ProductsWidget):
            widget.wrong.add((int(row), part))
        return _("Product %(number)d, %(part)s") % {"number": int(row) + 1, "part": part_name(part)}


class ProductRows(BoundField):
    """The products on a page; pages that have the media library at hand draw the rows themselves."""

    @property
    def drawn(self) -> dict[str, Any]:
        """The context of `campaigns/widgets/products.html`."""
        widget: Any = self.field.widget
        found: dict[str, Any] = widget.get_context(self.html_name, self.value(), {"id": self.auto_id})
        return found

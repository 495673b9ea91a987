"""Keyset pages: as quick at row 900,000 as at row 1, in any order, with NULLs and ties.

A page is found by the sort values of the row before it, never by OFFSET; totals are counted up to a ceiling
(`10,000+`), never over the whole table. Source of the method: Winand, "Use the index, Luke", ch. "Paging".
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy

COUNT_CEILING = 10_000
PAGE_SIZES = (25, 50, 100)
_SIGNER: Final = Signer(salt="storesync.core.paging")
_M = TypeVar("_M", bound=models.Model)


@dataclass(frozen=True)
class Key:
    """One sort key: a field path, and whether it descends. NULLs come last ascending, first descending."""

    path: str
    descending: bool

    def order(self) -> OrderBy:
        field = F(self.path)
        return field.desc(nulls_first=True) if self.descending else field.asc(nulls_last=True)

    def after(self, value: Any) -> Q:
        """The rows that come strictly after `value` in this key's order."""
        if self.descending:
            if value is None:
                return Q(**{f"{self.path}__isnull": False})
            return Q(**{f"{self.path}__lt": value})
        if value is None:
            return Q(pk__in=[])
        return Q(**{f"{self.path}__gt": value}) | Q(**{f"{self.path}__isnull": True})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def reversed(self) -> "Key":
        return Key(self.path, not self.descending)


@dataclass(frozen=True)
class Page(Generic[_M]):
    """One page of rows, and the query strings that lead to its neighbours.

    Attributes:
        start: the number of the first row, counted from 1 (0 on an empty page).
        total: rows in all, counted up to COUNT_CEILING; `more_than_total` says that there are more.
        previous, next: value of the `page` parameter, or "" where there is none.
    """

    rows: list[_M]
    start: int
    total: int
    more_than_total: bool
    previous: str
    next: str
    size: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """The page sizes that a person may choose."""
        return PAGE_SIZES

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1 if self.rows else 0


def keyset_page(queryset: "models.QuerySet[_M]", *, order: list[str], cursor: str, size: int) -> Page[_M]:
    """Cut one page out of an unordered queryset.

    Args:
        order: field paths, "-" for descending; the primary key is added as the last key.
        cursor: the `page` parameter as a Page gave it, or "" for the first page; a broken one is the first.
        size: rows a page, one of PAGE_SIZES (else the smallest).
    """
    size = size if size in PAGE_SIZES else PAGE_SIZES[0]
    keys = _keys(order)
    total = count_up_to(queryset)
    place = _decode(cursor, keys)
    backwards = place is not None and place["way"] == "back"
    walked = [key.reversed() for key in keys] if backwards else keys
    rows_query = queryset.order_by(*(key.order() for key in walked))
    if place is not None:
        rows_query = rows_query.filter(_beyond(walked, place["values"]))
    rows = list(rows_query[: size + 1])
    further = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    number = place["number"] if place is not None else 1
    start = max(1, number - len(rows)) if backwards else number
    has_previous = further if backwards else place is not None
    has_next = True if backwards else further
    return Page(
        rows=rows,
        start=start if rows else 0,
        total=min(total, COUNT_CEILING),
        more_than_total=total > COUNT_CEILING,
        previous=_encode(keys, rows[0], "back", start) if rows and has_previous else "",
        next=_encode(keys, rows[-1], "on", start + len(rows)) if rows and has_next else "",
        size=size,
    )


def count_up_to(queryset: "models.QuerySet[Any]", ceiling: int = COUNT_CEILING) -> int:
    """How many rows there are; `ceiling` + 1 says that there are more than that."""
    return queryset.order_by()[: ceiling + 1].count()


def walk(queryset: "models.QuerySet[_M]", *, order: list[str], size: int) -> Iterator[list[_M]]:
    """All rows of an unordered queryset in stretches of `size`, each found by the row before it.

    No row comes twice, and no connection is held between two stretches, however long their reader takes.
    """
    keys, beyond = _keys(order), Q()
    while rows := list(queryset.filter(beyond).order_by(*(key.order() for key in keys))[:size]):
        yield rows
        if len(rows) < size:
            return
        beyond = _beyond(keys, [_value(rows[-1], key.path) for key in keys])


def _keys(order: list[str]) -> list[Key]:
    """The sort keys of these field paths, with the primary key as the last where it is none of them."""
    keys = [Key(path.lstrip("-"), path.startswith("-")) for path in order]
    if not any(key.path in {"pk", "id"} for key in keys):
        keys.append(Key("pk", keys[-1].descending if keys else False))
    return keys


def _beyond(keys: list[Key], values: list[Any]) -> Q:
    condition, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        condition |= equal & key.after(value)
        equal &= key.same(value)
    return condition


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _encode(keys: list[Key], row: models.Model, way: str, number: int) -> str:
    values = [_value(row, key.path) for key in keys]
    text = json.dumps([_name(keys), way, number, *values], cls=_Exact, separators=(",", ":"))
    return _SIGNER.sign(b64_encode(text.encode()).decode())


def _decode(cursor: str, keys: list[Key]) -> dict[str, Any] | None:
    """The place a cursor names. It is signed, so that no value in it was made up, and names its order."""
    try:
        name, way, number, *values = json.loads(b64_decode(_SIGNER.unsign(cursor).encode()))
    except BadSignature:
        return None
    if name != _name(keys):
        return None
    return {"way": way, "number": number, "values": values}


def _name(keys: list[Key]) -> str:
    return ",".join(f"-{key.path}" if key.descending else key.path for key in keys)


class _Exact(DjangoJSONEncoder):
    """Times with all their microseconds: Django's encoder cuts them, and a cut key skips rows."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)

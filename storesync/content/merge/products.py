"""The three-way merge of a list of products: product by product, field by field.

Products have no id; their name is what tells them apart, as in `differences`. A renamed one is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from storesync.content.merge.model import ABSENT, Choice, Place, Take

Product = Mapping[str, Any]
Choose = Callable[[str], Choice | None]
ORDER: Final = "order"
_FIELDS: Final = ("note", "price", "old_price", "image", "url")


def product_field_name(field: str) -> str:
    """The name of a field of a product, for people."""
    return {
        "note": _("note"),
        "price": _("price"),
        "old_price": _("former price"),
        "image": _("image"),
        "url": _("link"),
    }.get(field, field)


def merge_products(
    base: Sequence[Product],
    mine: Sequence[Product],
    theirs: Sequence[Product],
    *,
    key: str,
    place: str,
    choose: Choose,
) -> tuple[list[dict[str, Any]], list[Place]] | None:
    """The merged list and its places; None when names do not tell the products apart.

    Args:
        key, place: of the field that holds the list; those of products are made from them.
        choose: what a person chose at a key; the store's stands without a choice.
    """
    sides = [{str(one["name"]): one for one in side} for side in (base, mine, theirs)]
    if [len(side) for side in sides] != [len(base), len(mine), len(theirs)]:
        return None
    merging = _Products(key, place, choose)
    olds, ours, news = sides
    for name in [*news, *(name for name in {**ours, **olds} if name not in news)]:
        merging.take(name, olds.get(name), ours.get(name), news.get(name))
    order = merging.order(list(olds), list(ours), list(news))
    return [merging.found[name] for name in order], merging.places


class _Products:
    """A merge under way: what was found so far, by name, and the places."""

    def __init__(self, key: str, place: str, choose: Choose) -> None:
        self.key, self.place, self.choose = key, place, choose
        self.found: dict[str, dict[str, Any]] = {}
        self.places: list[Place] = []

    def take(self, name: str, old: Product | None, ours: Product | None, new: Product | None) -> None:
        """Decide about one product."""
        if ours is not None and new is not None and ours != new:
            self.found[name] = {"name": name} | {
                field: self._value(f"{name}.{field}", _labelled(name, field), *_values(field, old, ours, new))
                for field in _FIELDS
            }
            return
        sides = [ABSENT if side is None else dict(side) for side in (old, ours, new)]
        result = self._value(name, name, *sides)
        if result is not ABSENT:
            self.found[name] = result

    def order(self, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """The names that stand, in the order of whoever changed it."""
        common = {name for name in self.found if name in base and name in mine and name in theirs}
        old, ours, new = ([name for name in side if name in common] for side in (base, mine, theirs))
        if ours in (old, new):
            return _woven(theirs, mine, self.found)
        if old == new:
            self._note(ORDER, _("Order"), "kept", old, ours, new, ours)
            return _woven(mine, theirs, self.found)
        taken = self._taken(ORDER, typed=False)
        self._conflict(ORDER, _("Order"), old, ours, new, new if taken == "theirs" else ours, taken)
        return _woven(theirs, mine, self.found) if taken == "theirs" else _woven(mine, theirs, self.found)

    def _value(self, key: str, place: str, old: Any, ours: Any, new: Any) -> Any:
        if ours == new:
            if ours != old:
                self._note(key, place, "kept", old, ours, new, new)
            return new
        if ours == old:
            self._note(key, place, "changed", old, ours, new, new)
            return new
        if new == old:
            self._note(key, place, "kept", old, ours, new, ours)
            return ours
        taken = self._taken(key, typed=isinstance(new, str))
        choice = self.choose(f"{self.key}.{key}")
        typed = choice.text.strip() if choice else ""
        result = {"mine": ours, "theirs": new, "typed": typed}[taken]
        self._conflict(key, place, old, ours, new, result, taken)
        return result

    def _taken(self, key: str, *, typed: bool) -> Take:
        choice = self.choose(f"{self.key}.{key}")
        if choice is None or (choice.take == "typed" and not typed):
            return "mine"
        return choice.take

    def _note(self, key: str, place: str, outcome: Any, old: Any, ours: Any, new: Any, result: Any) -> None:
        self.places.append(self._place(key, place, outcome=outcome, sides=(old, ours, new, result)))

    def _conflict(
        self, key: str, place: str, old: Any, ours: Any, new: Any, result: Any, taken: Take
    ) -> None:
        options: tuple[Take, ...] = (
            ("mine", "theirs", "typed") if isinstance(new, str) else ("mine", "theirs")
        )
        made = self._place(
            key,
            place,
            outcome="conflict",
            sides=(old, ours, new, result),
            why=_("The store and the new version have both changed this."),
            options=options,
            default="mine",
            taken=taken,
        )
        self.places.append(made)

    def _place(self, key: str, place: str, *, sides: tuple[Any, Any, Any, Any], **more: Any) -> Place:
        block_id, _dot, field = self.key.partition(".")
        base, mine, theirs, result = sides
        return Place(
            key=f"{self.key}.{key}",
            place=f"{self.place}: {place}",
            block_id=block_id,
            field=field,
            base=base,
            mine=mine,
            theirs=theirs,
            result=result,
            **more,
        )


def _labelled(name: str, field: str) -> str:
    return _("%(product)s, %(field)s") % {"product": name, "field": product_field_name(field)}


def _values(field: str, *sides: Product | None) -> list[Any]:
    return [ABSENT if side is None else side.get(field, "") for side in sides]


def _woven(first: Iterable[str], second: Sequence[str], found: Mapping[str, Any]) -> list[str]:
    """The names of `first` in their order; those of `second` alone follow whom they followed there."""
    order = [name for name in first if name in found]
    for place, name in enumerate(second):
        if name not in found or name in order:
            continue
        before = next((other for other in reversed(second[:place]) if other in order), None)
        order.insert(order.index(before) + 1 if before is not None else 0, name)
    return order

"""Which columns of a list a person sees, and in which order: kept with the person, by table.

Every list takes part. The first column (the name of the row, and the box that picks it) always stays; a file
has all columns, whatever is chosen here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.contrib.auth import get_user_model

from storesync.core.audit import audited
from storesync.core.tables import PrimaryColumn, SelectColumn, Table

if TYPE_CHECKING:
    from storesync.accounts.models import User

Move = Literal["up", "down"]
WAYS: Final[tuple[Move, ...]] = ("up", "down")
_PARTS: Final = ("order", "shown", "hidden")


@dataclass(frozen=True, slots=True)
class Choice:
    """One column as the chooser offers it."""

    name: str
    label: str
    shown: bool


def key_of(table_class: type[Any]) -> str:
    """The name under which the choice for a table is kept: "approvals.QueueTable"."""
    return f"{table_class.__module__.split('.')[1]}.{table_class.__name__}"


def table_called(key: str) -> type[Table] | None:
    """The table of that name; None when there is none (any more)."""
    return next((one for one in _tables(Table) if key_of(one) == key), None)


def arrange(table: Any, user: Any) -> list[Choice]:
    """Show the columns of a table as its reader chose them; returns what they can choose of."""
    kept = _kept(user, key_of(type(table)))
    offered = [name for name, bound in table.columns.iteritems() if _can_go(name, bound.column, table)]
    place = {name: number for number, name in enumerate(kept["order"])}
    # What the reader never put anywhere stays behind the rest, in the table's own order.
    offered.sort(key=lambda name: place.get(name, len(place)))
    for name in offered:
        if name in kept["hidden"]:
            table.columns.hide(name)
        elif name in kept["shown"]:
            table.columns.show(name)
    fixed = [name for name in table.sequence if name not in offered]
    table.sequence = [*fixed, *offered] if place else table.sequence
    return [
        Choice(name, str(table.columns[name].header), table.columns[name].column.visible) for name in offered
    ]


def choose_columns(
    *, actor: "User", table: type[Table], offered: Sequence[str], shown: Sequence[str]
) -> None:
    """Keep which columns of a table the actor sees, and in which order.

    Args:
        offered: the columns that could be chosen of, in their order; others stay as they were.
        shown: those of them that are to be seen.
    """
    known = [name for name in dict.fromkeys(offered) if name in table.base_columns]
    with audited("columns.chosen", actor=actor):
        person = _hold(actor)
        kept = _kept(person, key_of(table))
        order = known + [name for name in kept["order"] if name not in known]
        seen = [name for name in known if name in shown]
        seen += [name for name in kept["shown"] if name not in known]
        hidden = [name for name in known if name not in shown]
        hidden += [name for name in kept["hidden"] if name not in known]
        person.list_columns[key_of(table)] = {"order": order, "shown": seen, "hidden": hidden}
        person.save(update_fields=["list_columns"])


def reset_columns(*, actor: "User", table: type[Table]) -> None:
    """Show the columns of a table as everybody meets them."""
    with audited("columns.reset", actor=actor):
        person = _hold(actor)
        if person.list_columns.pop(key_of(table), None) is not None:
            person.save(update_fields=["list_columns"])


def place_of_move(name: str, way: Move) -> str:
    """The id of the button that moves a column one way."""
    return f"column-{name}-{way}"


def next_move(names: Sequence[str], name: str, way: Move) -> Move:
    """The way in which a column that was moved can go on: back, once it has reached an end."""
    last = names[0] if way == "up" else names[-1]
    if name != last:
        return way
    return "down" if way == "up" else "up"


def moved(names: Sequence[str], name: str, way: Move) -> list[str]:
    """The names with one of them a place further up or down, if it is among them and there is room."""
    found = list(names)
    if name in found:
        here = found.index(name)
        there = max(0, here - 1) if way == "up" else here + 1
        found.insert(there, found.pop(here))
    return found


def _hold(actor: "User") -> Any:
    return get_user_model()._default_manager.select_for_update(of=("self",)).get(pk=actor.pk)


def _kept(user: Any, key: str) -> dict[str, list[str]]:
    found = (getattr(user, "list_columns", None) or {}).get(key) or {}
    return {part: list(found.get(part, [])) for part in _PARTS}


def _can_go(name: str, column: Any, table: Any) -> bool:
    first = next(iter(table.columns.iternames()), "")
    return name != first and not isinstance(column, PrimaryColumn | SelectColumn)


def _tables(base: type[Table]) -> Iterator[type[Table]]:
    for one in base.__subclasses__():
        yield one
        yield from _tables(one)

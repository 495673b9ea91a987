"""What fits which type: filters after a value, and what a variable may be compared with (rule T2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from storesync.content.language.values import DATE_STYLES
from storesync.content.variables import NUMERIC, ValueRefused, Variable

ORDERED: Final = frozenset({"lt", "lteq", "gt", "gteq"})
_LARGEST: Final = 10**12


def type_after_filter(name: str, kind: str, arguments: Sequence[Any]) -> str:
    """The type of a value of type `kind` after a listed filter with literal arguments.

    Raises:
        ValueRefused: the filter does not fit the type, or an argument the filter.
    """
    if name == "default":
        if (
            len(arguments) != 1
            or not isinstance(arguments[0], str | int | float)
            or isinstance(arguments[0], bool)
        ):
            raise ValueRefused(_('Write the fallback as default("…").'))
        return kind
    if name == "date":
        if kind != "date":
            raise ValueRefused(_("date formats dates only."))
        if arguments and (len(arguments) > 1 or arguments[0] not in DATE_STYLES):
            raise ValueRefused(_("Styles of dates: %(styles)s.") % {"styles": ", ".join(DATE_STYLES)})
        return "text"
    if name in NUMERIC:
        if kind not in NUMERIC:
            raise ValueRefused(_("%(name)s formats numbers only.") % {"name": name})
        digits = len(arguments) == 1 and type(arguments[0]) is int and 0 <= arguments[0] <= 4
        if arguments and not (name == "number" and digits):
            raise ValueRefused(_("Only number takes an argument: 0 to 4 decimals."))
        return "text" if name == "number" else name
    if arguments:
        raise ValueRefused(_("%(name)s takes no argument.") % {"name": name})
    return "text"


def check_ordered(variable: Variable, operator: str) -> None:
    """Only numbers and dates are smaller or larger than something; else `ValueRefused`."""
    if operator in ORDERED and variable.type not in (*NUMERIC, "date"):
        raise ValueRefused(_("%(name)s is no number and no date.") % {"name": variable.name})


def check_compared(variable: Variable, other: Variable) -> None:
    """Two variables that are compared must be of one type; else `ValueRefused`."""
    same = other.type == variable.type or (other.type in NUMERIC and variable.type in NUMERIC)
    if not same and {other.type, variable.type} - {"text", "choice", "url"}:
        raise ValueRefused(
            _("%(name)s and %(other)s are not of the same type.")
            % {"name": variable.name, "other": other.name}
        )


def check_literal(variable: Variable, value: Any) -> None:
    """A literal on the right of a comparison must be of the variable's type; else `ValueRefused`."""
    if variable.type in NUMERIC:
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > _LARGEST:
            raise ValueRefused(_("Compare %(name)s with a number.") % {"name": variable.name})
        return
    if not isinstance(value, str):
        raise ValueRefused(_("Compare %(name)s with a text in quotes.") % {"name": variable.name})
    if value and variable.type in ("date", "choice"):
        variable.parse(value)

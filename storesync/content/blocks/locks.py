"""What a store may do with one field of a block (product.md "Block")."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from storesync.content.blocks.fields import DECIMAL, LONGEST_TEXT, Data, Limit, Reason
from storesync.content.limits import beyond, is_day


class FieldRule(Data):
    """What a store may do with one field of an unlocked block: nothing, anything, something within limits.

    `minimum` and `maximum` are numbers, or days as 2026-11-27. `reason` says why, to the store.
    """

    locked: bool = False
    max_length: Annotated[int, Field(ge=1, le=LONGEST_TEXT)] | None = None
    choices: tuple[Annotated[str, Field(max_length=300)], ...] = ()
    minimum: Limit | None = None
    maximum: Limit | None = None
    reason: Reason = ""

    @property
    def limits(self) -> bool:
        """Whether a store may change the field, but not to anything."""
        limits = (self.max_length, self.minimum, self.maximum)
        return not self.locked and (bool(self.choices) or any(one is not None for one in limits))

    def problem(self, value: Any) -> str:
        """Why a store may not put `value` here, with the template's reason; "" when it may."""
        return with_reason(self._problem(value), self.reason)

    def _problem(self, value: Any) -> str:
        if self.locked:
            return _("This field is locked by the template.")
        if self.choices and str(value) not in self.choices:
            return _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.choices)}
        if self.max_length is not None and isinstance(value, str) and len(value) > self.max_length:
            words = {"length": len(value), "limit": self.max_length}
            return _("%(length)d characters; at most %(limit)d are allowed.") % words
        if self.minimum is None and self.maximum is None:
            return ""
        if self.of_days:
            return (
                beyond(value, self.minimum, self.maximum) if isinstance(value, date) else _("Choose a day.")
            )
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            return _("Write a number here.")
        return beyond(Decimal(value), self.minimum, self.maximum)

    @property
    def of_days(self) -> bool:
        """Whether the smallest and the largest are days."""
        return any(one is not None and is_day(one) for one in (self.minimum, self.maximum))


def with_reason(refusal: str, reason: str) -> str:
    """A refusal, and why the template says so; "" stays ""."""
    return (
        _("%(refusal)s %(reason)s") % {"refusal": refusal, "reason": reason}
        if refusal and reason
        else refusal
    )

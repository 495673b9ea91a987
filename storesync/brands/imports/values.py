"""What reading one cell gives: the value to keep and, where something else stood there, what was done and
why."""

from typing import Final, NamedTuple

REPAIRED: Final = "repaired"
WARNED: Final = "warned"
REFUSED: Final = "refused"


class Read(NamedTuple):
    """One value as it will be stored ("" for blank).

    `kind` is None when the cell says exactly this (spaces around it, letter case of a code and the way a
    phone number is punctuated are notation, not repairs); REPAIRED when it said something else that has one
    reading; WARNED when it was left blank. `reason` is for people.
    """

    value: str
    kind: str | None = None
    reason: str = ""


BLANK: Final = Read("")


def repaired(value: str, reason: str) -> Read:
    return Read(value, REPAIRED, reason)


def warned(reason: str) -> Read:
    return Read("", WARNED, reason)

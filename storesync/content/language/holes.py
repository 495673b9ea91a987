"""Holes: the places in finished words that each store fills with a value of its own.

Most texts only show values. Such a text is turned into HTML, into plain text or into an address once, with a
hole in the place of each value, and not again for every store. A hole is one character that people can never
write and that no step changes; it remembers when what fills it must be percent-encoded.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

MAX_HOLES: Final = 1_024
_FIRST: Final = 0xE100
_HOLE = re.compile(f"([{chr(_FIRST)}-{chr(_FIRST + 2 * MAX_HOLES - 1)}])")


def hole(number: int) -> str:
    """The hole for the value of that number, 0 to MAX_HOLES - 1."""
    return chr(_FIRST + number)


def in_address(value: str) -> str:
    """A value as it stands inside an address."""
    if len(value) == 1 and 0 <= ord(value) - _FIRST < MAX_HOLES:
        return chr(ord(value) + MAX_HOLES)
    return quote(value, safe="")


def cut_at_holes(words: str) -> list[str]:
    """What stands before the first hole, then each hole and what stands after it."""
    return _HOLE.split(words)


def read_hole(mark: str) -> tuple[int, bool]:
    """The number of a hole's value, and whether it is inside an address."""
    number = ord(mark) - _FIRST
    return number % MAX_HOLES, number >= MAX_HOLES

"""How a message begins in its own words, for lists and mails that tell of it."""

import re
from typing import Final

# What the plain text has besides words: rules and the lines below headings, names of pictures, and what leads
# somewhere ("Show the way: https://...").
_NO_WORDS: Final = re.compile(r"[-=]+|\[[^\]]*\]|(?:.*\s)?(?:https?|mailto|tel):\S+")
_ENDS: Final = re.compile(r"[.!?:;,…)\"”»]$")


def excerpt(text: str, *, brand: str, most: int) -> str:
    """The first words of a plain text that `content.rendering` made.

    Args:
        text: without marks of recipients' fields.
        brand: the name above each message, which says nothing about this one.
        most: letters.
    """
    words = ""
    lines = (line.strip("*> \t") for line in text.splitlines())
    for number, line in enumerate(one for one in lines if one and not _NO_WORDS.fullmatch(one)):
        if number == 0 and line == brand:
            continue
        words += f"{' ' if not words or _ENDS.search(words) else ' · '}{line}"
        if len(words) > most + 1:
            break
    words = words.strip()
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0].rstrip(' ·')} …"

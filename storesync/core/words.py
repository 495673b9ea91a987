"""Two texts held against each other, word by word."""

import re
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "del", "ins"]
# A variable or a command of a template is one word, since half of one says nothing.
_WORDS: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|[^\w\s]", re.S)
_SOLID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+", re.S)
ALIKE: Final = 0.3
"""The share of common words below which two texts are shown whole, one after the other."""


def word_changes(before: str, after: str) -> list[tuple[Kind, str]]:
    """What stayed, went and came; "same" and "del" joined give the first text, "same" and "ins" the second.

    Changed words beside each other are one change, and texts with next to nothing in common are not mixed.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces = [
        (tag == "equal", "".join(old[a:b]), "".join(new[c:d]))
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ]
    kept = sum(len(_SOLID.findall(was)) for same, was, _now in pieces if same)
    if kept < ALIKE * max(len(_SOLID.findall(before)), len(_SOLID.findall(after))):
        pieces = [(False, before, after)]
    found: list[tuple[Kind, str]] = []
    gone = come = ""
    for place, (same, was, now) in enumerate(pieces):
        # A blank between two changed words belongs to the change, or every word would be struck alone.
        if not same or (0 < place < len(pieces) - 1 and not was.strip()):
            gone, come = gone + was, come + now
            continue
        found += _change(gone, come)
        gone = come = ""
        found.append(("same", was))
    return found + _change(gone, come)


def _change(gone: str, come: str) -> list[tuple[Kind, str]]:
    changes: list[tuple[Kind, str]] = [("del", gone), ("ins", come)]
    return [change for change in changes if change[1]]

"""Names in a text: whom "@Maya Okafor" means, and how that is shown."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from storesync.accounts.models import User

_AT: Final = r"(?<![\w@])@"


def named_in(text: str, people: "Iterable[User]") -> set[int]:
    """The people whom the text names by "@" and their whole name; of two with one name neither is meant."""
    by_name: dict[str, int] = {}
    known = list(people)
    often = Counter(person.display_name.casefold() for person in known)
    for person in known:
        name = person.display_name.casefold()
        if often[name] == 1:
            by_name[name] = person.pk
    pattern = _pattern(by_name)
    return (
        {by_name[found.casefold()] for found in pattern.findall(text)} if pattern and "@" in text else set()
    )


def with_names(text: str, names: Iterable[str]) -> SafeString:
    """The text, escaped, with these names marked where "@" stands before them."""
    pattern = _pattern(names)
    if pattern is None:
        return conditional_escape(text)
    pieces = pattern.split(text)
    shown = [
        format_html('<b class="mention">@{}</b>', piece) if place % 2 else conditional_escape(piece)
        for place, piece in enumerate(pieces)
    ]
    return mark_safe("".join(shown))  # noqa: S308 - every piece is escaped above


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """One of the names after an "@", the longest that fits, at the end of a word."""
    wanted = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    return re.compile(f"{_AT}({'|'.join(wanted)})(?!\\w)", re.IGNORECASE) if wanted else None

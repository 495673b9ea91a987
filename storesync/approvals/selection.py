"""Which rows a posted form means."""

from collections.abc import Iterable
from uuid import UUID


def uuids(texts: Iterable[str]) -> list[UUID]:
    """The well-formed ones, in their order; whatever else was posted is nobody's id."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text.strip()))
        except ValueError:
            continue
    return found

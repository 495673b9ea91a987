"""Telling many people costs the one who causes it a single row: the rest is done by a worker.

`actions.announce` writes the row in the transaction of what happened; a worker gives it to whoever is
registered here for its source, who finds out whom it concerns and calls `actions.notify`.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

Teller = Callable[[UUID, Mapping[str, Any]], None]

_tellers: dict[str, Teller] = {}


def register_teller(source: str, teller: Teller) -> None:
    """Let `teller(brand_id, facts)` tell people of announcements of this source, from `AppConfig.ready`.

    It runs in the brand's scope, in the transaction that deletes the announcement: all are told, or nobody
    and it is tried again.
    """
    if _tellers.setdefault(source, teller) is not teller:
        raise ValueError(f"announcements of {source} are told by somebody already")


def teller_of(source: str) -> Teller | None:
    """Who tells of a source; None when nobody does (any more)."""
    return _tellers.get(source)

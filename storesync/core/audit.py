"""Who did what: the context that every row of history carries.

pghistory writes history in the database, by triggers; what it cannot know (actor, verb, request) is handed to
it here. The context belongs to a thread: every task opens its own (`core.queue.task` does).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import transaction

if TYPE_CHECKING:
    from storesync.accounts.models import User


@contextmanager
def audited(verb: str, *, actor: "User | None", **facts: Any) -> Iterator[None]:
    """One write: a transaction whose history rows name the actor, the verb and the request.

    Args:
        verb: dotted, in the past: `campaign.approved`.
        actor: who does it; None when the clock or the engine does.
        facts: JSON-able facts that a reader of the history will want (ids, reasons).

    More facts may be added while it goes on (`add_facts`). An inner action names itself in its own rows;
    after it, the outer verb is in force again.
    """
    with pghistory.context() as context:
        before = dict(context.metadata)
        context.metadata.update(actor=actor.pk if actor else None, verb=verb, **facts)
        try:
            with transaction.atomic():
                yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)


def add_facts(**facts: Any) -> None:
    """Add facts to the history of the write that is going on, once they are known."""
    pghistory.context(**facts)

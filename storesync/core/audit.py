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
def audited(verb: str, *, actor: "User | int | None", savepoint: bool = True, **facts: Any) -> Iterator[None]:
    """One write: a transaction whose history rows name the actor, the verb and the request.

    Args:
        verb: dotted, in the past: `campaign.approved`.
        actor: who does it, or their id; None when the clock or the engine does.
        savepoint: inside another write, whether this one can be undone alone. Not where it stands or falls
            with the other, as what answers an event does.
        facts: JSON-able facts that a reader of the history will want (ids, reasons).

    More facts may be added while it goes on (`add_facts`). An inner action names itself in its own rows;
    after it, the outer verb is in force again.
    """
    with pghistory.context() as context:
        before = dict(context.metadata)
        who = actor if actor is None or isinstance(actor, int) else actor.pk
        context.metadata.update(actor=who, verb=verb, **facts)
        try:
            with transaction.atomic(savepoint=savepoint):
                yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)


def add_facts(**facts: Any) -> None:
    """Add facts to the history of the write that is going on, once they are known."""
    pghistory.context(**facts)

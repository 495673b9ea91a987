"""What people want to be told by mail: the one place where digests ask the notifications."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from storesync.approvals.notices import ASKING, URGENT, WAITING
from storesync.core.letters import absolute
from storesync.notifications import queries
from storesync.notifications.actions import mark_digested
from storesync.notifications.kinds import Channel
from storesync.notifications.models import Notice
from storesync.notifications.queries import Entry

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

_CHANNELS: Final = {WAITING: Channel.DIGEST, URGENT: Channel.MAIL}
LISTED: Final = 20
"""Other notices that one digest holds; the rest is in the next."""


class Collected(NamedTuple):
    """Notices for one digest: what it says in words, and what its list of the queue says anyway."""

    entries: list[Entry]
    listed: list[Notice]


def wanting(people: Iterable[int], kind: str) -> set[int]:
    """Who of these people wants to be told of this kind by mail."""
    return queries.wanting(people, kind, _CHANNELS[kind])


def collected(person: "User", brand: "Brand", *, queue: bool) -> Collected:
    """What else waits for the person's digest of a brand: comments, decisions about their own.

    Args:
        queue: whether the digest lists what waits for their decision; notices about that say nothing more.
    """
    rows = queries.collected_for(person, brand)
    listed = [one for one in rows if queue and one.kind in ASKING]
    others = [one for one in rows if not (queue and one.kind in ASKING)][:LISTED]
    return Collected(queries.entries(person, others), listed)


def addressed(entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """Each with its complete address."""
    return [(one, absolute(one.notice.get_absolute_url())) for one in entries]


def mark_told(told: Collected, at: datetime) -> None:
    """These have been told in a digest; called in the transaction that writes its mail."""
    notices = [*(one.notice for one in told.entries), *told.listed]
    if notices:
        mark_digested(notices=notices, at=at)

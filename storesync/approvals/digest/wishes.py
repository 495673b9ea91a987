"""What people want to be told by mail: the one place where digests ask the notifications."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from storesync.notifications import queries
from storesync.notifications.actions import mark_digested
from storesync.notifications.kinds import Channel, UnknownKind
from storesync.notifications.mails import absolute
from storesync.notifications.queries import Entry

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

WAITING: Final = "approval.waiting"
URGENT: Final = "approval.urgent"
_CHANNELS: Final = {WAITING: Channel.DIGEST, URGENT: Channel.MAIL}
LISTED: Final = 20
"""Other notices that one digest holds; the rest is in the next."""


def wanting(people: Iterable[int], kind: str) -> set[int]:
    """Who of these people wants to be told of this kind by mail; everybody where nobody can choose."""
    asked = set(people)
    try:
        return queries.wanting(asked, kind, _CHANNELS[kind])
    except UnknownKind:
        return asked


def collected(person: "User", brand: "Brand") -> list[Entry]:
    """What else waits for the person's digest of a brand: comments, decisions about their own.

    What waits for a decision of theirs is the digest itself.
    """
    rows = [one for one in queries.collected_for(person, brand) if one.kind not in _CHANNELS]
    return queries.entries(person, rows[:LISTED])


def addressed(entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """Each with its complete address."""
    return [(one, absolute(one.notice.get_absolute_url())) for one in entries]


def mark_told(entries: Sequence[Entry], at: datetime) -> None:
    """These have been told in a digest; called in the transaction that writes its mail."""
    if entries:
        mark_digested(notices=[one.notice for one in entries], at=at)

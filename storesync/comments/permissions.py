"""Who may read and write comments: whoever sees a campaign reads, whoever works on it writes."""

from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from storesync.accounts.models import User
from storesync.brands.permissions import can, holders
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, VIEW_CAMPAIGN

if TYPE_CHECKING:
    from storesync.brands.models import Location

WRITERS: Final = (EDIT_CAMPAIGN, DECIDE)
"""Any of these makes a reader a writer."""


def may_read(user: User | AnonymousUser, location: "Location") -> bool:
    """Whether the person may read what is said about campaigns of this location."""
    return can(user, VIEW_CAMPAIGN, location)


def may_write(user: User | AnonymousUser, location: "Location") -> bool:
    """Whether the person may comment on campaigns of this location."""
    return may_read(user, location) and any(can(user, right, location) for right in WRITERS)


def mentionable(location: "Location", *, author: User | None = None) -> QuerySet[User]:
    """The people who can be told of a comment, by name: those who may read it, without its author."""
    readers = holders(VIEW_CAMPAIGN, location)
    return readers.exclude(pk=author.pk) if author is not None else readers

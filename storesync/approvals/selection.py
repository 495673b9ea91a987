"""Which rows a posted form means, and which of them their person cannot decide about."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from storesync.approvals.models import ItemState, SubmissionItem
from storesync.approvals.permissions import why_not_these
from storesync.approvals.queries import outcome_words

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.querysets import SubmissionItemQuerySet


def uuids(texts: Iterable[str]) -> list[UUID]:
    """The well-formed ones, in their order; whatever else was posted is nobody's id."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text.strip()))
        except ValueError:
            continue
    return found


def now_of(ids: Any) -> "SubmissionItemQuerySet":
    """These items where they are now: one that moved to a child submission is found there, bound to the same.

    Args:
        ids: of items, or a query for them.
    """
    asked = SubmissionItem.objects.filter(pk__in=ids).order_by()
    moved = asked.filter(state=ItemState.MOVED)
    there = Q(
        submission__root__in=moved.values("submission__root"), revision_id__in=moved.values("revision_id")
    )
    found: SubmissionItemQuerySet = SubmissionItem.objects.exclude(state=ItemState.MOVED).filter(
        Q(pk__in=ids) | there
    )
    return found


def barred(user: "User", items: Sequence[SubmissionItem]) -> dict[UUID, str]:
    """Those of these items that the person cannot decide about now, each with the reason in words for them.

    A constant number of queries.
    """
    asked = SubmissionItem.objects.filter(pk__in=[item.pk for item in items])
    turn = set(asked.decidable_by(user).order_by().values_list("pk", flat=True))
    left = [item for item in items if item.pk not in turn]
    if not left:
        return {}
    words = outcome_words(item for item in left if not item.is_open)
    waiting = [item for item in left if item.is_open]
    return words | (why_not_these(user, waiting) if waiting else {})

"""What may be handed in, and by when it has to be decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from storesync.approvals.facts import Unfit, inspect
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo

if TYPE_CHECKING:
    from storesync.accounts.models import User


def current_revisions(kind: str, owner_ids: Iterable[UUID]) -> list[Revision]:
    """The newest revision of each of these owners, without bodies, with its location."""
    return list(
        Revision.objects.filter(owner_kind=kind, owner_id__in=set(owner_ids))
        .without_bodies()
        .select_related("location", "brand")
        .order_by("owner_id", "-number")
        .distinct("owner_id")
    )


def check_submittable(
    revisions: Sequence[Revision], owners: Mapping[UUID, OwnerInfo], user: "User"
) -> dict[UUID, Unfit]:
    """Which of these revisions this person cannot submit now, and why; the rest can."""
    return inspect(revisions, owners, user).problems


def due_at(schedule: Mapping[str, Any], zone: str) -> datetime | None:
    """By when a revision has to be decided: the start of its schedule, wall-clock time in the store's zone.

    None when it starts as soon as it is approved. Rule S5: a time in the gap of a clock change moves to after
    it, one that occurs twice means the first.
    """
    start = str(schedule.get("start") or "approval")
    if start == "approval":
        return None
    return datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)

"""What waits, by roll-out and template, counted in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext as _

from storesync.content.models import Revision
from storesync.content.owners import describe

if TYPE_CHECKING:
    from storesync.approvals.querysets import SubmissionItemQuerySet


@dataclass(slots=True)
class WaveGroup:
    """The items of one roll-out that were made from one template.

    Attributes:
        waiting, differing: how many items, and how many of them differ from their template.
        due: when the first of them is due; None where none has a date.
        submission_id: their submission where it is one and the same.
        url: where one click leads; set by the page.
    """

    wave_id: UUID | None
    template_id: UUID | None
    waiting: int
    differing: int
    due: datetime | None
    submission_id: UUID | None
    name: str = ""
    wave_url: str = ""
    template_name: str = ""
    url: str = ""
    zone: str = ""

    @property
    def query(self) -> str:
        """The filters that show exactly its items in the list."""
        query = QueryDict(mutable=True)
        query["wave"] = str(self.wave_id or "none")
        query["template"] = str(self.template_id or "none")
        return query.urlencode()


def wave_groups(
    items: "SubmissionItemQuerySet", *, begin: int = 0, length: int = 25
) -> tuple[list[WaveGroup], int]:
    """Some of the groups of these items, the one that is due first on top, and how many there are in all.

    Five queries whatever the number of items: the groups, their number, a revision of each, its owner.

    Args:
        begin, length: which groups, counted from 0.
    """
    grouped = (
        items.order_by()
        .values("wave_id", "template_id")
        .annotate(
            waiting=Count("pk"),
            differing=Count("pk", filter=Q(differs=True)),
            due=Min("due_at"),
            # PostgreSQL 17 knows no smallest UUID; as texts they have one.
            first=Min(Cast("submission_id", TextField())),
            last=Max(Cast("submission_id", TextField())),
            example=Min(Cast("revision_id", TextField())),
        )
    )
    total = grouped.count()
    order = (F("due").asc(nulls_last=True), "wave_id", "template_id")
    rows = list(grouped.order_by(*order)[begin : begin + length])
    groups = [
        WaveGroup(
            wave_id=row["wave_id"],
            template_id=row["template_id"],
            waiting=row["waiting"],
            differing=row["differing"],
            due=row["due"],
            submission_id=UUID(row["first"]) if row["first"] == row["last"] else None,
        )
        for row in rows
    ]
    _name(groups, rows)
    return groups, total


def _name(groups: Sequence[WaveGroup], rows: Sequence[Any]) -> None:
    """Names and addresses, told by the owner of one revision of each group."""
    examples = (
        Revision.objects.without_bodies()
        .select_related("location")
        .in_bulk([UUID(row["example"]) for row in rows])
    )
    owners = describe(examples.values())
    for group, row in zip(groups, rows, strict=True):
        owner = owners.get(UUID(row["example"]))
        if owner is not None:
            group.wave_url, group.template_name = owner.wave_url, owner.template_name
            group.name = owner.wave_name or owner.template_name
        group.name = group.name or _("Without a roll-out")

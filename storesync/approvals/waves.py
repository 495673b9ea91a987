"""What waits, by roll-out and template, counted in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, IntegerField, JSONField, OuterRef, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from storesync.approvals.models.submission import or_none
from storesync.content.models import Revision
from storesync.content.owners import describe

if TYPE_CHECKING:
    from storesync.approvals.querysets import SubmissionItemQuerySet

COUNTED: Final = 5000
"""A row counts its items so far and no further."""


@dataclass(slots=True)
class WaveGroup:
    """The items of one roll-out that were made from one template.

    Attributes:
        waiting, differing: how many items, and how many of them differ from their template; COUNTED + 1
            says that there are more than that.
        due: when the first of them is due; None where none has a date.
        submission_id: their submission where it is one and the same, as far as they are counted.
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


_KEYS: Final = {"wave_key": or_none("wave_id"), "template_key": or_none("template_id")}
_PAIRS: Final = """
WITH RECURSIVE seen AS (
    (SELECT {keys}, id FROM approvals_submissionitem
     WHERE brand_id = %(brand)s AND state = 'waiting' ORDER BY {keys} LIMIT 1)
  UNION ALL
    SELECT further.* FROM seen CROSS JOIN LATERAL
    (SELECT {keys}, id FROM approvals_submissionitem
     WHERE brand_id = %(brand)s AND state = 'waiting' AND ({keys}) > (seen.wave, seen.template)
     ORDER BY {keys} LIMIT 1) AS further (wave, template, id)
) SELECT id FROM seen
"""
_NONE: Final = "'00000000-0000-0000-0000-000000000000'::uuid"


def _examples(brand_id: UUID) -> list[UUID]:
    """One waiting item of each roll-out and template of a brand.

    Walks from one pair to the next in the index, so that it costs what their number costs and not that of
    the items.
    """
    keys = f"COALESCE(wave_id, {_NONE}), COALESCE(template_id, {_NONE})"
    query = _PAIRS.format(keys=keys).replace("seen AS", "seen (wave, template, id) AS", 1)
    with connection.cursor() as cursor:
        cursor.execute(query, {"brand": brand_id})
        return [pk for (pk,) in cursor.fetchall()]


class _Tally(Subquery):
    """What a row says of its group, of the rows of a subquery with `submission_id` alone."""

    template = (
        "(SELECT jsonb_build_object('waiting', count(*), 'first', min(submission_id::text), "
        "'last', max(submission_id::text)) FROM (%(subquery)s) AS tally)"
    )


class _Number(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS numbered)"


def wave_groups(
    items: "SubmissionItemQuerySet", *, brand_id: UUID, begin: int = 0, length: int = 25
) -> tuple[list[WaveGroup], int]:
    """Some of the groups of these items, the one that is due first on top, and how many there are in all.

    Five queries whatever the number of items, and they read none but the first item of each group, and up to
    COUNTED items of those groups that are asked for.

    Args:
        items: waiting ones.
        brand_id: the brand they belong to.
        begin, length: which groups, counted from 0.
    """
    keyed: Any = items.alias(**_KEYS)
    of_group = keyed.filter(wave_key=OuterRef("wave_key"), template_key=OuterRef("template_key"))
    # In the order of the index, or the planner goes through the items of all groups for each.
    first = of_group.order_by(F("due_at").asc(nulls_last=True), "pk").values("pk")[:1]
    everywhere = items.model.objects.order_by().alias(**_KEYS)
    firsts = everywhere.filter(pk__in=_examples(brand_id)).annotate(first=Subquery(first))
    rows = list(
        items.model.objects.filter(pk__in=[pk for pk in firsts.values_list("first", flat=True) if pk])
        .order_by(F("due_at").asc(nulls_last=True), "wave_id", "template_id")
        .values("pk", "wave_id", "template_id", "due_at", "revision_id")
    )
    shown = rows[begin : begin + length]
    plain = of_group.order_by()
    tallies = {
        pk: (tally, differing)
        for pk, tally, differing in everywhere.filter(pk__in=[row["pk"] for row in shown]).values_list(
            "pk",
            _Tally(plain.values("submission_id")[: COUNTED + 1], output_field=JSONField()),
            _Number(plain.filter(differs=True).values("pk")[: COUNTED + 1], output_field=IntegerField()),
        )
    }
    groups = []
    for row in shown:
        tally, differing = tallies[row["pk"]]
        # Of more than were counted nobody knows whether they were handed in together.
        together = tally["first"] == tally["last"] and tally["waiting"] <= COUNTED
        groups.append(
            WaveGroup(
                wave_id=row["wave_id"],
                template_id=row["template_id"],
                waiting=tally["waiting"],
                differing=differing,
                due=row["due_at"],
                submission_id=UUID(tally["first"]) if together else None,
            )
        )
    _name(groups, [row["revision_id"] for row in shown])
    return groups, len(rows)


def _name(groups: Sequence[WaveGroup], examples: Sequence[UUID]) -> None:
    """Names and addresses, told by the owner of one revision of each group."""
    revisions = Revision.objects.without_bodies().select_related("location").in_bulk(examples)
    owners = describe(revisions.values())
    for group, example in zip(groups, examples, strict=True):
        owner = owners.get(example)
        if owner is not None:
            group.wave_url, group.template_name = owner.wave_url, owner.template_name
            group.name = owner.wave_name or owner.template_name
        group.name = group.name or _("Without a roll-out")

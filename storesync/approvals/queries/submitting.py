"""What may be handed in, and by when it has to be decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storesync.approvals.models import SubmissionItem
from storesync.brands.models import Location
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.checking import Checks
from storesync.content.checks import Finding
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a revision cannot be submitted now, in words.

    Attributes:
        findings: the errors of its content, all of them; none where the reason is another.
    """

    reason: str
    findings: tuple[Finding, ...] = ()


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
    """Which of these revisions this person cannot submit now, and why; the rest can.

    Seven queries at most. The bodies are read in a stream: ten thousand need no more memory than a few.
    """
    places = {revision.location_id for revision in revisions}
    may = set(
        Location.objects.filter(pk__in=places)
        .visible_to(user, EDIT_CAMPAIGN)
        .order_by()
        .values_list("pk", flat=True)
    )
    waiting = {
        (kind, owner_id): name
        for kind, owner_id, name in SubmissionItem.objects.waiting()
        .filter(owner_id__in=[revision.owner_id for revision in revisions])
        .order_by()
        .values_list("owner_kind", "owner_id", "submitter__name")
    }
    approved = set(
        Approval.objects.in_force()
        .of_revisions(revision.pk for revision in revisions)
        .values_list("revision_id", flat=True)
    )
    problems: dict[UUID, Unfit] = {}
    for revision in revisions:
        if revision.location_id not in may:
            words = _("You may not submit for %(location)s.") % {"location": revision.location.name}
            problems[revision.pk] = Unfit(words)
        elif (revision.owner_kind, revision.owner_id) in waiting:
            name = waiting[(revision.owner_kind, revision.owner_id)]
            words = _("It is in review already, submitted by %(name)s.") % {"name": name}
            problems[revision.pk] = Unfit(words)
        elif revision.pk in approved:
            problems[revision.pk] = Unfit(_("It is approved already and has not changed since."))
    fine = [revision.pk for revision in revisions if revision.pk not in problems]
    if not fine:
        return problems
    checks = Checks(revisions[0].brand, places)
    for revision in Revision.objects.filter(pk__in=fine).order_by().iterator(chunk_size=200):
        errors = [one for one in checks.of_owned(revision, owners.get(revision.pk)) if one.level == "error"]
        if errors:
            said = " ".join(f"{one.message} {one.mend}" for one in errors)
            problems[revision.pk] = Unfit(said, tuple(errors))
    return problems


def due_at(schedule: Mapping[str, Any], zone: str) -> datetime | None:
    """By when a revision has to be decided: the start of its schedule, wall-clock time in the store's zone.

    None when it starts as soon as it is approved. Rule S5: a time in the gap of a clock change moves to after
    it, one that occurs twice means the first.
    """
    start = str(schedule.get("start") or "approval")
    if start == "approval":
        return None
    return datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)

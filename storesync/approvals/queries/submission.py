"""What the page of a submission shows: its parts, its way, and what this person may decide of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError

from storesync.approvals.models import ApprovalPolicy, ApprovalStep, Submission, SubmissionItem
from storesync.approvals.queries.review import against_template
from storesync.approvals.stages import Stage, read_stages
from storesync.content.differences import Difference
from storesync.content.owners import describe

if TYPE_CHECKING:
    from storesync.accounts.models import User

AT_ONCE: Final = 1000
"""Items without a difference that one page offers to decide together."""
ONE_BY_ONE: Final = 50
"""Items with differences that one page shows with their differences; the rest come after them."""
TOLD: Final = 4
"""Differences of an item that a row tells; all are on its own page."""


def family_of(submission: Submission) -> list[Submission]:
    """The submission as it was handed in and all parts that it was split into, oldest first."""
    return list(Submission.objects.filter(root_id=submission.root_id).order_by("created_at", "pk"))


def chain_of(submission: Submission, family: Sequence[Submission]) -> list[Submission]:
    """The submission and those it was split from, up to the one that was handed in."""
    by_id = {one.pk: one for one in family}
    chain = [submission]
    while (parent := chain[-1].parent_id) is not None and parent in by_id:
        chain.append(by_id[parent])
    return chain


def steps_of_submission(submission: Submission, family: Sequence[Submission]) -> list[ApprovalStep]:
    """One step for each person, stage and decision of a submission's own way, oldest first."""
    chain = [one.pk for one in chain_of(submission, family)]
    own = ApprovalStep.objects.filter(submission__in=chain, item__revision__in=_revisions(submission))
    each = own.order_by("stage", "decision", "person_id", "-id").distinct("stage", "decision", "person_id")
    found = ApprovalStep.objects.filter(pk__in=each.values("pk")).select_related("person", "in_place_of")
    return list(found.order_by("id"))


def _revisions(submission: Submission) -> Any:
    return submission.items.order_by().values("revision")


def stages_begun_with(submission: Submission) -> tuple[Stage, ...]:
    """All stages of the policy that a submission began with, as they were then; none without a policy."""
    if not submission.policy_name:
        return ()
    events = cast("Any", ApprovalPolicy).history.rel.related_model.objects
    event = (
        events.filter(
            brand_id=submission.brand_id,
            name=submission.policy_name,
            version=submission.policy_version,
        )
        .order_by("-pgh_id")
        .first()
    )
    try:
        return read_stages(event.stages) if event is not None else ()
    except ValidationError:
        # An older release wrote them in another shape; what the submission needs is its own copy.
        return ()


@dataclass(frozen=True, slots=True)
class Differing:
    """An item that is no copy of its template, with what differs, the most telling first."""

    item: SubmissionItem
    told: list[Difference]
    more: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """What this person may decide of a submission now.

    Attributes:
        differing: one by one, first. same: without a difference from the approved template: once, together.
        differing_left, same_left: how many there are besides those that are shown.
    """

    differing: list[Differing]
    same: list[SubmissionItem]
    differing_left: int = 0
    same_left: int = 0

    @property
    def total(self) -> int:
        """All that this person may decide."""
        return len(self.differing) + len(self.same) + self.differing_left + self.same_left

    @property
    def sample(self) -> SubmissionItem | None:
        """What a preview shows: one of those that are alike, else the first."""
        return self.same[0] if self.same else self.differing[0].item if self.differing else None


def grouped(submission: Submission, user: "User") -> Grouped:
    """What this person may decide of a submission now, in a constant number of queries."""
    mine = SubmissionItem.objects.decidable_by(user).filter(submission=submission)
    apart = mine.filter(differs=True)
    light = ("revision__html", "revision__text", "location__search")
    rows = list(
        apart.select_related("brand", "submission", "revision", "location")
        .defer(*light)
        .in_queue_order()[:ONE_BY_ONE]
    )
    owners = describe([item.revision for item in rows])
    differing = []
    for item in rows:
        compared = against_template(item.revision, owners.get(item.revision_id))
        told = compared.differences if compared else []
        differing.append(Differing(item, told[:TOLD], max(0, len(told) - TOLD)))
    same = mine.filter(differs=False)
    alike = list(same.with_people().order_by("location__name", "pk")[:AT_ONCE])
    return Grouped(
        differing,
        alike,
        _left(apart, len(rows), ONE_BY_ONE),
        _left(same, len(alike), AT_ONCE),
    )


def _left(items: Any, shown: int, limit: int) -> int:
    """How many there are besides those shown; asked only where the limit was met."""
    return items.order_by().count() - shown if shown == limit else 0


def held_back(submission: Submission) -> Submission | None:
    """The part of a submission that still waits after a part of it was decided."""
    found: Submission | None = (
        Submission.objects.filter(root_id=submission.root_id, state="waiting").order_by("-created_at").first()
    )
    return found

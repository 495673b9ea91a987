"""Writing steps: one for each revision, in one statement."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.approvals.models import (
    ApprovalStep,
    Decision,
    Reason,
    ReviewStatus,
    Submission,
    SubmissionItem,
    Way,
)
from storesync.approvals.reports.recording import COUNTED, record
from storesync.approvals.telling import announce_steps
from storesync.core.bulk import insert_rows
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id

if TYPE_CHECKING:
    from storesync.accounts.models import User


def write_steps(
    items: Iterable[SubmissionItem],
    *,
    decision: Decision,
    person: "User | None",
    before: ReviewStatus,
    after: ReviewStatus,
    way: Way,
    comment: str = "",
    reason: Reason | None = None,
    rule: str = "",
    votes: Collection[UUID] = (),
    in_place_of: Mapping[UUID, int] | None = None,
    handed_to: "User | None" = None,
) -> None:
    """Add one step for each item, at the stage where its submission is now; and what reports count of it.

    Args:
        after: the new status; where an approval only passes an item on, it stays in review.
        votes: ids of items which this approval does not yet carry through the stage.
        in_place_of: for whom the person acts, by the item's id.

    Raises:
        ActionRefused: somebody wrote the next step of one of their campaigns at the same moment.
    """
    items, acting_for, now = list(items), in_place_of or {}, timezone.now()
    places: dict[UUID, _Place] = {}
    rows = []
    for item in items:
        place = places.get(item.submission_id) or places.setdefault(
            item.submission_id, _Place.of(item.submission)
        )
        stays = decision == Decision.APPROVED and (place.has_next or item.pk in votes)
        rows.append(
            {
                "id": new_id(),
                "created_at": now,
                "brand_id": item.brand_id,
                "submission_id": item.submission_id,
                "item_id": item.pk,
                "revision_id": item.revision_id,
                "content_hash": item.content_hash,
                "owner_kind": item.owner_kind,
                "owner_id": item.owner_id,
                "stage": place.stage,
                "stage_name": place.name,
                "decision": decision,
                "person_id": person.pk if person else None,
                "in_place_of_id": acting_for.get(item.pk),
                "handed_to_id": handed_to.pk if handed_to else None,
                "comment": comment,
                "reason": reason or "",
                "previous_status": before,
                "new_status": before if stays else after,
                "way": way,
                "rule": rule,
            }
        )
    try:
        insert_rows(ApprovalStep, rows)
    except IntegrityError as error:
        if "step_number_once_of_owner" not in str(error):
            raise
        # Another submission of the same campaign was decided at this very moment (Rule A9).
        raise ActionRefused(_("Somebody is deciding about this right now. Try again in a moment.")) from error
    if decision in COUNTED:
        record(items, rows, person=person, handed_over=acting_for)
    announce_steps(items, decision=decision, person=person, comment=comment, handed_to=handed_to)


class _Place(NamedTuple):
    """Where a submission is now; without a name of the brand's, the reader's language names the stage."""

    stage: int
    name: str
    has_next: bool

    @classmethod
    def of(cls, submission: Submission) -> "_Place":
        return cls(submission.stage, submission.present_stage.name, submission.has_next_stage)


def write_rule_steps(items: Iterable[SubmissionItem], *, decision: Decision, rule: str) -> None:
    """Add one step by the clock or a rule of the brand that leaves the items in review."""
    write_steps(
        items,
        decision=decision,
        person=None,
        before=ReviewStatus.PENDING_REVIEW,
        after=ReviewStatus.PENDING_REVIEW,
        way=Way.RULE,
        rule=rule,
    )

"""Writing steps: one for each revision, in one statement."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from storesync.approvals.models import ApprovalStep, Decision, ReviewStatus, SubmissionItem, Way
from storesync.core.errors import ActionRefused

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
    rule: str = "",
    votes: Collection[UUID] = (),
    in_place_of: Mapping[UUID, int] | None = None,
    handed_to: "User | None" = None,
) -> None:
    """Add one step for each item, at the stage where its submission is now.

    Args:
        after: the new status; where an approval only passes an item on, it stays in review.
        votes: ids of items which this approval does not yet carry through the stage.
        in_place_of: for whom the person acts, by the item's id.

    Raises:
        ActionRefused: somebody wrote the next step of one of their campaigns at the same moment.
    """
    acting_for, rows = in_place_of or {}, list(items)
    submissions = {item.submission_id: item.submission for item in rows}
    # As the brand named it: what a stage without a name is called is for the reader's language to say.
    names = {pk: submission.present_stage.name for pk, submission in submissions.items()}
    try:
        ApprovalStep.objects.bulk_create(
            ApprovalStep(
                brand_id=item.brand_id,
                submission=item.submission,
                item=item,
                revision_id=item.revision_id,
                content_hash=item.content_hash,
                owner_kind=item.owner_kind,
                owner_id=item.owner_id,
                stage=item.submission.stage,
                stage_name=names[item.submission_id],
                decision=decision,
                person=person,
                in_place_of_id=acting_for.get(item.pk),
                handed_to=handed_to,
                comment=comment,
                previous_status=before,
                new_status=before
                if decision == Decision.APPROVED and (item.pk in votes or item.submission.has_next_stage)
                else after,
                way=way,
                rule=rule,
            )
            for item in rows
        )
    except IntegrityError as error:
        if "step_number_once_of_owner" not in str(error):
            raise
        # Another submission of the same campaign was decided at this very moment (Rule A9).
        raise ActionRefused(_("Somebody is deciding about this right now. Try again in a moment.")) from error


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

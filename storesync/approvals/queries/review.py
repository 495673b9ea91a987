"""What the review page of one item shows: history, neighbours, what changed, checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from storesync.approvals.models import ApprovalStep, Decision, SubmissionItem
from storesync.approvals.queries.waiting import COUNTED
from storesync.campaigns.checking import findings_of_revision
from storesync.content.checks import Finding
from storesync.content.differences import Content, Difference, content_of, differences
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User


def history_of(item: SubmissionItem) -> Sequence[ApprovalStep]:
    """Every step about the owner of an item, over all its revisions and submissions, oldest first."""
    return list(
        ApprovalStep.objects.of_owner(item.owner_kind, item.owner_id).select_related(
            "person", "in_place_of", "handed_to", "revision"
        )
    )


def approval_in_force(item: SubmissionItem) -> Approval | None:
    """The approval of exactly this item's revision, None when it was never given or is revoked."""
    found: Approval | None = (
        Approval.objects.in_force().of_revisions([item.revision_id]).select_related("approved_by").first()
    )
    return found


def approved_before(revision: Revision) -> Revision | None:
    """The revision of the same owner that was approved last before this one; what a reviewer saw then."""
    found: Revision | None = (
        Revision.objects.of_owner(revision.owner_kind, revision.owner_id)
        .filter(number__lt=revision.number, approvals__isnull=False)
        .order_by("-number")
        .first()
    )
    return found


def reviewed_before(revision: Revision) -> ApprovalStep | None:
    """The last step against an older revision of the same owner: what the new one has to answer."""
    found: ApprovalStep | None = (
        ApprovalStep.objects.of_owner(revision.owner_kind, revision.owner_id)
        .filter(decision__in=[Decision.REJECTED, Decision.CHANGES_REQUESTED])
        .exclude(revision_id=revision.pk)
        .select_related("person", "revision")
        .last()
    )
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in a person's queue."""

    number: int
    total: int
    previous: SubmissionItem | None
    next: SubmissionItem | None


def place_in_queue(item: SubmissionItem, user: "User") -> Place:
    """The neighbours of an item among what waits for this person, and its number (counts end at COUNTED)."""
    mine = SubmissionItem.objects.decidable_by(user)
    before = mine.before(item)
    return Place(
        number=before.order_by()[:COUNTED].count() + 1,
        total=mine.order_by()[:COUNTED].count(),
        previous=before.in_queue_order().reverse().first(),
        next=mine.after(item).exclude(pk=item.pk).in_queue_order().first(),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed against one older content."""

    label: str
    differences: list[Difference]


def comparisons(revision: Revision, owner: OwnerInfo | None) -> list[Comparison]:
    """What changed, most telling first: since it was sent back, since the last approval, by the store."""
    now, found = content_of(revision), []
    variables = owner.base_content.variables if owner and owner.base_content else {}
    answered = reviewed_before(revision)
    if answered is not None and answered.person is not None:
        label = _("Since %(who)s sent it back on %(when)s") % {
            "who": answered.person.display_name,
            "when": formats.moment(answered.created_at),
        }
        found.append(Comparison(label, differences(content_of(answered.revision), now, variables)))
    approved = approved_before(revision)
    if approved is not None:
        label = _("Since revision %(number)d, which was approved last") % {"number": approved.number}
        found.append(Comparison(label, differences(content_of(approved), now, variables)))
    if owner and owner.base_content:
        base = owner.base_content
        content = Content(
            base.subject, base.preheader, base.blocks, base.values, schedule=base.schedule or None
        )
        label = _("Against %(template)s") % {"template": base.label}
        found.append(Comparison(label, differences(content, now, variables)))
    return found


def findings_of(revision: Revision, owner: OwnerInfo | None) -> list[Finding]:
    """What the checks say about a revision now: ours, and the guidelines in force."""
    return findings_of_revision(revision, owner)

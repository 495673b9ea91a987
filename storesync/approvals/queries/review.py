"""What the review page of one item shows: history, neighbours, what changed, checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.facts import base_of
from storesync.approvals.models import ApprovalStep, Decision, SubmissionItem
from storesync.approvals.queries.waiting import COUNTED
from storesync.approvals.stages import Facts
from storesync.campaigns.checking import findings_of_revision
from storesync.content.checks import Finding
from storesync.content.differences import Difference, content_of, differences, most_telling
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo
from storesync.content.reviews import SentBack
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User


def history_of(item: SubmissionItem) -> Sequence[ApprovalStep]:
    """Every step about the owner of an item, over all its revisions and submissions, oldest first."""
    return list(
        ApprovalStep.objects.of_owner(item.owner_kind, item.owner_id)
        .select_related("person", "in_place_of", "handed_to", "revision", "submission")
        .defer(*(f"revision__{name}" for name in ("blocks", "html", "text", "facts", "values")))
    )


def steps_of_item(item: SubmissionItem, history: Sequence[ApprovalStep]) -> list[ApprovalStep]:
    """Of a history the steps about exactly what was handed in with this item."""
    return [
        step
        for step in history
        if step.revision_id == item.revision_id and step.submission.root_id == item.submission.root_id
    ]


def approval_in_force(item: SubmissionItem) -> Approval | None:
    """The approval of exactly this item's revision, None when it was never given or is revoked."""
    found: Approval | None = (
        Approval.objects.in_force().of_revisions([item.revision_id]).select_related("approved_by").first()
    )
    return found


def approved_before(revision: Revision) -> Approval | None:
    """The last approval of an older revision of the same owner, with it; what a reviewer saw then."""
    found: Approval | None = (
        Approval.objects.filter(
            revision__owner_kind=revision.owner_kind,
            revision__owner_id=revision.owner_id,
            revision__number__lt=revision.number,
        )
        .select_related("revision", "approved_by")
        .order_by("-revision__number", "-approved_at")
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


def sent_back(owner_kind: str, owner_id: UUID) -> SentBack | None:
    """Why an owner was sent back, as long as it was not handed in again (`content.reviews`)."""
    steps = ApprovalStep.objects.of_owner(owner_kind, owner_id)
    last = (
        steps.exclude(decision__in=[Decision.HANDED_OVER, Decision.WARNED, Decision.ESCALATED])
        .select_related("person", "item__brand")
        .last()
    )
    if last is None or last.decision not in (Decision.REJECTED, Decision.CHANGES_REQUESTED):
        return None
    return SentBack(
        decision=str(last.get_decision_display()),
        stage=last.stage_name or _("Review"),
        who=last.person.display_name if last.person else "",
        when=last.created_at,
        comment=last.comment,
        url=f"{last.item.get_absolute_url()}?part=comments",
    )


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


def following(item: SubmissionItem, user: "User") -> SubmissionItem | None:
    """What to look at after an item: the next that waits for this person, else the most urgent one."""
    mine = SubmissionItem.objects.decidable_by(user).exclude(pk=item.pk).in_queue_order()
    found: SubmissionItem | None = mine.after(item).first() or mine.first()
    return found


def newer_item(item: SubmissionItem) -> SubmissionItem | None:
    """What waits about the same owner now, handed in after `item` was decided or recalled."""
    found: SubmissionItem | None = (
        SubmissionItem.objects.waiting()
        .filter(owner_kind=item.owner_kind, owner_id=item.owner_id)
        .select_related("brand", "submission")
        .first()
    )
    return found


def risk_words(item: SubmissionItem) -> list[str]:
    """What the conditions of the policy looked at, in words; none for what was handed in before they did."""
    if not item.facts:
        return []
    facts = Facts.model_validate(item.facts)
    words = []
    if facts.discount is not None:
        words.append(_("discount of %(percent)s") % {"percent": formats.percent(facts.discount / 100)})
    if facts.warnings:
        words.append(ngettext("%(n)d warning", "%(n)d warnings", facts.warnings) % {"n": facts.warnings})
    words.append(_("differs from its template") if facts.differs else _("as its template has it"))
    if facts.ai_written:
        words.append(_("written with AI"))
    return words


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed against one older content, the most telling first.

    Attributes:
        comment: what the older one was sent back with, which this one has to answer.
    """

    label: str
    differences: list[Difference]
    comment: str = ""


def comparisons(revision: Revision, owner: OwnerInfo | None, user: "User | None" = None) -> list[Comparison]:
    """What changed: since it was sent back, since the last approval, against the template.

    Args:
        user: who reads; what they asked for themselves is called theirs.
    """
    now, found = content_of(revision), []
    variables = owner.base_content.variables if owner and owner.base_content else {}
    answered, approved = reviewed_before(revision), approved_before(revision)
    sent_back = answered is not None and answered.person is not None
    if answered is not None and sent_back and (approved is None or _newer(answered, approved)):
        found.append(
            Comparison(
                _since_comment(answered, user),
                most_telling(differences(content_of(answered.revision), now, variables)),
                answered.comment,
            )
        )
    if approved is not None:
        label = _("Since revision %(number)d, which was approved last") % {"number": approved.revision.number}
        was = content_of(approved.revision)
        found.append(Comparison(label, most_telling(differences(was, now, variables))))
    if (template := against_template(revision, owner)) is not None:
        found.append(template)
    return found


def against_template(revision: Revision, owner: OwnerInfo | None) -> Comparison | None:
    """What a store has changed of the template, or the roll-out, that its message was made from."""
    made_from, base = base_of(owner), owner.base_content if owner else None
    if made_from is None or base is None:
        return None
    label = _("Against %(template)s") % {"template": base.label}
    found = differences(made_from, content_of(revision), base.variables)
    return Comparison(label, most_telling(found))


def _newer(answered: ApprovalStep, approved: Approval) -> bool:
    """Whether it was sent back after it was approved last: older words are answered already."""
    return answered.created_at > approved.approved_at


def _since_comment(answered: ApprovalStep, user: "User | None") -> str:
    when = formats.moment(answered.created_at)
    if user is not None and answered.person_id == user.pk:
        return _("Since your comment on %(when)s") % {"when": when}
    who = answered.person.display_name if answered.person else ""
    return _("Since %(who)s sent it back on %(when)s") % {"who": who, "when": when}


def findings_of(revision: Revision, owner: OwnerInfo | None) -> list[Finding]:
    """What the checks say about a revision now: ours, and the guidelines in force."""
    return findings_of_revision(revision, owner)

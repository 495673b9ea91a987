"""Reads for the pages of approvals: who waits for whom, what happened, what may be handed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.brands.models import Location
from storesync.brands.permissions import holders
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN
from storesync.campaigns.checking import Checks, findings_of_revision
from storesync.content.checks import Finding
from storesync.content.differences import Content, Difference, content_of, differences
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User

COUNTED = 1000
"""The badge counts so far and no further."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom an item waits for.

    Attributes:
        people: who may decide it now, by name.
        escalated: nobody with the role may, so it went on to the Admins (Rule A5).
    """

    people: list["User"]
    escalated: bool

    @property
    def words(self) -> str:
        """The names, or what has to happen when there is nobody at all."""
        if not self.people:
            return _("Nobody else may decide this yet: give one more person the role of Approver.")
        names = [person.display_name for person in self.people]
        if len(names) > 3:
            return _("%(names)s and %(count)d more") % {
                "names": ", ".join(names[:2]),
                "count": len(names) - 2,
            }
        return str(format_list(names, style="or", locale=formats.active_locale()))


def waits_for(item: SubmissionItem) -> Waiting:
    """Who may decide an item: those with the right at its location, but not who submitted or edited it.

    When that leaves nobody, it goes on to the Admins, so it never deadlocks (Rule A5).
    """
    own = {item.submitter_id, item.author_id}
    people = [person for person in holders(DECIDE, item.location) if person.pk not in own]
    if people:
        return Waiting(people, escalated=False)
    admins = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).order_by("name")
    return Waiting([admin for admin in admins if admin.pk not in own], escalated=True)


def count_waiting(user: "User") -> int:
    """How many items wait for this person in the brands in scope, counted up to COUNTED."""
    count: int = SubmissionItem.objects.decidable_by(user).order_by()[:COUNTED].count()
    return count


def outcome_words(items: Iterable[SubmissionItem]) -> dict[UUID, str]:
    """For items decided already: who decided what and when, in words for who comes second (Rule A9)."""
    ids = [item.pk for item in items]
    if not ids:
        return {}
    steps = (
        ApprovalStep.objects.filter(item_id__in=ids)
        .exclude(decision=Decision.SUBMITTED)
        .select_related("person", "handed_to")
        .order_by("item_id", "-id")
        .distinct("item_id")
    )
    words = {step.item_id: step_words(step) for step in steps}
    return {item_id: words.get(item_id) or _("This is decided already.") for item_id in ids}


_SENTENCES = {
    Decision.SUBMITTED: lambda: _("%(who)s submitted this on %(when)s."),
    Decision.APPROVED: lambda: _("%(who)s approved this on %(when)s."),
    Decision.CHANGES_REQUESTED: lambda: _("%(who)s asked for changes on %(when)s."),
    Decision.REJECTED: lambda: _("%(who)s rejected this on %(when)s."),
    Decision.RECALLED: lambda: _("%(who)s recalled this on %(when)s."),
    Decision.REVOKED: lambda: _("%(who)s revoked the approval on %(when)s."),
    Decision.HANDED_OVER: lambda: _("%(who)s handed this over to %(whom)s on %(when)s."),
    Decision.WARNED: lambda: _("%(who)s said on %(when)s that this is due soon."),
    Decision.ESCALATED: lambda: _("%(who)s escalated this on %(when)s."),
}


def step_words(step: ApprovalStep) -> str:
    """One step as a sentence."""
    who = step.person.display_name if step.person else _("A rule of the brand")
    words = {"who": who, "when": formats.moment(step.created_at)}
    if step.handed_to:
        words["whom"] = step.handed_to.display_name
    return _SENTENCES[Decision(step.decision)]() % words


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
) -> dict[UUID, str]:
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
    problems: dict[UUID, str] = {}
    for revision in revisions:
        if revision.location_id not in may:
            problems[revision.pk] = _("You may not submit for %(location)s.") % {
                "location": revision.location.name
            }
        elif (revision.owner_kind, revision.owner_id) in waiting:
            name = waiting[(revision.owner_kind, revision.owner_id)]
            problems[revision.pk] = _("It is in review already, submitted by %(name)s.") % {"name": name}
        elif revision.pk in approved:
            problems[revision.pk] = _("It is approved already and has not changed since.")
    fine = [revision.pk for revision in revisions if revision.pk not in problems]
    if not fine:
        return problems
    checks = Checks(revisions[0].brand, places)
    for revision in Revision.objects.filter(pk__in=fine).order_by().iterator(chunk_size=200):
        errors = [one for one in checks.of_owned(revision, owners.get(revision.pk)) if one.level == "error"]
        if errors:
            problems[revision.pk] = f"{errors[0].message} {errors[0].mend}"
    return problems


def findings_of(revision: Revision, owner: OwnerInfo | None) -> list[Finding]:
    """What the checks say about a revision now: ours, and the guidelines in force."""
    return findings_of_revision(revision, owner)


def due_at(schedule: Mapping[str, Any], zone: str) -> datetime | None:
    """By when a revision has to be decided: the start of its schedule, wall-clock time in the store's zone.

    None when it starts as soon as it is approved. Rule S5: a time in the gap of a clock change moves to after
    it, one that occurs twice means the first.
    """
    start = str(schedule.get("start") or "approval")
    if start == "approval":
        return None
    return datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def family_of(submission: Submission) -> list[Submission]:
    """The submission as it was handed in and all parts that it was split into, oldest first."""
    return list(Submission.objects.filter(root_id=submission.root_id).order_by("created_at", "pk"))

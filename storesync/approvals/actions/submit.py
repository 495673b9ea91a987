"""Handing revisions in, and taking them back before they are decided."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals import flow
from storesync.approvals.actions.family import Outcome, hold, move, settle
from storesync.approvals.actions.grouping import NOBODY_SITS, Group, grouped, item_of
from storesync.approvals.facts import inspect
from storesync.approvals.models import (
    Decision,
    ItemState,
    ReviewStatus,
    Seat,
    Submission,
    SubmissionItem,
    Way,
    digest_of,
)
from storesync.approvals.stages import Facts
from storesync.approvals.steps import write_rule_steps, write_steps
from storesync.brands.permissions import holds
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.content import actions as content
from storesync.content.events import RevisionsDecided, RevisionsSubmitted
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo, describe
from storesync.core.audit import add_facts, audited
from storesync.core.bulk import insert_models
from storesync.core.errors import ActionRefused, refused_on_deadlock
from storesync.core.events import publish

if TYPE_CHECKING:
    from storesync.accounts.models import User


# Of thousands of revisions only what becomes their items is kept in memory.
_NEEDED: Final = (
    "brand",
    "content_hash",
    "owner_kind",
    "owner_id",
    "author",
    "schedule",
    "rendered_subject",
    "location__name",
    "location__time_zone",
)


def submit(
    *, revisions: Iterable[UUID], actor: "User", note: str = "", way: Way = Way.PAGE
) -> list[Submission]:
    """Hand revisions in for approval: one submission, with one process, for each set of stages they need.

    The policy of the brand for their type says which (`approvals.stages`); what does not differ from its
    approved template version passes by itself where the policy says so (Rule A13). Their owners hear of it
    in the same transaction and refuse what is no draft at that revision.

    Args:
        revisions: ids; each must be at a location where the actor may edit campaigns.
        note: for the reviewers, optional.

    Returns:
        The submissions, the largest first: waiting at their first stage, or approved by a rule.

    Raises:
        PermissionDenied: the actor may not edit campaigns anywhere in the brand.
        ActionRefused: nothing to submit, or one of them cannot be submitted; nothing is then.
    """
    # The deadline of its roll-out holds the campaigns already when it comes to their items.
    with refused_on_deadlock(_("One of these was submitted by somebody else just now. Look again.")):
        return _hand_in(revisions, actor, note.strip(), way)


def _hand_in(revisions: Iterable[UUID], actor: "User", note: str, way: Way) -> list[Submission]:
    with audited("submission.submitted", actor=actor):
        found = list(
            Revision.objects.filter(pk__any_of=set(revisions))
            .select_related("location")
            .only(*_NEEDED)
            .order_by("owner_kind", "owner_id")
        )
        if not found:
            raise ActionRefused(_("There is nothing to submit."))
        brand = found[0].brand
        if any(revision.brand_id != brand.pk for revision in found):
            raise ActionRefused(_("Submit for one brand at a time."))
        owners = describe(found)
        facts = _require_submittable(found, owners, actor)
        groups = grouped([item_of(one, owners.get(one.pk), facts[one.pk], actor) for one in found], brand)
        _write(groups, owners, actor, note, way)
        for kind, handed_in in groupby(found, key=attrgetter("owner_kind")):
            publish(
                RevisionsSubmitted(
                    brand_id=brand.pk,
                    owner_kind=kind,
                    revision_ids=tuple(revision.pk for revision in handed_in),
                    actor_id=actor.pk,
                    note=note,
                )
            )
        for group in groups:
            if group.rule:
                _pass(group)
    return [group.submission for group in groups]


def _require_submittable(
    found: list[Revision], owners: dict[UUID, OwnerInfo], actor: "User"
) -> dict[UUID, Facts]:
    if len({(revision.owner_kind, revision.owner_id) for revision in found}) < len(found):
        raise ActionRefused(_("Two revisions of the same campaign cannot be submitted together."))
    inspection = inspect(found, owners, actor)
    problems = inspection.problems
    if not problems:
        add_facts(guidelines=inspection.guidelines)
        return inspection.facts
    if not holds(actor, EDIT_CAMPAIGN, found[0].brand):
        raise PermissionDenied
    revision_id, unfit = next(iter(problems.items()))
    name = owners[revision_id].name if revision_id in owners else ""
    if len(found) == 1:
        raise ActionRefused(unfit.reason)
    raise ActionRefused(
        ngettext(
            "%(count)d of these cannot be submitted, “%(name)s”: %(reason)s",
            "%(count)d of these cannot be submitted, “%(name)s” first: %(reason)s",
            len(problems),
        )
        % {"count": len(problems), "name": name, "reason": unfit.reason}
    )


def _write(groups: list[Group], owners: dict[UUID, OwnerInfo], actor: "User", note: str, way: Way) -> None:
    """The rows of all submissions, each table in one statement, and then their processes."""
    for group in groups:
        waves = {owners[one.revision_id].wave_name for one in group.items if one.revision_id in owners}
        wave = waves.pop() if len(waves) == 1 and len(group.items) > 1 else ""
        submission = group.submission
        submission.submitter, submission.note = actor, note
        submission.title = (wave or group.items[0].name)[:200]
        submission.digest = digest_of(item.pin for item in group.items)
        submission.root = submission
    items = [item for group in groups for item in group.items]
    Submission.objects.bulk_create(group.submission for group in groups)
    try:
        insert_models(SubmissionItem, items)
    except IntegrityError as error:
        # Somebody else handed one of them in between our look and our write: one_open_item_per_owner.
        raise ActionRefused(_("One of these was submitted by somebody else just now. Look again.")) from error
    Seat.objects.bulk_create(seat for group in groups for seat in group.seats)
    for group in groups:
        flow.begin(group.submission)
    write_steps(
        items,
        decision=Decision.SUBMITTED,
        person=actor,
        before=ReviewStatus.DRAFT,
        after=ReviewStatus.PENDING_REVIEW,
        way=way,
        comment=note,
    )
    for group in groups:
        if any(seat.escalated for seat in group.seats):
            write_rule_steps(group.items, decision=Decision.ESCALATED, rule=str(NOBODY_SITS))


def _pass(group: Group) -> None:
    """Approve by the brand's rule what it says needs nobody (Rule A13)."""
    write_steps(
        group.items,
        decision=Decision.APPROVED,
        person=None,
        before=ReviewStatus.PENDING_REVIEW,
        after=ReviewStatus.APPROVED,
        way=Way.RULE,
        rule=group.rule,
    )
    submission = group.submission
    flow.settle(submission, decision=Decision.APPROVED, person=None)
    move((item.pk for item in group.items), ItemState.APPROVED)
    for item in group.items:
        item.state = ItemState.APPROVED
    pins = {item.revision_id: item.content_hash for item in group.items}
    content.record_approvals(brand_id=submission.brand_id, pins=pins, actor=None)
    publish(
        RevisionsDecided(
            brand_id=submission.brand_id,
            decision="approved",
            revision_ids=tuple(item.revision_id for item in group.items),
            actor_id=None,
            comment=group.rule,
            way=str(Way.RULE),
            submission_id=submission.pk,
        )
    )


def recall(*, items: Iterable[UUID], actor: "User", comment: str = "", way: Way = Way.PAGE) -> Outcome:
    """Take back what still waits; its campaigns are drafts again. Only by who submitted it.

    What else waits in the submission goes on in a child.

    Raises:
        PermissionDenied: the actor submitted none of them.
        ActionRefused: nothing of it waits any more.
    """
    with audited("submission.recalled", actor=actor):
        held = hold(items)
        own = [item for item in held.asked if item.submitter_id == actor.pk]
        if not own:
            raise PermissionDenied
        outcome = Outcome(
            done=[item for item in own if item.is_open],
            refused=[(item, _("This is decided already.")) for item in own if not item.is_open],
        )
        outcome.require_some()
        write_steps(
            outcome.done,
            decision=Decision.RECALLED,
            person=actor,
            before=ReviewStatus.PENDING_REVIEW,
            after=ReviewStatus.DRAFT,
            way=way,
            comment=comment.strip(),
        )
        settle(held, outcome.done, decision=Decision.RECALLED, person=actor)
        publish(
            RevisionsDecided(
                brand_id=held.brand_id,
                decision="recalled",
                revision_ids=tuple(item.revision_id for item in outcome.done),
                actor_id=actor.pk,
                comment=comment.strip(),
                way=str(way),
            )
        )
    return outcome


def withdraw(
    *, brand_id: UUID, revisions: Iterable[UUID], after: ReviewStatus, actor: "User | None", rule: str
) -> list[SubmissionItem]:
    """Close what waits because its owner left review by itself: cancelled, or its start has passed (Rule A8).

    Called in the transaction in which its owner says so. Owners are not told: they know. Harmless when
    nothing of it waits.

    Args:
        after: the owner's status now.
        actor: who cancelled; None when the clock did.
        rule: why, in words for people.

    Raises:
        ActionRefused: somebody is deciding about it at this very moment. The owner's rows are locked already
            here, after which Rule A9 allows no waiting for a submission: it could be for each other.
    """
    with audited("submission.withdrawn", actor=actor, rule=rule):
        waiting = SubmissionItem.objects.waiting().filter(brand_id=brand_id, revision_id__in=list(revisions))
        asked = list(waiting.order_by().values_list("pk", flat=True))
        if not asked:
            return []
        held = hold(asked, wait=False)
        taken = [item for item in held.asked if item.is_open]
        if taken:
            write_steps(
                taken,
                decision=Decision.RECALLED,
                person=actor,
                before=ReviewStatus.PENDING_REVIEW,
                after=after,
                way=Way.RULE,
                rule=rule,
            )
            settle(held, taken, decision=Decision.RECALLED, person=actor)
    return taken

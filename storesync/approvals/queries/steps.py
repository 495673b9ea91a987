"""What was done, in words."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.approvals.models import ApprovalStep, ApprovalStepArchive, Decision, SubmissionItem
from storesync.core import formats


def outcome_words(items: Iterable[SubmissionItem]) -> dict[UUID, str]:
    """For items decided already: who decided what and when, in words for who comes second (Rule A9)."""
    ids = [item.pk for item in items]
    if not ids:
        return {}
    steps = (
        ApprovalStep.objects.filter(item_id__in=ids)
        .exclude(decision=Decision.SUBMITTED)
        .select_related("person", "handed_to", "in_place_of")
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


def passed_on_words(item: SubmissionItem) -> str:
    """For somebody who saw an item at an earlier stage: who took it on, and where it is."""
    before = ApprovalStep.objects.filter(
        submission__root_id=item.submission.root_id,
        revision_id=item.revision_id,
        stage=item.submission.stage - 1,
        decision=Decision.APPROVED,
    )
    last = before.select_related("person", "in_place_of").last()
    words = _("It is at %(stage)s now; look at it again.") % {"stage": item.submission.stage_name}
    return f"{step_words(last)} {words}" if last else words


def step_words(step: ApprovalStep | ApprovalStepArchive) -> str:
    """One step as a sentence; what ended by a rule says the rule."""
    if step.decision == Decision.RECALLED and step.rule:
        when = formats.moment(step.created_at)
        by = step.person.display_name if step.person else _("by itself")
        return _("%(rule)s (%(who)s, %(when)s)") % {"rule": step.rule, "who": by, "when": when}
    who = step.person.display_name if step.person else _("A rule of the brand")
    if step.person and step.in_place_of:
        who = _("%(name)s in place of %(other)s") % {"name": who, "other": step.in_place_of.display_name}
    words = {"who": who, "when": formats.moment(step.created_at)}
    if step.handed_to:
        words["whom"] = step.handed_to.display_name
    return _SENTENCES[Decision(step.decision)]() % words

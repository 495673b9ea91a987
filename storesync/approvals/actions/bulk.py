"""Deciding about more than one request can carry: chosen, confirmed, then done in stretches by a Job.

Each stretch is a transaction of its own that decides by the same action as every other way in: a task that
was killed goes on with the next stretch, one that runs twice decides nothing twice.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet, PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.actions.decide import AFTER, decide
from storesync.approvals.models import (
    BulkDecision,
    BulkDecisionRow,
    Decision,
    Reason,
    RowOutcome,
    SubmissionItem,
    Way,
)
from storesync.brands.permissions import holds
from storesync.brands.rights import DECIDE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import advance, begin, fail, finish, start_job
from storesync.core.models import Job

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

STRETCH: Final = 500
"""Items a transaction, as far as submissions end there: one is never cut, or its rest would be split off."""
KEPT: Final = timedelta(days=1)
"""How long a choice that was never confirmed is kept."""
CHOICES: Final = 3
"""Choices that one person has open in a brand; an older one makes room for the next."""


def choose_for_bulk(
    *, brand: "Brand", items: "QuerySet[SubmissionItem]", decision: Decision, actor: "User"
) -> BulkDecision:
    """Write down which items a person means, in the order of the queue; nothing is decided by it.

    Raises:
        PermissionDenied: the actor may not decide anything in this brand.
        ActionRefused: it is nothing that can be decided, or there is no item.
    """
    if decision not in AFTER:
        raise ActionRefused(_("This cannot be decided about a submission."))
    if not holds(actor, DECIDE, brand):
        raise PermissionDenied
    with audited("submission.chosen", actor=actor):
        mine = BulkDecision.objects.filter(person=actor, confirmed_at__isnull=True)
        recent = mine.filter(created_at__gte=timezone.now() - KEPT).order_by("-created_at")
        _forget(mine.exclude(pk__in=list(recent.values_list("pk", flat=True)[: CHOICES - 1])))
        bulk = BulkDecision.objects.create(brand=brand, person=actor, decision=decision)
        bulk.total = _write_rows(bulk, items)
        if not bulk.total:
            raise ActionRefused(_("Nothing was chosen."))
        bulk.save(update_fields=["total"])
    return bulk


def forget_choices() -> int:
    """Clear away what was chosen and not confirmed for longer than KEPT; returns how many choices.

    For the sweeper, in the scope of one brand.
    """
    stale = BulkDecision.objects.filter(confirmed_at__isnull=True, created_at__lt=timezone.now() - KEPT)
    with audited("submission.choice_forgotten", actor=None):
        return _forget(stale)


def _forget(choices: "QuerySet[BulkDecision]") -> int:
    """Delete those that nobody is confirming at this moment."""
    held = choices.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    found = list(held.values_list("pk", flat=True))
    BulkDecision.objects.filter(pk__in=found).delete()
    return len(found)


def _write_rows(bulk: BulkDecision, items: "QuerySet[SubmissionItem]") -> int:
    """One statement, whatever their number; returns how many there are."""
    order = [F("due_at").asc(nulls_last=True), F("id").asc()]
    place = Window(RowNumber(), order_by=order)
    chosen = items.order_by().values_list("pk", "submission__stage", place)
    try:
        sql, params = chosen.query.sql_with_params()
    except EmptyResultSet:
        return 0
    table = connection.ops.quote_name(BulkDecisionRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, brand_id, bulk_id, item_id, position, stage, outcome, reason) "  # noqa: S608
            f"SELECT gen_random_uuid(), %s, %s, chosen.item, chosen.place, chosen.stage, '', '' "
            f"FROM ({sql}) AS chosen (item, stage, place)",
            [bulk.brand_id, bulk.pk, *params],
        )
        return int(cursor.rowcount)


def start_bulk_decision(
    *, bulk: BulkDecision, actor: "User", comment: str = "", reason: Reason | None = None
) -> BulkDecision:
    """Decide about all that was chosen, as a Job; one that was stopped or failed goes on where it was.

    The caller wakes the task (tasks.decide_bulk) on commit.

    Raises:
        PermissionDenied: it is another person's choice, or the actor may not decide in the brand any more.
        ActionRefused: no comment where one is needed, it runs already, or nothing of it is left.
    """
    comment = comment.strip()
    with audited("submission.decided_in_bulk", actor=actor, bulk=str(bulk.pk)):
        bulk = BulkDecision.objects.select_for_update(of=("self",)).select_related("brand").get(pk=bulk.pk)
        if bulk.person_id != actor.pk or not holds(actor, DECIDE, bulk.brand):
            raise PermissionDenied
        if bulk.confirmed_at is not None and bulk.done_at is None:
            raise ActionRefused(_("This runs already."))
        if bulk.confirmed_at is None:
            if bulk.decision != Decision.APPROVED and not comment:
                raise ActionRefused(_("Say in the comment what should change; it is needed to reject."))
            bulk.comment, bulk.reason, bulk.confirmed_at = comment, reason or "", timezone.now()
        left = bulk.rows.filter(outcome="").count()
        if not left:
            raise ActionRefused(_("Everything of it is done."))
        bulk.done_at = None
        bulk.job = start_job(
            brand_id=bulk.brand_id,
            kind="approvals.bulk",
            title=title_of(bulk),
            actor=actor,
            unit=_("campaigns"),
            total=left,
            back_url=bulk.get_absolute_url(),
        )
        bulk.save(update_fields=["comment", "reason", "confirmed_at", "done_at", "job"])
    return bulk


def title_of(bulk: BulkDecision) -> str:
    """What the Job does, in words."""
    words = {
        Decision.APPROVED: ngettext("Approve %(n)d campaign", "Approve %(n)d campaigns", bulk.total),
        Decision.CHANGES_REQUESTED: ngettext(
            "Ask for changes to %(n)d campaign", "Ask for changes to %(n)d campaigns", bulk.total
        ),
        Decision.REJECTED: ngettext("Reject %(n)d campaign", "Reject %(n)d campaigns", bulk.total),
    }
    return words[Decision(bulk.decision)] % {"n": bulk.total}


def continue_bulk_decision(*, bulk_id: UUID) -> None:
    """Decide stretch after stretch until nothing is left or it is asked to stop; harmless to run twice.

    Raises:
        PermissionDenied: its person may not decide in the brand any more; what is done stays.
    """
    while True:
        with transaction.atomic():
            bulk = (
                BulkDecision.objects.select_for_update(of=("self",)).select_related("person").get(pk=bulk_id)
            )
            if bulk.done_at is not None or bulk.job_id is None:
                return
            begin(bulk.job_id)
            # What is written down now is read by its person later.
            with translation.override(bulk.person.language):
                over = not _stretch(bulk)
                counts = counts_of(bulk)
                words = outcome_words_of(bulk, counts)
            job = Job.objects.get(pk=bulk.job_id)
            # A Job that goes on after a stop counts what was left then.
            done = job.total - counts.left
            if not advance(bulk.job_id, done=done) or over:
                bulk.done_at = timezone.now()
                bulk.save(update_fields=["done_at"])
                finish(bulk.job_id, result={}, message=words)
                return


def _stretch(bulk: BulkDecision) -> bool:
    """Decide about the next rows, whole submissions at a time; False when none was left."""
    waiting = bulk.rows.filter(outcome="")
    first = list(waiting.order_by("position").values_list("item__submission__root_id", flat=True)[:STRETCH])
    if not first:
        return False
    roots = list(dict.fromkeys(first))
    # The last one may go on beyond the stretch, and any of them may come again further down.
    rows = list(
        waiting.filter(item__submission__root_id__in=roots).select_related("item").order_by("position")
    )
    reasons: Mapping[UUID, str]
    try:
        outcome = decide(
            items=[row.item_id for row in rows],
            decision=Decision(bulk.decision),
            actor=bulk.person,
            comment=bulk.comment,
            reason=Reason(bulk.reason) if bulk.reason else None,
            way=Way.BULK,
            seen_stages={row.item.revision_id: row.stage for row in rows},
        )
    except ActionRefused as refusal:
        done, votes = set(), set()
        reasons = {row.item.revision_id: refusal.message for row in rows}
    else:
        # By revision: an item that moved to another submission meanwhile was followed there.
        done = {item.revision_id for item in outcome.done}
        votes = {item.revision_id for item in outcome.done if item.pk in outcome.votes}
        reasons = {item.revision_id: reason for item, reason in outcome.refused}
    for row in rows:
        revision = row.item.revision_id
        row.outcome = RowOutcome.DONE if revision in done else RowOutcome.REFUSED
        if revision in votes:
            row.reason = _("Others have to approve it too.")
        elif revision not in done:
            row.reason = reasons.get(revision) or _("This is not there for you any more.")
    BulkDecisionRow.objects.bulk_update(rows, ["outcome", "reason"], batch_size=1000)
    return True


class Counts:
    """How many rows of a bulk decision were decided, stayed as they were, and were not reached."""

    def __init__(self, bulk: BulkDecision) -> None:
        found = bulk.rows.aggregate(
            done=Count("pk", filter=Q(outcome=RowOutcome.DONE)),
            refused=Count("pk", filter=Q(outcome=RowOutcome.REFUSED)),
            left=Count("pk", filter=Q(outcome="")),
        )
        self.done: int = found["done"]
        self.refused: int = found["refused"]
        self.left: int = found["left"]


def counts_of(bulk: BulkDecision) -> Counts:
    """Counted now, in one query."""
    return Counts(bulk)


def outcome_words_of(bulk: BulkDecision, counts: Counts) -> str:
    """What became of it, in words."""
    words = {
        Decision.APPROVED: ngettext("%(n)d approved.", "%(n)d approved.", counts.done),
        Decision.CHANGES_REQUESTED: ngettext(
            "%(n)d sent back for changes.", "%(n)d sent back for changes.", counts.done
        ),
        Decision.REJECTED: ngettext("%(n)d rejected.", "%(n)d rejected.", counts.done),
    }
    said = [words[Decision(bulk.decision)] % {"n": counts.done}]
    if counts.refused:
        stayed = ngettext("%(n)d stayed as it was.", "%(n)d stayed as they were.", counts.refused)
        said.append(stayed % {"n": counts.refused})
    if counts.left:
        said.append(
            ngettext("%(n)d was not reached.", "%(n)d were not reached.", counts.left) % {"n": counts.left}
        )
    return " ".join(said)


def give_up_bulk(*, bulk_id: UUID, message: str) -> None:
    """End one that cannot go on, and its Job with the reason; what is done stays, the rest can follow."""
    with audited("submission.decided_in_bulk", actor=None, bulk=str(bulk_id)):
        bulk = BulkDecision.objects.select_for_update(of=("self",)).get(pk=bulk_id)
        if bulk.done_at is not None:
            return
        bulk.done_at = timezone.now()
        bulk.save(update_fields=["done_at"])
        if bulk.job_id:
            fail(bulk.job_id, message=message)

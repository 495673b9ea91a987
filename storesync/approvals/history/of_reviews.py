"""What approvals say: steps, also those in the archive, and the clock of a submission."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.history.entries import Entry, Kind
from storesync.approvals.history.sources import HistorySource, Rows, Source, history_of_model, key_as_text
from storesync.approvals.models import (
    ApprovalStep,
    ApprovalStepArchive,
    Decision,
    Reason,
    Submission,
    Way,
)
from storesync.approvals.stages import read_stages
from storesync.core import formats
from storesync.core.merging import key_of, moment_of

ICONS: Final = {
    Decision.SUBMITTED: "submit",
    Decision.APPROVED: "approve",
    Decision.CHANGES_REQUESTED: "changes",
    Decision.REJECTED: "reject",
    Decision.RECALLED: "recall",
    Decision.REVOKED: "undo",
    Decision.HANDED_OVER: "hand-over",
    Decision.WARNED: "clock",
    Decision.ESCALATED: "nudge",
}
_TOLD: Final = (
    "decision",
    "person_id",
    "in_place_of_id",
    "handed_to_id",
    "stage",
    "stage_name",
    "comment",
    "previous_status",
    "new_status",
    "way",
    "rule",
    "reason",
    "created_at",
)
"""What an entry tells of a step; the steps of one moment that agree in it are one entry of a submission."""


def step_entry(step: Any, *, archived: bool = False) -> Entry:
    """A step as an entry; `step` has the attributes of ApprovalStep that are told."""
    moved = step.previous_status != step.new_status
    whys = [str(Reason(step.reason).label) if step.reason else "", step.comment, step.rule]
    return Entry(
        kind=Kind.REVIEW,
        at=step.created_at,
        icon=ICONS[Decision(step.decision)],
        title=str(Decision(step.decision).label),
        person_id=step.person_id,
        in_place_of_id=step.in_place_of_id,
        handed_to_id=step.handed_to_id,
        before=step.previous_status if moved else "",
        after=step.new_status if moved else "",
        why=" · ".join(why for why in whys if why),
        way=str(Way(step.way).label),
        notes=[_("Stage “%(stage)s”") % {"stage": step.stage_name or _("Review")}],
        archived=archived,
    )


class _StepSource(Source):
    kind, at = Kind.REVIEW, "created_at"
    model: ClassVar[Any]
    """ApprovalStep, or ApprovalStepArchive: the same columns."""
    archived: ClassVar[bool] = False

    def about(self, text: str) -> Q:
        wanted = text.casefold()
        decisions = [one for one in Decision if wanted in str(one.label).casefold()]
        words = Q(comment__icontains=text) | Q(rule__icontains=text) | Q(stage_name__icontains=text)
        return words | Q(decision__in=decisions)

    def _annotated(self, rows: Rows) -> Rows:
        return rows.order_by().annotate(who=F("person_id"), moment=moment_of("created_at"))


class Steps(_StepSource):
    """The chain of one campaign, each step with its number and hash."""

    name, rank = "step", 7
    model: ClassVar[Any] = ApprovalStep

    def rows(self) -> Rows:
        mine = self.model.objects.filter(owner_kind=self.subject.kind, owner_id__in=self.subject.owners)
        return self._annotated(mine)

    def keyed(self, rows: Rows) -> Rows:
        return rows.annotate(key=key_of("number"))

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        found = {}
        for step in self.rows().filter(number__in=[int(key) for key in keys]):
            entry = found[key_as_text(step.number)] = step_entry(step, archived=self.archived)
            entry.number, entry.hash = step.number, step.hash
            entry.url = reverse("approvals:review", args=[self.subject.slug, step.item_id])
            entry.action = _("Open the review")
        return found


class ArchivedSteps(Steps):
    """The part of the chain that is in the archive (Rule A12)."""

    name, rank, archived = "archived", 6, True
    model: ClassVar[Any] = ApprovalStepArchive


class StepGroups(_StepSource):
    """The steps of a submission: what was done to many campaigns at one moment is one entry."""

    name, rank = "steps", 7
    model: ClassVar[Any] = ApprovalStep

    def rows(self) -> Rows:
        return self._annotated(self.model.objects.filter(item__in=self.subject.items.order_by().values("pk")))

    def keyed(self, rows: Rows) -> Rows:
        grouped = rows.values(*_TOLD, "moment", "who")
        return grouped.annotate(key=Min(Cast("id", CharField())))

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        asked = self.model.objects.filter(pk__in=keys).order_by()
        # What agrees in everything with a step of the page was written at its moment.
        moments = list(asked.values_list("created_at", flat=True))
        groups = self.keyed(self.rows().filter(created_at__in=moments)).annotate(
            n=Count("pk"), example=Min("item__name"), of=Min(Cast("item_id", CharField()))
        )
        found = {}
        for row in groups.filter(key__in=list(keys)):
            entry = found[row["key"]] = step_entry(_Row(row), archived=self.archived)
            many = {"n": formats.number(row["n"]), "example": row["example"]}
            entry.notes.append(
                row["example"]
                if row["n"] == 1
                else ngettext("%(n)s campaign", "%(n)s campaigns", row["n"]) % many
            )
            if row["n"] == 1:
                entry.url = reverse("approvals:review", args=[self.subject.slug, row["of"]])
                entry.action = _("Open the review")
        return found


class ArchivedStepGroups(StepGroups):
    """Those of them that are in the archive (Rule A12)."""

    name, rank, archived = "archived", 6, True
    model: ClassVar[Any] = ApprovalStepArchive


class _Row:
    """A row of values, read like a step."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


class Clock(HistorySource):
    """Stages that begin with a time by which they are due, and the moment at which that has passed."""

    name, rank, kind, model = "clock", 5, Kind.REVIEW, Submission

    def rows(self) -> Rows:
        # A submission goes on without what was decided apart: only while an item of ours was in it.
        ours = self.subject.items.order_by().filter(submission=OuterRef("pgh_obj"))
        while_in = ours.filter(Q(state="waiting") | Q(state_changed_at__gte=OuterRef("pgh_created_at")))
        rows = self.events().filter(Exists(while_in))
        older = history_of_model(Submission).filter(
            pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
        )
        same = older.filter(stage=OuterRef("stage"), stage_due_at=OuterRef("stage_due_at"))
        new_due: Any = Q(stage_due_at__isnull=False) & ~Exists(same)
        # What is split off begins with what its parent had.
        new_due &= Q(parent__isnull=True) | Q(pgh_label="update")
        late: Any = Q(overdue_at__isnull=False) & ~Exists(older.filter(overdue_at=OuterRef("overdue_at")))
        late &= Q(pgh_label="update")
        return rows.filter(new_due | late)

    def about(self, text: str) -> Q:
        return Q() if text.casefold() in _("Overdue").casefold() else Q(pgh_id__in=[])

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        found = {}
        for row, before in self.pairs(keys):
            late = row.overdue_at is not None and (before is None or before.overdue_at != row.overdue_at)
            due = {"due": formats.moment(row.stage_due_at)} if row.stage_due_at else {}
            found[key_as_text(row.pgh_id)] = Entry(
                kind=self.kind,
                at=row.when,
                icon="warning" if late else "clock",
                title=_("Overdue") if late else _("To be decided"),
                notes=[
                    _("Stage “%(stage)s”") % {"stage": read_stages(row.stages)[row.stage].label},
                    *([_("due %(due)s") % due] if due else []),
                ],
            )
        return found

"""What a campaign's own rows say: edits, moves, dates, sending, tests."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import CharField, Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.history.entries import Entry, Kind
from storesync.approvals.history.sources import (
    HistorySource,
    Rows,
    Source,
    changed,
    events_of,
    history_of_model,
    key_as_text,
    was,
    with_before,
)
from storesync.approvals.models import Way
from storesync.brands.models import Location
from storesync.campaigns.models import LocationCampaign, MailTest
from storesync.campaigns.queries import edits_between
from storesync.campaigns.statuses import Status
from storesync.core import formats
from storesync.core.changes import changed_labels, changes_of, verbs_like
from storesync.core.merging import moment_of
from storesync.mailing.models import WAITING, Batch, BatchState, Delivery, DeliveryState

_EDITS: Final = (
    "campaign.created",
    "campaign.offered",
    "campaign.duplicated",
    "campaign.edited",
    "campaign.recipients_changed",
    "campaign.upgraded",
)
_STEPS: Final = ("campaign.submitted", "campaign.rejected", "campaign.recalled")
"""Moves that a step of the review tells of: no second entry says it."""
_STEPS_UNLESS_ARMED: Final = ("campaign.approved", "campaign.approval_revoked")
"""The same, but for what the brand does by itself then: arming, or pausing what runs."""
_BY_STEPS: Final = (Status.DRAFT, Status.PENDING_REVIEW, Status.APPROVED, Status.REJECTED)
_HIDDEN: Final = frozenset(
    {
        "status",
        "status_reason",
        "status_changed_at",
        "version",
        "paused_from",
        "armed_zone",
        "current_revision",
        "approved_revision",
        "touched_at",
        "candidate_status",
        "facts_changed_at",
        "activated_at",
        "location",
        "rollout",
        "template_version",
    }
)
_ICONS: Final = {
    Status.SCHEDULED: "schedule",
    Status.ACTIVE: "send",
    Status.COMPLETED: "done",
    Status.PAUSED: "pause",
    Status.CANCELLED: "cancel",
    Status.MISSED: "warning",
    Status.DRAFT: "undo",
}


class _OfCampaign(HistorySource):
    model = LocationCampaign

    def rows(self) -> Rows:
        return self.events().filter(pgh_obj__in=self.subject.owners)

    def about(self, text: str) -> Q:
        return Q(status_reason__icontains=text) | Q(verb__in=verbs_like(text))

    def _entries(self, pairs: Sequence[tuple[Any, Any]]) -> dict[str, tuple[Entry, Any, Any]]:
        """The entries of these rows with both sides of each."""
        told = changes_of(LocationCampaign, pairs, hidden=_HIDDEN, named=False)
        found = {}
        for (row, before), change in zip(pairs, told, strict=True):
            moved = before is not None and before.status != row.status
            entry = Entry(
                kind=self.kind,
                at=row.when,
                icon="history",
                title=change.verb[:1].upper() + change.verb[1:],
                person_id=row.who,
                before=before.status if moved else "",
                after=row.status if moved else "",
                why=row.status_reason if moved else "",
                way=way_of_context(row.pgh_context),
                changes=[
                    {"label": one.label, "before": one.before, "after": one.after}
                    for one in change.fields
                    if before is not None
                ],
            )
            found[key_as_text(row.pgh_id)] = (entry, row, before)
        return found


class Edits(_OfCampaign):
    """Revisions that were saved, each one click from what it changed."""

    name, rank, kind = "edit", 1, Kind.EDIT

    def rows(self) -> Rows:
        return super().rows().filter(Q(verb__in=_EDITS) | Q(pgh_label="insert"))

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        pairs = self.pairs(keys)
        found = self._entries(pairs)
        for (entry, row, _before), edit in zip(found.values(), edits_between(pairs), strict=True):
            entry.icon = "edit" if edit else "add" if row.pgh_label == "insert" else "history"
            if edit:
                page = reverse("campaigns:campaign_content", args=[self.subject.slug, row.pgh_obj_id])
                entry.notes = [edit.words] if edit.words else []
                entry.url, entry.action = f"{page}?{edit.query}#differences", _("Compare")
        return {key: entry for key, (entry, *_rest) in found.items()}


class Moves(_OfCampaign):
    """Moves of the status that no step tells of, new dates, facts of the store that changed."""

    name, rank, kind = "move", 9, Kind.MOVE

    def rows(self) -> Rows:
        by_step = Q(verb__in=_STEPS) | Q(verb__in=_STEPS_UNLESS_ARMED, status__in=_BY_STEPS)
        return super().rows().exclude(Q(verb__in=_EDITS) | Q(pgh_label="insert") | by_step)

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        found = self._entries(self.pairs(keys))
        flagged = {}
        for key, (entry, row, before) in found.items():
            if entry.after:
                entry.icon = _ICONS.get(Status(row.status), "history")
            if row.verb == "campaign.approved":
                entry.title = (
                    _("Scheduled, as the brand does with what is approved")
                    if entry.after
                    else _("The approved change is in force")
                )
            if row.facts_changed_at and (before is None or before.facts_changed_at != row.facts_changed_at):
                entry.icon, entry.title = "warning", _("Facts of the store changed")
                flagged[key] = (entry, row)
        self._tell_facts(list(flagged.values()))
        return {key: entry for key, (entry, *_rest) in found.items()}

    @staticmethod
    def _tell_facts(flagged: Sequence[tuple[Entry, Any]]) -> None:
        """Which facts they were, and who changed them: what was written of the store at that moment."""
        if not flagged:
            return
        # Written in one transaction, in which the clock of the database stands still.
        rows = [row for _entry, row in flagged]
        stores = _Stores({row.location_id for row in rows}, {row.pgh_created_at for row in rows})
        for row, before in stores.found():
            for entry, campaign in flagged:
                if (campaign.location_id, campaign.pgh_created_at) == (row.pgh_obj_id, row.pgh_created_at):
                    entry.notes.append(", ".join(changed_labels(Location, before, row)))
                    entry.person_id = row.who


class _Stores:
    """The history of some stores at some moments."""

    def __init__(self, locations: set[Any], moments: set[Any]) -> None:
        self._which = Q(pgh_obj__in=locations, pgh_created_at__in=moments, pgh_label="update")

    def found(self) -> list[tuple[Any, Any]]:
        """Rows with the one before each; two queries."""
        return with_before(events_of(Location).filter(self._which), Location)


class Batches(HistorySource):
    """Sending begun, paused, gone on, cancelled, finished, with the sums of what became of everybody."""

    model = Batch
    name, rank, kind = "batch", 8, Kind.SENDING

    def rows(self) -> Rows:
        batches = Batch.objects.filter(source_kind=self.subject.kind, source_id__in=self.subject.owners)
        mine = self.events().filter(pgh_obj__in=batches.order_by().values("pk"))
        # A person who pauses or cancels a campaign moves its batch too: the campaign's entry says it.
        moved = history_of_model(LocationCampaign).filter(
            pgh_obj_id=OuterRef("source_id"), pgh_created_at=OuterRef("pgh_created_at"), pgh_label="update"
        )
        rows = mine.annotate(was_state=was("state", Batch)).filter(changed("state"))
        return rows.exclude(~Q(state=BatchState.COMPLETED), Exists(moved), pgh_label="update")

    def about(self, text: str) -> Q:
        return Q(state_reason__icontains=text)

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        asked = list(self.events().filter(pgh_id__in=[int(key) for key in keys]))
        batches = Batch.objects.in_bulk({row.pgh_obj_id for row in asked})
        sums: dict[Any, dict[str, int]] = defaultdict(dict)
        rows = Delivery.objects.filter(batch__in=list(batches)).order_by().values_list("batch", "state")
        for batch, state, count in rows.annotate(n=Count("pk")):
            name = "waiting" if state in WAITING else state
            sums[batch][name] = sums[batch].get(name, 0) + count
        return {
            key_as_text(row.pgh_id): self._entry(row, batches[row.pgh_obj_id], sums[row.pgh_obj_id])
            for row in asked
        }

    def _entry(self, row: Any, batch: Batch, sums: dict[str, int]) -> Entry:
        begun = row.pgh_label == "insert"
        titles = {
            BatchState.RUNNING: (_("Sending begun") if begun else _("Sending goes on"), "send"),
            BatchState.PAUSED: (_("Sending paused"), "pause"),
            BatchState.CANCELLED: (_("Sending cancelled"), "cancel"),
            BatchState.COMPLETED: (_("Sending finished"), "done"),
        }
        title, icon = titles[BatchState(row.state)]
        recipients = batch.intended or 0
        notes = [
            ngettext("%(n)s recipient", "%(n)s recipients", recipients) % {"n": formats.number(recipients)}
        ]
        if row.state in (BatchState.COMPLETED, BatchState.CANCELLED):
            words = {"waiting": _("Pending")} | {state.value: str(state.label) for state in DeliveryState}
            counted = [(words[name], sums[name]) for name in words if sums.get(name)]
            notes.append(", ".join(f"{word}: {formats.number(count)}" for word, count in counted))
        return Entry(
            kind=self.kind,
            at=row.when,
            icon=icon,
            title=title,
            person_id=row.who,
            why="" if begun else row.state_reason,
            way=way_of_context(row.pgh_context),
            notes=[note for note in notes if note],
            url=reverse("campaigns:campaign_recipients", args=[self.subject.slug, row.source_id]),
            action=_("Recipients"),
        )


class Tests(Source):
    """Test mails: by whom and to how many addresses, never to which."""

    name, rank, kind, at = "test", 2, Kind.SENDING, "created_at"

    def rows(self) -> Rows:
        found = MailTest.objects.filter(campaign__in=self.subject.owners).order_by()
        return found.annotate(who=F("sent_by_id"), moment=moment_of("created_at"))

    def keyed(self, rows: Rows) -> Rows:
        return rows.annotate(key=Cast("pk", CharField()))

    def about(self, text: str) -> Q:
        return Q() if text.casefold() in _("Test mail sent").casefold() else Q(pk__in=[])

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        found = {}
        for test in MailTest.objects.filter(pk__in=keys):
            count = ngettext("to %(n)d address", "to %(n)d addresses", test.addresses)
            notes = [count % {"n": test.addresses}]
            if test.number:
                notes.append(_("revision %(number)d") % {"number": test.number})
            found[str(test.pk)] = Entry(
                kind=self.kind,
                at=test.created_at,
                icon="mail",
                title=_("Test mail sent"),
                person_id=test.sent_by_id,
                notes=notes,
            )
        return found


def way_of_context(context: Any) -> str:
    """By which way a write came, where its history says so."""
    facts = context if isinstance(context, dict) else {}
    return str(Way.ADMIN.label) if str(facts.get("path", "")).startswith("/backoffice/") else ""

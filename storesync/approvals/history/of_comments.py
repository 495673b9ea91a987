"""What people said to each other about a campaign, and when they were done with it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from storesync.approvals.history.entries import Entry, Kind
from storesync.approvals.history.sources import HistorySource, Rows, key_as_text, was
from storesync.comments.models import Comment, Thread


class _OfThreads(HistorySource):
    kind = Kind.COMMENT
    owner: ClassVar[str]
    """The path to the id of what is talked about."""

    def while_handed_in(self, rows: Rows) -> Rows:
        """Of a submission, what was said while the campaign waited in it; of a campaign, all."""
        if self.subject.since is None:
            return rows
        waited = self.subject.items.order_by().filter(owner_id=OuterRef(self.owner))
        waited = waited.filter(Q(state="waiting") | Q(state_changed_at__gte=OuterRef("pgh_created_at")))
        return rows.filter(Exists(waited), pgh_created_at__gte=self.subject.since)

    def names(self, owners: Iterable[Any]) -> dict[Any, str]:
        """What the campaigns of a submission are called; of a campaign's own page nothing."""
        if self.subject.since is None:
            return {}
        return dict(self.subject.items.filter(owner_id__in=set(owners)).values_list("owner_id", "name"))

    def threads(self) -> Rows:
        """The threads about these campaigns."""
        found: Rows = Thread.objects.filter(owner_kind=self.subject.kind, owner_id__in=self.subject.owners)
        return found.order_by()

    def _entry(self, row: Any, thread: Thread, icon: str, title: str, names: dict[Any, str]) -> Entry:
        page = reverse("campaigns:campaign_comments", args=[self.subject.slug, thread.owner_id])
        query = urlencode({"place": thread.key}) if thread.key else ""
        return Entry(
            kind=self.kind,
            at=row.when,
            icon=icon,
            title=title,
            person_id=row.who,
            notes=[words for words in (names.get(thread.owner_id, ""), thread.place) if words],
            url=f"{page}?{query}" if query else page,
            action=_("Open the comments"),
        )


class Comments(_OfThreads):
    """Comments written, changed, struck out; what is struck out is not shown again."""

    name, rank, model = "comment", 3, Comment
    owner = "pgh_obj__thread__owner_id"

    def rows(self) -> Rows:
        return self.while_handed_in(self.events().filter(pgh_obj__thread__in=self.threads()))

    def about(self, text: str) -> Q:
        return Q(body__icontains=text, pgh_obj__struck_at__isnull=True)

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        asked = self.events().filter(pgh_id__in=[int(key) for key in keys])
        rows = list(
            asked.annotate(
                was_body=was("body", Comment), was_struck=was("struck_at", Comment)
            ).select_related("pgh_obj__thread")
        )
        names = self.names(row.pgh_obj.thread.owner_id for row in rows)
        found = {}
        for row in rows:
            comment, written = row.pgh_obj, row.pgh_label == "insert"
            struck = not written and row.was_struck is None and row.struck_at is not None
            title = _("Commented") if written else _("Changed a comment")
            title = _("Struck a comment out") if struck else title
            entry = self._entry(row, comment.thread, "comment", title, names)
            if comment.struck_at is not None:
                entry.notes += [] if struck else [_("struck out since")]
            elif written:
                entry.why = row.body
            else:
                entry.changes = [{"label": _("Comment"), "before": row.was_body, "after": row.body}]
            found[key_as_text(row.pgh_id)] = entry
        return found


class Threads(_OfThreads):
    """Threads resolved and reopened."""

    name, rank, model = "thread", 4, Thread
    owner = "pgh_obj__owner_id"

    def rows(self) -> Rows:
        mine = self.events().filter(pgh_obj__in=self.threads(), pgh_label="update")
        return self.while_handed_in(mine.filter(verb__in=["thread.resolved", "thread.reopened"]))

    def about(self, text: str) -> Q:
        return Q(quote__icontains=text)

    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        asked = self.events().filter(pgh_id__in=[int(key) for key in keys])
        rows = list(asked.select_related("pgh_obj"))
        names = self.names(row.pgh_obj.owner_id for row in rows)
        found = {}
        for row in rows:
            done = row.resolved_at is not None
            title = _("Resolved the comments") if done else _("Took the comments up again")
            icon = "approve" if done else "undo"
            found[key_as_text(row.pgh_id)] = self._entry(row, row.pgh_obj, icon, title, names)
        return found

"""The list: what waits for this person, what they handed in, everything, and what was decided."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.approvals.filters import QueueFilter
from storesync.approvals.models import SubmissionItem
from storesync.approvals.navigation import waiting_here
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.tables import QueueTable
from storesync.brands.navigation import rights_here
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.content.owners import describe
from storesync.core.views import ListMode, ListTab, ListView


def add_owners(items: list[SubmissionItem]) -> None:
    """Give each item of a page its `owner`, in a constant number of queries."""
    owners = describe([item.revision for item in items])
    for item in items:
        item.owner = owners.get(item.revision_id)  # type: ignore[attr-defined]


class QueueView(ListView):
    """What the pages of the queue share: the items by view, their filters, the tabs."""

    permission = VIEW_CAMPAIGN
    filterset_class = QueueFilter
    template_name = "approvals/queue.html"
    fragment_template_name = "components/results.html"
    saved_views = "approvals:queue"
    polls = True
    view = "mine"

    @property
    def decides(self) -> bool:
        """Whether the person decides anything in this brand."""
        return DECIDE in rights_here(self.request)

    def items(self) -> SubmissionItemQuerySet:
        """The items of this view, as far as the person may see them."""
        items: SubmissionItemQuerySet = SubmissionItem.objects.all()
        user = self.request.user
        if self.view == "mine":
            # Who decides nowhere is spared the search through everything that waits.
            if not self.decides:
                return items.none()
            return items.decidable_by(user)
        if self.view == "submitted":
            return items.filter(submitter=user).exclude(state="moved").visible_to(user)
        if self.view == "decided":
            return items.decided().visible_to(user)
        return items.waiting().visible_to(user)

    def newer(self, queryset: Any, since: datetime) -> Any:
        """What was decided, or else what came to its stage: a part that was split off is nothing new."""
        if self.view == "decided":
            return queryset.filter(state_changed_at__gt=since)
        return queryset.filter(submission__stage_since__gt=since)

    def fixed_views(self) -> list[ListTab]:
        mine = ListTab(
            _("Waiting for me"),
            "approvals:queue",
            waiting_here(self.request) if self.decides else None,
            beside=("approvals:queue_by_wave",),
        )
        return [
            # Whoever decides nowhere has no such list; its address says why.
            *([mine] if self.decides else []),
            ListTab(_("Submitted by me"), "approvals:submitted"),
            ListTab(_("All that wait"), "approvals:waiting"),
            ListTab(_("Decided"), "approvals:decided"),
        ]

    def modes(self) -> list[ListMode]:
        if self.view != "mine" or not self.decides:
            return []
        return [
            ListMode(_("One by one"), "approvals:queue", "select-all"),
            ListMode(_("By roll-out"), "approvals:queue_by_wave", "rollouts"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approvals"),
            "empty_template": "approvals/_queue_empty.html",
            "view": self.view,
            "decides": self.decides,
        }


class Queue(QueueView):
    """Items one by one, due first."""

    table_class = QueueTable
    default_order = ("due_at", "pk")
    export_name = "approvals"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        rights = rights_here(request)
        if DECIDE not in rights and EDIT_CAMPAIGN in rights and self._is_bare() and not self._default_view:
            # Nothing can wait for them; what they handed in is what they come for.
            return redirect("approvals:submitted", brand=request.brand.slug)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> SubmissionItemQuerySet:
        return self.items().with_people()

    def get_table_kwargs(self) -> dict[str, Any]:
        hidden = {
            "mine": ("state",),
            "waiting": ("select", "state"),
            "submitted": ("select", "submitter"),
        }
        return {"exclude": hidden.get(self.view, ("select", "due_at", "stage"))}

    def prepare(self, rows: list[SubmissionItem]) -> None:
        add_owners(rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decide = reverse("approvals:decide", kwargs={"brand": self.request.brand.slug})
        return super().get_context_data(**kwargs) | {"bulk_url": decide if self.view == "mine" else ""}

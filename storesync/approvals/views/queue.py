"""The queue: what waits for this person, and deciding about many at once."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from storesync.approvals.actions import decide
from storesync.approvals.filters import QueueFilter
from storesync.approvals.forms import NEEDS_COMMENT, DecisionForm
from storesync.approvals.models import Decision, Submission, SubmissionItem, Way
from storesync.approvals.permissions import own_words
from storesync.approvals.queries import count_waiting, outcome_words
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.selection import uuids
from storesync.approvals.tables import QueueTable
from storesync.brands.rights import DECIDE, VIEW_CAMPAIGN
from storesync.content.owners import describe
from storesync.core.errors import ActionRefused
from storesync.core.filters import all_matching
from storesync.core.views import GuardedView, ListTab, ListView

MOST = 1000
"""Items that one click decides; more than that goes in parts."""


def add_owners(items: list[SubmissionItem]) -> None:
    """Give each item of a page its `owner`, in a constant number of queries."""
    owners = describe([item.revision for item in items])
    for item in items:
        item.owner = owners.get(item.revision_id)  # type: ignore[attr-defined]


class Queue(ListView):
    """What waits, in four views: for me, submitted by me, everything, and what was decided."""

    permission = VIEW_CAMPAIGN
    table_class = QueueTable
    filterset_class = QueueFilter
    template_name = "approvals/queue.html"
    fragment_template_name = "components/results.html"
    default_order = ("due_at", "pk")
    saved_views = "approvals:queue"
    export_name = "approvals"
    polls = True
    view = "mine"

    def get_queryset(self) -> SubmissionItemQuerySet:
        items: SubmissionItemQuerySet = SubmissionItem.objects.all().with_people()
        user = self.request.user
        if self.view == "mine":
            return items.decidable_by(user)
        if self.view == "submitted":
            return items.filter(submitter=user).exclude(state="moved").visible_to(user)
        if self.view == "decided":
            return items.decided().visible_to(user)
        return items.waiting().visible_to(user)

    def get_table_kwargs(self) -> dict[str, Any]:
        hidden = {"mine": ("state",), "waiting": ("select", "state"), "submitted": ("select", "submitter")}
        return {"exclude": hidden.get(self.view, ("select", "due_at"))}

    def prepare(self, rows: list[SubmissionItem]) -> None:
        add_owners(rows)

    def newer(self, queryset: Any, since: datetime) -> Any:
        """What was decided lately, or else what was handed in: a part that was split off is nothing new."""
        if self.view == "decided":
            return queryset.filter(state_changed_at__gt=since)
        return queryset.filter(submission__root__created_at__gt=since)

    def fixed_views(self) -> list[ListTab]:
        return [
            ListTab(_("Waiting for me"), "approvals:queue", count_waiting(self.request.user)),
            ListTab(_("Submitted by me"), "approvals:submitted"),
            ListTab(_("All that wait"), "approvals:waiting"),
            ListTab(_("Decided"), "approvals:decided"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        slug, mine = self.request.brand.slug, self.view == "mine"
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approvals"),
            "bulk_url": reverse("approvals:decide", kwargs={"brand": slug}) if mine else "",
            "empty_template": "approvals/_queue_empty.html",
            "view": self.view,
        }


class DecideMany(GuardedView, TemplateView):
    """Decide about all that was ticked: first a page that says what will happen, then the deed.

    The page carries the ids, each bound to its bytes for good, so that exactly what it showed is decided
    (Rules A3, L1). Each item is checked again by the action; what could not be done is told row by row.
    """

    permission = DECIDE
    http_method_names = ["post", "options"]
    template_name = "approvals/decide_confirm.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        items = self._chosen()
        if not items:
            messages.warning(request, _("Nothing was chosen."))
            return redirect(self._queue())
        form = DecisionForm(request.POST) if "confirmed" in request.POST else None
        if form is None or not form.is_valid():
            return self._ask(items, form)
        try:
            outcome = decide(
                items=[item.pk for item in items],
                decision=Decision(form.cleaned_data["decision"]),
                actor=self.request.user,
                comment=form.cleaned_data["comment"],
                way=Way.BULK,
            )
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self._ask(self._again(items), form, status=409)
        words = self._words(Decision(form.cleaned_data["decision"]), len(outcome.done))
        if not outcome.refused:
            messages.success(request, words)
            return redirect(self._queue())
        context = self.get_context_data(page_title=_("Approvals"), words=words, refused=outcome.refused)
        return self.response_class(
            request, ["approvals/decide_result.html"], context, using=self.template_engine
        )

    def _chosen(self) -> list[SubmissionItem]:
        """The items of the form: by id, all that match the filters, or all that wait in a submission."""
        given, mine = self.request.POST, SubmissionItem.objects.decidable_by(self.request.user).with_people()
        if given.get("items"):
            ids = uuids(given["items"].split(","))
            found = SubmissionItem.objects.visible_to(self.request.user).with_people().filter(pk__in=ids)
        elif given.get("submission"):
            submission = Submission.objects.filter(pk__in=uuids([given["submission"]])).first()
            if submission is None:
                raise Http404
            found = mine.filter(submission=submission)
        elif given.get("select_all"):
            query = QueryDict(given.get("query", ""))
            found = all_matching(QueueFilter(query, queryset=mine, request=self.request))
        else:
            found = mine.filter(pk__in=uuids(given.getlist("select")))
        return list(found.in_queue_order()[:MOST])

    def _ask(
        self, items: list[SubmissionItem], form: DecisionForm | None, status: int | None = None
    ) -> HttpResponse:
        """What will happen, in numbers."""
        verdict = self.request.POST.get("decision", "")
        decision = Decision(verdict) if verdict in Decision.values else Decision.APPROVED
        decided = outcome_words(item for item in items if not item.is_open)
        barred = [
            (item, decided.get(item.pk) or own_words(self.request.user, item))
            for item in items
            if not item.is_open or own_words(self.request.user, item)
        ]
        left = {item.pk for item, _reason in barred}
        ready = [item for item in items if item.pk not in left]
        add_owners(items)
        shown_form = form or DecisionForm(initial={"decision": decision.value})
        if decision in NEEDS_COMMENT:
            shown_form.needs_comment()
        context = self.get_context_data(
            page_title=_("Approvals"),
            form=shown_form,
            decision=decision,
            ready=ready,
            shown=ready[:25],
            more=max(0, len(ready) - 25),
            barred=barred,
            at_most=MOST if len(items) == MOST else 0,
            ids=",".join(str(item.pk) for item in items),
            cancel_url=self._queue(),
        )
        return self.render_to_response(context, status=status or (422 if form else 200))

    def _again(self, items: list[SubmissionItem]) -> list[SubmissionItem]:
        return list(
            SubmissionItem.objects.visible_to(self.request.user)
            .with_people()
            .filter(pk__in=[item.pk for item in items])
            .in_queue_order()
        )

    def _queue(self) -> str:
        return reverse("approvals:queue", kwargs={"brand": self.request.brand.slug})

    @staticmethod
    def _words(decision: Decision, count: int) -> str:
        words = {
            Decision.APPROVED: ngettext("%(n)d approved.", "%(n)d approved.", count),
            Decision.CHANGES_REQUESTED: ngettext(
                "%(n)d sent back for changes.", "%(n)d sent back for changes.", count
            ),
            Decision.REJECTED: ngettext("%(n)d rejected.", "%(n)d rejected.", count),
        }
        return words[decision] % {"n": count}

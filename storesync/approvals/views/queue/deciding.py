"""Deciding about many at once: first a page that says what will happen, then the deed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from storesync.approvals.actions import choose_for_bulk, decide, start_bulk_decision
from storesync.approvals.filters import QueueFilter
from storesync.approvals.forms import NEEDS_COMMENT, VERDICTS, DecisionForm
from storesync.approvals.models import BulkDecision, Decision, Submission, SubmissionItem, Way
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.selection import barred, now_of, uuids
from storesync.approvals.tasks import decide_bulk
from storesync.approvals.views.queue.listing import add_owners
from storesync.brands.rights import DECIDE
from storesync.core.errors import ActionRefused
from storesync.core.filters import all_matching
from storesync.core.views import GuardedView

AT_ONCE = 1000
"""Items that are decided while the page is waited for; more are a Job."""
SHOWN = 25
"""Rows of each kind that the check page lists."""


class DecideMany(GuardedView, TemplateView):
    """Decide about all that was ticked.

    What the check page counted is what is decided (Rules A3, L1): up to AT_ONCE items it carries their ids,
    each bound to its bytes for good; more are written down, and decided by a Job. Each item is checked again
    by the action; what could not be done is told row by row.
    """

    permission = DECIDE
    http_method_names = ["post", "options"]
    template_name = "approvals/decide_confirm.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("bulk"):
            return self._decide_as_job(self._bulk())
        found = self._chosen()
        items = list(found.with_people().in_queue_order()[: AT_ONCE + 1])
        if not items:
            messages.warning(request, _("Nothing was chosen."))
            return redirect(self._queue())
        if len(items) > AT_ONCE:
            bulk = choose_for_bulk(
                brand=self.request.brand, items=found, decision=self._verdict(), actor=self.request.user
            )
            return self._ask_about_job(bulk, None)
        form = DecisionForm(request.POST) if "confirmed" in request.POST else None
        if form is None or not form.is_valid():
            return self._ask(items, form)
        return self._decide(items, form)

    def _decide(self, items: list[SubmissionItem], form: DecisionForm) -> HttpResponse:
        decision = Decision(form.cleaned_data["decision"])
        try:
            outcome = decide(
                items=[item.pk for item in items],
                decision=decision,
                actor=self.request.user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
                way=Way.BULK,
                seen_stages=_stages_shown(self.request.POST.get("seen", "")),
            )
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            again = now_of([item.pk for item in items]).visible_to(self.request.user)
            return self._ask(list(again.with_people().in_queue_order()), form, status=409)
        words = self._words(decision, len(outcome.done))
        if outcome.votes:
            others = ngettext(
                "%(n)d of them goes on waiting: others have to approve it too.",
                "%(n)d of them go on waiting: others have to approve them too.",
                len(outcome.votes),
            )
            words = f"{words} {others % {'n': len(outcome.votes)}}"
        if not outcome.refused:
            messages.success(self.request, words)
            return redirect(self._queue())
        context = self.get_context_data(page_title=_("Approvals"), words=words, refused=outcome.refused)
        return self.response_class(
            self.request, ["approvals/decide_result.html"], context, using=self.template_engine
        )

    def _decide_as_job(self, bulk: BulkDecision) -> HttpResponse:
        form = DecisionForm(self.request.POST | {"decision": bulk.decision})
        if not form.is_valid():
            return self._ask_about_job(bulk, form)
        try:
            bulk = start_bulk_decision(
                bulk=bulk,
                actor=self.request.user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
            )
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self._ask_about_job(bulk, form, status=409)
        decide_bulk.wake(bulk.brand_id, bulk.pk)
        return redirect(bulk.get_absolute_url())

    def _bulk(self) -> BulkDecision:
        found = BulkDecision.objects.filter(
            pk__in=uuids([self.request.POST["bulk"]]), person=self.request.user
        ).select_related("brand")
        bulk = found.first()
        if bulk is None:
            raise Http404
        return bulk

    def _chosen(self) -> SubmissionItemQuerySet:
        """The items of the form: by id, all that match the filters, or all that wait in a submission."""
        given, user = self.request.POST, self.request.user
        mine: SubmissionItemQuerySet = SubmissionItem.objects.decidable_by(user)
        if given.get("items"):
            return now_of(uuids(given["items"].split(","))).visible_to(user)
        if given.get("submission"):
            submission = Submission.objects.filter(pk__in=uuids([given["submission"]])).first()
            if submission is None:
                raise Http404
            return mine.filter(submission=submission)
        if given.get("select_all"):
            query = QueryDict(given.get("query", ""))
            found: SubmissionItemQuerySet = all_matching(
                QueueFilter(query, queryset=mine, request=self.request)
            )
            return found
        return now_of(uuids(given.getlist("select"))).visible_to(user)

    def _ask(
        self, items: list[SubmissionItem], form: DecisionForm | None, status: int | None = None
    ) -> HttpResponse:
        """What will happen, in numbers: these can, those cannot and why."""
        reasons = barred(self.request.user, items)
        ready = [item for item in items if item.pk not in reasons]
        left = [(item, reasons[item.pk]) for item in items if item.pk in reasons]
        return self._page(
            form,
            status,
            decision=self._verdict(),
            count=len(ready),
            shown=ready[:SHOWN],
            barred_count=len(left),
            barred=left,
            hidden=("items", ",".join(str(item.pk) for item in items)),
            seen=",".join(f"{item.revision_id}:{item.submission.stage}" for item in items),
        )

    def _ask_about_job(
        self, bulk: BulkDecision, form: DecisionForm | None, status: int | None = None
    ) -> HttpResponse:
        """The same about more than a page can carry: counted in the database, some of each kind listed."""
        user = self.request.user
        chosen = now_of(bulk.rows.filter(outcome="").values("item")).visible_to(user)
        ready = chosen.decidable_by(user)
        count = ready.order_by().count()
        left: list[SubmissionItem] = []
        if count < bulk.total:
            others = chosen.exclude(pk__in=ready.order_by().values("pk"))
            left = list(others.with_people().in_queue_order()[:SHOWN])
        reasons = barred(user, left)
        return self._page(
            form,
            status,
            decision=Decision(bulk.decision),
            count=count,
            shown=list(ready.with_people().in_queue_order()[:SHOWN]),
            barred_count=bulk.total - count,
            barred=[(item, reasons[item.pk]) for item in left if item.pk in reasons],
            hidden=("bulk", str(bulk.pk)),
            as_job=True,
        )

    def _page(
        self, form: DecisionForm | None, status: int | None, *, decision: Decision, **context: Any
    ) -> HttpResponse:
        add_owners(context["shown"])
        form_shown = form or DecisionForm(initial={"decision": decision.value})
        if decision in NEEDS_COMMENT:
            form_shown.needs_comment()
        context |= {
            "more": context["count"] - len(context["shown"]),
            "barred_more": context["barred_count"] - len(context["barred"]),
            "hidden": [("decision", decision.value), ("confirmed", "1"), context["hidden"]],
            "cancel_url": self._queue(),
        }
        if seen := context.pop("seen", ""):
            context["hidden"].append(("seen", seen))
        page = self.get_context_data(page_title=_("Approvals"), form=form_shown, decision=decision, **context)
        return self.render_to_response(page, status=status or (422 if form else 200))

    def _verdict(self) -> Decision:
        verdict = self.request.POST.get("decision", "")
        return Decision(verdict) if verdict in {one.value for one in VERDICTS} else Decision.APPROVED

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


def _stages_shown(text: str) -> dict[UUID, int]:
    """The stage at which the check page showed each revision: a second click approves no second stage."""
    found = {}
    for revision_id, _colon, stage in (one.partition(":") for one in text.split(",")[: AT_ONCE + 1]):
        if (ids := uuids([revision_id])) and stage.isascii() and stage.isdigit() and len(stage) < 4:
            found[ids[0]] = int(stage)
    return found

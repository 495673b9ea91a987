"""A submission as a whole, and handing in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from storesync.approvals.actions import recall, submit
from storesync.approvals.forms import ReasonForm
from storesync.approvals.models import State, Submission, SubmissionItem
from storesync.approvals.queries import Unfit, check_submittable, current_revisions, family_of, waits_for
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.selection import uuids
from storesync.approvals.tables import SubmissionItemTable
from storesync.approvals.views.queue import add_owners
from storesync.brands.models import Location
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.comments.queries import open_by_owner
from storesync.content.checks import Finding
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo, describe
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, GuardedView, ListView

CAMPAIGN = "campaign"
"""The kind of owner that a form means when it names none."""


class SubmissionMixin(GuardedView):
    """The submission of the address, if the person may see one of its campaigns or submitted it."""

    submission: Submission

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        found = Submission.objects.filter(pk=kwargs["pk"]).select_related("submitter", "parent", "brand")
        submission = found.first()
        if submission is None or not submission.items.visible_to(self.request.user).exists():
            raise Http404
        self.submission = submission
        return super().dispatch(request, *args, **kwargs)


class SubmissionPage(SubmissionMixin, ListView):
    """Where it stands, whom it waits for and since when; its campaigns; the parts it was split into."""

    permission = VIEW_CAMPAIGN
    table_class = SubmissionItemTable
    template_name = "approvals/submission.html"
    fragment_template_name = "components/results.html"
    default_order = ("due_at", "pk")

    def get_queryset(self) -> SubmissionItemQuerySet:
        items: SubmissionItemQuerySet = self.submission.items.visible_to(self.request.user).with_people()
        return items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        add_owners(context["page"].rows)
        submission, user = self.submission, self.request.user
        mine = SubmissionItem.objects.decidable_by(user).filter(submission=submission)
        waiting = submission.items.waiting().with_people().first() if submission.is_open else None
        return context | {
            "page_title": submission.title,
            "submission": submission,
            "family": family_of(submission),
            "waiting": waits_for(waiting) if waiting else None,
            "steps": self._steps(),
            "decidable": mine.order_by()[:1000].count() if submission.is_open else 0,
            "may_recall": submission.is_open and submission.submitter_id == user.pk,
            "decide_url": reverse("approvals:decide", kwargs={"brand": self.request.brand.slug}),
        }

    def _steps(self) -> list[dict[str, Any]]:
        """The way through the stages of its policy."""
        submission = self.submission
        steps: list[dict[str, Any]] = [
            {
                "title": _("Submitted"),
                "who": submission.submitter.display_name,
                "when": submission.created_at,
                "state": "done",
                "comment": submission.note,
            }
        ]
        for number, stage in enumerate(submission.stages):
            state = "done" if number < submission.stage or submission.state == State.APPROVED else ""
            if number == submission.stage and not state:
                state = "now" if submission.is_open else "failed"
            step: dict[str, Any] = {"title": stage["name"] or _("Review"), "state": state}
            if number == submission.stage and not submission.is_open:
                step |= {"note": submission.get_state_display(), "when": submission.decided_at}
            steps.append(step)
        return steps


class RecallSubmission(SubmissionMixin, FormView):
    """Take back all that still waits in a submission."""

    permission = VIEW_CAMPAIGN
    form_class = ReasonForm
    template_name = "approvals/take_back.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": self.submission.title,
            "action": "recall",
            "count": self.submission.items.waiting().count(),
            "cancel_url": self.submission.get_absolute_url(),
        }

    def perform(self, form: ReasonForm) -> HttpResponse:
        if self.submission.submitter_id != self.request.user.pk:
            raise PermissionDenied(_("Only who submitted it can recall it."))
        items = list(self.submission.items.waiting().values_list("pk", flat=True))
        if not items:
            raise ActionRefused(_("Nothing of this waits any more."))
        outcome = recall(items=items, actor=self.request.user, comment=form.cleaned_data["comment"])
        words = ngettext(
            "%(n)d recalled; it is a draft again.",
            "%(n)d recalled; they are drafts again.",
            len(outcome.done),
        )
        messages.success(self.request, words % {"n": len(outcome.done)})
        return redirect(self.submission.get_absolute_url())


class Submit(GuardedView, TemplateView):
    """Hand in what a list or a campaign's page posted: a check first, then the deed.

    With `confirmed` everything that can be submitted is, at once.
    """

    permission = EDIT_CAMPAIGN
    http_method_names = ["post", "options"]
    template_name = "approvals/submit.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.POST.get("kind") or CAMPAIGN
        given = [*request.POST.getlist("campaign"), *request.POST.getlist("select")]
        given += request.POST.get("campaigns", "").split(",")
        seen = (
            Location.objects.visible_to(request.user, VIEW_CAMPAIGN).order_by().values_list("pk", flat=True)
        )
        found = current_revisions(kind, uuids(given))
        places = set(seen.filter(pk__in={one.location_id for one in found}))
        revisions = [one for one in found if one.location_id in places]
        if not revisions:
            messages.warning(request, _("There is nothing to submit."))
            return redirect("approvals:submitted", brand=self.request.brand.slug)
        owners = describe(revisions)
        problems = check_submittable(revisions, owners, self.request.user)
        ready = [revision for revision in revisions if revision.pk not in problems]
        refusal, note = "", request.POST.get("note", "")[:2000]
        if "confirmed" in request.POST and ready:
            try:
                submission = submit(revisions=[one.pk for one in ready], actor=self.request.user, note=note)
            except ActionRefused as error:
                refusal = error.message
            else:
                return self._submitted(submission, len(ready), len(problems))
        alone = owners.get(revisions[0].pk) if len(revisions) == 1 else None
        said = open_by_owner(kind, [one.owner_id for one in ready])
        context = self.get_context_data(
            page_title=_("Submit for approval"),
            cancel_url=alone.url
            if alone
            else reverse("approvals:submitted", kwargs={"brand": self.request.brand.slug}),
            kind=kind,
            note=note,
            refusal=refusal,
            ready=[(one, owners.get(one.pk), said.get(one.owner_id, 0)) for one in ready[:25]],
            open_comments=sum(said.values()),
            ready_count=len(ready),
            more=max(0, len(ready) - 25),
            problems=[
                _problem(one, owners.get(one.pk), problems[one.pk]) for one in revisions if one.pk in problems
            ],
            ids=",".join(str(one.owner_id) for one in ready),
        )
        return self.render_to_response(context, status=409 if refusal or "confirmed" in request.POST else 200)

    def _submitted(self, submission: Submission, count: int, left: int) -> HttpResponse:
        words = ngettext("%(n)d submitted for approval.", "%(n)d submitted for approval.", count) % {
            "n": count
        }
        messages.success(self.request, words)
        if left:
            words = ngettext("%(n)d could not be submitted.", "%(n)d could not be submitted.", left)
            messages.warning(self.request, words % {"n": left})
        return redirect(submission.get_absolute_url())


def _problem(
    revision: Revision, owner: OwnerInfo | None, unfit: Unfit
) -> tuple[Revision, OwnerInfo | None, Unfit, list[tuple[Finding, str]]]:
    """What cannot be submitted and why; each error of its content with the place that mends it."""
    return revision, owner, unfit, [(one, owner.place_url(one) if owner else "") for one in unfit.findings]

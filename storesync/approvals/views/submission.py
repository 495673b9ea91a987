"""A submission as a whole, and handing in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from storesync.approvals.actions import decide, recall, submit
from storesync.approvals.forms import DecisionForm, ReasonForm
from storesync.approvals.models import Decision, Submission, SubmissionItem, Way
from storesync.approvals.picture import picture_of
from storesync.approvals.queries import (
    AT_ONCE,
    Grouped,
    Unfit,
    check_submittable,
    current_revisions,
    family_of,
    grouped,
    held_back,
    stages_begun_with,
    steps_of_submission,
    waits_for,
    way_of,
)
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.selection import uuids
from storesync.approvals.tables import SubmissionItemTable
from storesync.approvals.views.previews import campaign_of, item_panel
from storesync.approvals.views.queue import add_owners
from storesync.brands.models import Location
from storesync.brands.permissions import holds
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.comments.queries import open_by_owner
from storesync.content.checks import Finding
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo, describe
from storesync.core import formats
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, GuardedView, ListView

CAMPAIGN = "campaign"
"""The kind of owner that a form means when it names none."""


class SubmissionMixin(GuardedView):
    """The submission of the address, if the person may see one of its campaigns or submitted it."""

    submission: Submission

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        found = Submission.objects.filter(pk=kwargs["pk"]).select_related(
            "submitter", "parent", "root", "brand"
        )
        submission = found.first()
        if submission is None or not submission.items.visible_to(self.request.user).exists():
            raise Http404
        self.submission = submission
        return super().dispatch(request, *args, **kwargs)


class SubmissionPage(SubmissionMixin, ListView):
    """Where it stands, whom it waits for and since when; its campaigns; the parts it was split into.

    Whose turn it is decides here by a POST: what is ticked at once, each checked again, the rest is held.
    """

    permission = VIEW_CAMPAIGN
    table_class = SubmissionItemTable
    template_name = "approvals/submission.html"
    fragment_template_name = "components/results.html"
    default_order = ("due_at", "pk")
    http_method_names = ["get", "head", "post", "options"]

    def get_queryset(self) -> SubmissionItemQuerySet:
        items: SubmissionItemQuerySet = self.submission.items.visible_to(self.request.user).with_people()
        return items

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide about what is ticked; a refusal shows the page as it is now, with words and ticks kept."""
        if not holds(request.user, DECIDE, self.request.brand):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        ticked = uuids(request.POST.getlist("select"))
        asked = SubmissionItem.objects.visible_to(self.request.user).filter(
            submission__root=self.submission.root_id, pk__in=ticked[: 2 * AT_ONCE]
        )
        items = dict(asked.order_by().values_list("pk", "revision_id"))
        if not form.is_valid() or not items:
            if not items:
                form.add_error(None, _("Nothing is ticked."))
            return self._again(form, ticked, 422)
        decision = Decision(form.cleaned_data["decision"])
        try:
            outcome = decide(
                items=items,
                decision=decision,
                actor=self.request.user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
                way=Way.BULK,
                seen_stages=form.seen_stages(items.values()),
            )
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self._again(form, ticked, 409)
        rest = held_back(self.submission)
        words = self._words(decision, len(outcome.done), rest)
        back = rest.get_absolute_url() if rest else reverse("approvals:queue", args=[self.request.brand.slug])
        if not outcome.refused:
            messages.success(request, words)
            return redirect(back)
        context = {
            "page_title": self.submission.title,
            "words": words,
            "refused": outcome.refused,
            "back": back,
        }
        return self.response_class(
            request, ["approvals/decide_result.html"], context, using=self.template_engine
        )

    def _again(self, form: DecisionForm, ticked: list[UUID], status: int) -> HttpResponse:
        self.submission.refresh_from_db()
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(form=form, ticked=ticked), status=status)

    @staticmethod
    def _words(decision: Decision, count: int, rest: Submission | None) -> str:
        sentences = {
            Decision.APPROVED: ngettext("%(n)s approved.", "%(n)s approved.", count),
            Decision.CHANGES_REQUESTED: ngettext(
                "%(n)s sent back for changes.", "%(n)s sent back for changes.", count
            ),
            Decision.REJECTED: ngettext("%(n)s rejected.", "%(n)s rejected.", count),
        }
        words = sentences[decision] % {"n": formats.number(count)}
        if rest is None:
            return words
        held = rest.items.waiting().count()
        return f"{words} " + ngettext("%(n)s still waits.", "%(n)s still wait.", held) % {
            "n": formats.number(held)
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        add_owners(context["page"].rows)
        submission, user = self.submission, self.request.user
        family = family_of(submission)
        waiting = submission.items.waiting().with_people().first() if submission.is_open else None
        found = waits_for(waiting) if waiting else None
        way = way_of(
            submission,
            steps_of_submission(submission, family),
            waiting=found,
            begun_with=stages_begun_with(submission),
        )
        ticked = kwargs.get("ticked")
        return context | {
            "page_title": submission.title,
            "submission": submission,
            "family": family,
            "waiting": found,
            "way": way,
            "picture": picture_of(way),
            "policy": self._policy(),
            "may_recall": submission.is_open and submission.submitter_id == user.pk,
            **self._decision(kwargs.get("form"), ticked),
        }

    def _decision(self, form: DecisionForm | None, ticked: list[UUID] | None) -> dict[str, Any]:
        """What this person may decide now; with the first look all that are alike are ticked."""
        submission = self.submission
        group = grouped(submission, self.request.user) if submission.is_open else Grouped([], [])
        sample = self._sample(group)
        chosen = {item.pk for item in group.same} if ticked is None else set(ticked)
        after = submission.all_stages[submission.stage + 1].label if submission.has_next_stage else ""
        return {
            "group": group,
            "ticked": chosen,
            "approve_label": _("Approve %(n)s") % {"n": formats.number(len(chosen))}
            if chosen
            else _("Approve the ticked"),
            "form": form or DecisionForm(),
            "typed": form["comment"].value() if form is not None and not group.total else "",
            "next_stage": after,
            "sample": sample,
            "preview": item_panel(self.request, sample, campaign_of(sample), in_frame=True)
            if sample
            else None,
        }

    def _sample(self, group: Grouped) -> SubmissionItem | None:
        """What the preview shows, with its body."""
        if group.sample is None:
            return None
        whole = SubmissionItem.objects.select_related("revision", "location", "brand", "submission")
        return whole.get(pk=group.sample.pk)

    def _policy(self) -> str:
        """What it began with; a policy that was changed since does not change what runs."""
        submission = self.submission
        if not submission.policy_name:
            return _("The brand had no policy for this: one review by anybody who may decide.")
        return _("The policy “%(name)s” as it was when this was submitted (version %(version)s).") % {
            "name": submission.policy_name,
            "version": formats.number(submission.policy_version),
        }


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
                made = submit(revisions=[one.pk for one in ready], actor=self.request.user, note=note)
            except ActionRefused as error:
                refusal = error.message
            else:
                return self._submitted(made, len(ready), len(problems))
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

    def _submitted(self, made: list[Submission], count: int, left: int) -> HttpResponse:
        words = ngettext("%(n)d submitted for approval.", "%(n)d submitted for approval.", count) % {
            "n": count
        }
        messages.success(self.request, words)
        if left:
            words = ngettext("%(n)d could not be submitted.", "%(n)d could not be submitted.", left)
            messages.warning(self.request, words % {"n": left})
        if len(made) > 1:
            words = _("They go %(n)d different ways, each a submission of its own.") % {"n": len(made)}
            messages.info(self.request, words)
            return redirect("approvals:submitted", brand=self.request.brand.slug)
        return redirect(made[0].get_absolute_url())


def _problem(
    revision: Revision, owner: OwnerInfo | None, unfit: Unfit
) -> tuple[Revision, OwnerInfo | None, Unfit, list[tuple[Finding, str]]]:
    """What cannot be submitted and why; each error of its content with the place that mends it."""
    return revision, owner, unfit, [(one, owner.place_url(one) if owner else "") for one in unfit.findings]

"""The review page of one revision: what it is, what changed, what the checks say, and the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from storesync.approvals.actions import decide, recall, revoke_approval
from storesync.approvals.forms import DecisionForm, ReasonForm
from storesync.approvals.models import Decision, ItemState, SubmissionItem, Way
from storesync.approvals.permissions import why_not
from storesync.approvals.queries import (
    approval_in_force,
    comparisons,
    findings_of,
    history_of,
    place_in_queue,
    step_words,
    waits_for,
)
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.comments.panel import panel_of
from storesync.comments.places import LINES, place_key
from storesync.comments.queries import PlaceMark, PlaceMarks, place_marks
from storesync.content.differences import Difference
from storesync.content.language import show_recipient_fields
from storesync.content.owners import describe
from storesync.core.errors import ActionRefused
from storesync.core.frames import MailFrameResponse
from storesync.core.views import DetailView, GuardedView, ObjectFormView, ObjectMixin

SAMPLE = {"first_name": "Anna", "last_name": "Berg"}
"""Who the preview is written to."""
PARTS = ("preview", "changes", "checks", "comments")


class ItemMixin:
    """Items at locations whose campaigns the person may see."""

    request: Any

    def get_queryset(self) -> SubmissionItemQuerySet:
        items: SubmissionItemQuerySet = SubmissionItem.objects.visible_to(self.request.user)
        return items.select_related("brand", "submission", "revision", "location", "submitter", "author")


class Review(ItemMixin, DetailView[SubmissionItem]):
    """One revision with all that a decision needs; a POST decides.

    Whoever may not decide sees the same page, read-only, with the reason and whom it waits for.
    """

    permission = VIEW_CAMPAIGN
    template_name = "approvals/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state == ItemState.MOVED:
            return redirect(self._where_it_went())
        return self.render_to_response(self.get_context_data(**kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide; a refusal shows the page as it is now, with the reason on top (409)."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        following = place_in_queue(self.object, self.request.user).next
        try:
            outcome = decide(
                items=[self.object.pk],
                decision=Decision(form.cleaned_data["decision"]),
                actor=self.request.user,
                comment=form.cleaned_data["comment"],
                way=Way.PAGE,
                seen_digest=form.cleaned_data["digest"],
            )
        except ActionRefused as refusal:
            self.object = self.get_object()
            context = self.get_context_data(refusal=refusal.message, form=form)
            return self.render_to_response(context, status=409)
        self._tell(outcome.done[0])
        if following is not None:
            return redirect(following.get_absolute_url())
        return redirect("approvals:queue", brand=self.request.brand.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, user = self.object, self.request.user
        revision = item.revision
        owner = describe([revision]).get(revision.pk)
        part = self.request.GET.get("part", "")
        part = part if part in PARTS else "preview"
        compared, findings = comparisons(revision, owner), findings_of(revision, owner)
        reason = why_not(user, item)
        approval = approval_in_force(item)
        marks = place_marks(self.request.brand.slug, revision.owner_kind, revision.owner_id)
        counts = {
            "preview": None,
            "changes": len(compared[0].differences) if compared else 0,
            "checks": len(findings),
            "comments": marks.counts.open,
        }
        labels = {
            "preview": _("Preview"),
            "changes": _("Changes"),
            "checks": _("Checks"),
            "comments": _("Comments"),
        }
        icons = {"preview": "mail", "changes": "compare", "checks": "jobs", "comments": "comment"}
        return super().get_context_data(**kwargs) | {
            "page_title": item.name,
            "item": item,
            "owner": owner,
            "revision": revision,
            "parts": [
                {
                    "label": labels[name],
                    "icon": icons[name],
                    "url": f"?part={name}",
                    "current": name == part,
                    "count": counts[name],
                }
                for name in PARTS
            ],
            "part": part,
            "comparisons": [
                {
                    "label": one.label,
                    "changes": [
                        {"place": d.place, "shown": _words(d), "mark": _mark(marks, d)}
                        for d in one.differences
                    ],
                }
                for one in compared
            ],
            "comments": panel_of(
                self.request,
                owner_kind=revision.owner_kind,
                owner_id=revision.owner_id,
                back=f"{self.request.path}?part=comments",
            )
            if part == "comments"
            else None,
            "findings": findings,
            "subject": show_recipient_fields(revision.rendered_subject, SAMPLE),
            "preheader": show_recipient_fields(revision.rendered_preheader, SAMPLE),
            "text": show_recipient_fields(revision.text, SAMPLE),
            "sender": f"{revision.sender.get('name', '')} <{revision.sender.get('address', '')}>",
            "mail_url": self._url("mail") + ("?pictures=1" if "pictures" in self.request.GET else ""),
            "pictures": "pictures" in self.request.GET,
            "may_decide": not reason,
            "reason": reason,
            "waiting": waits_for(item) if item.is_open else None,
            "place": place_in_queue(item, user),
            "steps": [_step(step) for step in history_of(item)],
            "may_recall": item.is_open and item.submitter_id == user.pk,
            "may_revoke": approval is not None
            and item.state == ItemState.APPROVED
            and (user.is_superuser or approval.approved_by_id == user.pk),
            "form": kwargs.get("form") or DecisionForm(initial={"digest": item.digest}),
        }

    def _tell(self, item: SubmissionItem) -> None:
        """What was done; an approval can be taken back from here."""
        if item.state == ItemState.APPROVED:
            messages.success(
                self.request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("Approved: %(name)s.") % {"name": item.name},
                    self._url("revoke", item.pk),
                    _("Revoke"),
                ),
            )
        elif item.is_open:
            messages.success(self.request, _("Passed on: %(name)s.") % {"name": item.name})
        else:
            messages.success(self.request, _("Sent back: %(name)s.") % {"name": item.name})

    def _where_it_went(self) -> str:
        """The page of the item that took its place in a child submission."""
        item = (
            SubmissionItem.objects.filter(
                submission__root=self.object.submission.root_id, revision=self.object.revision_id
            )
            .exclude(state=ItemState.MOVED)
            .first()
        )
        if item is None:
            raise Http404
        return str(item.get_absolute_url())

    def _url(self, name: str, pk: UUID | None = None) -> str:
        return reverse(
            f"approvals:{name}", kwargs={"brand": self.request.brand.slug, "pk": pk or self.object.pk}
        )


def _step(step: Any) -> dict[str, Any]:
    """One step of the history, as the timeline shows it."""
    icons = {
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
    notes = [step.comment, step.rule, "" if step.way == Way.PAGE else str(step.get_way_display())]
    return {
        "icon": icons[Decision(step.decision)],
        "title": step.get_decision_display(),
        "who": step.person.display_name if step.person else "",
        "at": step.created_at,
        "note": " · ".join(note for note in notes if note),
        "words": step_words(step),
    }


def _words(difference: Difference) -> SafeString:
    """A difference as the page shows it: texts word by word, everything else as a sentence."""
    if not difference.segments:
        return format_html("{}", difference.words)
    marks = {"ins": "<ins>{}</ins>", "del": "<del>{}</del>", "same": "{}"}
    pieces = ((format_html(marks[piece.kind], piece.text),) for piece in difference.segments)
    return format_html_join("", "{}", pieces)


def _mark(marks: PlaceMarks, difference: Difference) -> PlaceMark | None:
    """The comments at the place of a difference; None where it is no place of the message."""
    key = place_key(difference.block_id, difference.field)
    return marks.at(key) if difference.block_id or key in LINES else None


class Mail(ItemMixin, ObjectMixin[SubmissionItem], GuardedView):
    """The message by itself, for the frames of the review page."""

    permission = VIEW_CAMPAIGN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        html = show_recipient_fields(self.object.revision.html, SAMPLE)
        return MailFrameResponse(html, pictures="pictures" in request.GET)


class TakeBack(ItemMixin, ObjectFormView[SubmissionItem]):
    """Base of the two pages that ask before something is taken back."""

    permission = VIEW_CAMPAIGN
    form_class = ReasonForm
    template_name = "approvals/take_back.html"
    verb = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "item": self.object,
            "cancel_url": self.object.get_absolute_url(),
            "action": self.verb,
        }

    def done(self, words: str) -> HttpResponse:
        messages.success(self.request, words % {"name": self.object.name})
        return redirect(self.object.get_absolute_url())


class Revoke(TakeBack):
    """Take an approval back, until the first message has left."""

    verb = "revoke"

    def perform(self, form: ReasonForm) -> HttpResponse:
        revoke_approval(items=[self.object.pk], actor=self.request.user, comment=form.cleaned_data["comment"])
        return self.done(_("The approval of %(name)s is revoked."))


class Recall(TakeBack):
    """Take back what waits; only by who submitted it."""

    verb = "recall"

    def perform(self, form: ReasonForm) -> HttpResponse:
        if self.object.submitter_id != self.request.user.pk:
            raise PermissionDenied(_("Only who submitted it can recall it."))
        recall(items=[self.object.pk], actor=self.request.user, comment=form.cleaned_data["comment"])
        return self.done(_("%(name)s is recalled; it is a draft again."))

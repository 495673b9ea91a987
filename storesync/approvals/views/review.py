"""The review page of one revision: what it is, what changed, what the checks say, and the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from storesync.approvals.actions import decide
from storesync.approvals.allowed import allowed_on
from storesync.approvals.forms import DecisionForm
from storesync.approvals.history import entries_of
from storesync.approvals.models import (
    Decision,
    ItemState,
    SubmissionItem,
    Way,
)
from storesync.approvals.queries import (
    Comparison,
    comparisons,
    findings_of,
    following,
    history_of,
    newer_item,
    place_in_queue,
    risk_words,
    stages_begun_with,
    steps_of_item,
    votes_needed,
    waits_for,
    way_of,
)
from storesync.approvals.querysets import SubmissionItemQuerySet
from storesync.approvals.views.previews import campaign_of, item_frame, item_panel
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.campaigns.sending import KIND
from storesync.comments.panel import panel_of
from storesync.comments.places import LINES, place_key
from storesync.comments.queries import PlaceMark, PlaceMarks, place_marks
from storesync.content.differences import Difference
from storesync.content.language import show_recipient_fields
from storesync.content.owners import describe
from storesync.core.errors import ActionRefused
from storesync.core.navigation import address
from storesync.core.views import DetailView, GuardedView, ObjectMixin
from storesync.guidelines.queries import version_in_force

PARTS = ("preview", "changes", "checks", "comments")
NEWEST = 4
"""Steps that stand beside the decision; the history has them all."""
IN_SHORT = 6
"""Differences that stand above the preview; all of them are one click away."""


class ItemMixin:
    """Items at locations whose campaigns the person may see."""

    request: Any

    def get_queryset(self) -> SubmissionItemQuerySet:
        items: SubmissionItemQuerySet = SubmissionItem.objects.visible_to(self.request.user)
        return items.select_related(
            "brand",
            "submission__submitter",
            "submission__root",
            "revision",
            "location",
            "submitter",
            "author",
        )


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
        """Decide; a refusal shows the page as it is now, with the reason on top and what was typed (409)."""
        item, user = self.object, self.request.user
        form = DecisionForm(request.POST)
        # Only a page on which one could decide holds the digest: without it nobody was shown the choice.
        shown = request.POST.get("digest") == item.digest
        if not form.is_valid():
            reason = allowed_on(item, user).reason if shown else ""
            return self._answer(form, reason, 409 if reason else 422)
        next_one = following(item, user)
        try:
            outcome = decide(
                items=[item.pk],
                decision=Decision(form.cleaned_data["decision"]),
                actor=user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
                way=Way.PAGE,
                seen_digest=form.cleaned_data["digest"],
                seen_stages=form.seen_stages([item.revision_id]),
            )
        except ActionRefused as refusal:
            return self._answer(form, refusal.message, 409)
        except PermissionDenied:
            if not shown:
                raise
            return self._answer(form, _("You may no longer decide about this."), 409)
        self._tell(outcome.done[0])
        return redirect(
            next_one.get_absolute_url()
            if next_one
            else reverse("approvals:queue", kwargs={"brand": self.request.brand.slug})
        )

    def _answer(self, form: DecisionForm, refusal: str, status: int) -> HttpResponse:
        """The page as it is now."""
        self.object = self.get_object()
        context = self.get_context_data(form=form, refusal=refusal)
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, user = self.object, self.request.user
        revision = item.revision
        owner = describe([revision]).get(revision.pk)
        part = self.request.GET.get("part", "")
        part = part if part in PARTS else "preview"
        compared, findings = comparisons(revision, owner, user), findings_of(revision, owner)
        marks = place_marks(self.request.brand.slug, revision.owner_kind, revision.owner_id)
        allowed, history = allowed_on(item, user), history_of(item)
        waiting = waits_for(item) if item.is_open else None
        newer = None if item.is_open else newer_item(item)
        form = kwargs.get("form") or DecisionForm()
        counts = {
            "preview": None,
            "changes": len(compared[0].differences) if compared else 0,
            "checks": len(findings),
            "comments": marks.counts.open,
        }
        return super().get_context_data(**kwargs) | {
            "page_title": item.name,
            "item": item,
            "owner": owner,
            "revision": revision,
            "parts": _parts(counts, part),
            "part": part,
            "in_short": compared[0] if compared else None,
            "shortened": compared[0].differences[:IN_SHORT] if compared else [],
            "comparisons": [_shown(one, marks) for one in compared] if part == "changes" else [],
            "preview": item_panel(self.request, item, campaign_of(item)) if part == "preview" else None,
            "comments": panel_of(
                self.request,
                owner_kind=revision.owner_kind,
                owner_id=revision.owner_id,
                back=f"{self.request.path}?part=comments",
            )
            if part == "comments"
            else None,
            "findings": findings,
            "guidelines": version_in_force(item.brand_id),
            "subject": show_recipient_fields(revision.rendered_subject),
            "sender": f"{revision.sender.get('name', '')} <{revision.sender.get('address', '')}>",
            "risks": risk_words(item),
            "allowed": allowed,
            "waiting": waiting,
            "newer": newer,
            "mend_url": owner.edit_url if owner and self._is_sent_back(newer) else "",
            "place": place_in_queue(item, user),
            "way": way_of(
                item.submission,
                steps_of_item(item, history),
                item=item,
                waiting=waiting,
                begun_with=stages_begun_with(item.submission),
            ),
            **self._stages(item),
            "entries": entries_of(history[: -1 - NEWEST : -1]),
            "history_url": self._history_url(),
            "hand_over_url": self._hand_over_url() if allowed.decide else "",
            "form": form,
            "typed": form["comment"].value() if form.is_bound and not allowed.decide else "",
        }

    def _is_sent_back(self, newer: SubmissionItem | None) -> bool:
        """Whether it came back to this person, and is still theirs to change and hand in again."""
        back = self.object.state in {ItemState.CHANGES_REQUESTED, ItemState.REJECTED}
        return back and newer is None and self.object.submitter_id == self.request.user.pk

    def _stages(self, item: SubmissionItem) -> dict[str, Any]:
        """Where it is among its stages, and what an approval does now."""
        stages = item.submission.all_stages
        after = stages[item.submission.stage + 1].label if item.submission.has_next_stage else ""
        votes = votes_needed(item, self.request.user) if item.is_open else 0
        label = _("Approve and pass to %(stage)s") % {"stage": after} if after and not votes else _("Approve")
        return {
            "stages": len(stages),
            "next_stage": after,
            "votes_needed": votes,
            "approve_label": label,
            "late": item.is_open and item.due_at is not None and item.due_at < timezone.now(),
        }

    def _tell(self, item: SubmissionItem) -> None:
        """What was done; an approval can be taken back from here."""
        name = {"name": item.name}
        if item.state == ItemState.APPROVED:
            words = _("Approved: %(name)s.") % name
            link = format_html('<a href="{}">{}</a>', self._url("revoke", item.pk), _("Revoke"))
            messages.success(self.request, format_html("{} {}", words, link))
        elif item.is_open and item.submission.stage == self.object.submission.stage:
            messages.success(self.request, _("Your approval counts, more are needed: %(name)s.") % name)
        elif item.is_open:
            stage = item.submission.stage_name
            words = _("Approved and passed on to %(stage)s: %(name)s.") % {"stage": stage, **name}
            messages.success(self.request, words)
        else:
            messages.success(self.request, _("Sent back: %(name)s.") % name)

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

    def _history_url(self) -> str:
        item = self.object
        name, pk = ("campaign_history", item.owner_id) if item.owner_kind == KIND else ("", None)
        return self._url(name, pk) if pk else self._url("submission_history", item.submission_id)

    def _hand_over_url(self) -> str:
        url = address("approvals:hand_over", self.request.brand.slug)
        return f"{url}?items={self.object.pk}" if url else ""

    def _url(self, name: str, pk: UUID) -> str:
        return reverse(f"approvals:{name}", kwargs={"brand": self.request.brand.slug, "pk": pk})


def _parts(counts: dict[str, int | None], current: str) -> list[dict[str, Any]]:
    """The segments of the page."""
    words = {
        "preview": (_("Preview"), "mail"),
        "changes": (_("Changes"), "compare"),
        "checks": (_("Checks"), "jobs"),
        "comments": (_("Comments"), "comment"),
    }
    return [
        {
            "label": label,
            "icon": icon,
            "url": f"?part={name}",
            "current": name == current,
            "count": counts[name],
        }
        for name, (label, icon) in words.items()
    ]


def _shown(compared: Comparison, marks: PlaceMarks) -> dict[str, Any]:
    """A comparison as `approvals/_changes.html` shows it."""
    return {
        "label": compared.label,
        "comment": compared.comment,
        "changes": [
            {"place": one.place, "shown": _words(one), "mark": _mark(marks, one)}
            for one in compared.differences
        ],
    }


def _words(difference: Difference) -> SafeString:
    """A difference as the page shows it: texts word by word, everything else as a sentence."""
    if not difference.segments:
        return format_html("{}", difference.detail)
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
        return item_frame(request, self.object, campaign_of(self.object))

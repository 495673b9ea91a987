"""What a link in an approval mail leads to: a page with the difference and one button (Rules A1, A2).

The address in the mail holds the token. It is answered with a redirect to an address that names the link by
its id, so that the token stands in no sign-in address, no form, no referrer and no second log line. Reading
changes nothing, whoever or whatever reads.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from django.views.generic.base import View

from storesync.approvals.actions.link import LinkDead, decide_by_link
from storesync.approvals.digest.entries import entries_of
from storesync.approvals.forms import reason_field
from storesync.approvals.models import ActionLink, Purpose, SubmissionItem, token_digest
from storesync.approvals.queries import findings_of, waits_for
from storesync.approvals.queries.link import LinkState, Standing, state_of
from storesync.brands.models import Brand
from storesync.core.errors import ActionRefused
from storesync.core.permissions import SIGNED_IN
from storesync.core.scoping import all_brands, brand_scope
from storesync.core.views import GuardedView

SHOWN = 5
"""Parts of what was one submission that the page shows."""


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    """Told to nobody, kept by nobody, found by nobody."""
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# Public: a visitor without a session is sent on to sign in by the page itself, whose address names no token.
@method_decorator(login_not_required, name="dispatch")
class FollowLink(View):
    """`/a/<token>/`: leads to the page of the link, or is not there. Changes nothing, for nobody."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _kept_private(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with all_brands("a link in a mail names no brand"):
            link = ActionLink.objects.filter(token_hash=token_digest(token)).first()
        if link is None:
            raise Http404
        return redirect(link)


class LinkForm(forms.Form):
    """What goes with the one button; the comment is needed when changes are asked for."""

    reason = reason_field()
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The submitter reads it."),
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = needed


class LinkPage(GuardedView, TemplateView):
    """`/a/<id>/`: what one link is about and its one button, or why it does not work any more.

    Only for the person it was sent to, and of the content nothing to anybody else.
    """

    permission = SIGNED_IN
    http_method_names = ["get", "head", "post", "options"]
    template_name = "approvals/link.html"
    link: ActionLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with all_brands("a link in a mail names no brand"):
            link = ActionLink.objects.filter(pk=kwargs["pk"]).select_related("submission", "brand").first()
        if link is None:
            raise Http404
        self.link = link
        if link.person_id != request.user.pk:
            return _kept_private(self._somebody_elses())
        mine = Brand.objects.of(request.user).filter(pk=link.brand_id).exists()
        with brand_scope([link.brand_id] if mine else []):
            return _kept_private(self._rendered(super().dispatch(request, *args, **kwargs)))

    @staticmethod
    def _rendered(response: HttpResponseBase) -> HttpResponseBase:
        """Rendered while its brand is in scope."""
        return response.render() if isinstance(response, TemplateResponse) else response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = state_of(self.link, request.user)  # type: ignore[arg-type]  # signed in, GuardedView asked
        alive = state.standing in {Standing.LIVE, Standing.EXPIRED}
        if self.link.purpose == Purpose.OPEN and alive and state.items:
            return redirect(self._open_url(state))
        return self._page(state)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LinkForm(request.POST, needed=self._needs_comment())
        user = self.request.user
        state = state_of(self.link, user)
        if state.standing != Standing.LIVE:
            return self._page(state, form)
        if not form.is_valid():
            return self._page(state, form, status=422)
        try:
            outcome = decide_by_link(
                link=self.link,
                actor=user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
            )
        except LinkDead as refusal:
            return self._page(refusal.state, form)
        except ActionRefused as refusal:
            return self._page(state_of(self.link, user), form, refusal=refusal.message, status=409)
        except PermissionDenied:
            words = [_("You may no longer decide about this.")]
            return self._page(LinkState(Standing.BARRED, words=words), form)
        self._tell(outcome.done)
        return redirect(self._queue_url())

    def _page(
        self, state: LinkState, form: LinkForm | None = None, *, refusal: str = "", status: int | None = None
    ) -> HttpResponse:
        items = SubmissionItem.objects.filter(pk__in=[item.pk for item in state.items])
        live = state.standing == Standing.LIVE
        found = entries_of(items, self.request.user, limit=SHOWN) if live else None
        example = found.entries[0] if found and found.entries else None
        typed = form.data.get("comment", "") if form is not None and not live else ""
        context = self.get_context_data(
            page_title=_title(self.link, state),
            link=self.link,
            state=state,
            waiting=found,
            checks=findings_of(example.example.revision, example.owner) if example else [],
            others=waits_for(example.example) if example else None,
            form=form or LinkForm(needed=self._needs_comment()),
            refusal=refusal,
            typed=typed,
            review_url=self._open_url(state) if live else state.go_to,
            queue_url=self._queue_url() if self._belongs() else reverse("home"),
        )
        response = self.render_to_response(context, status=status or state.status)
        if live:
            # Under "no-referrer" browsers post with "Origin: null", which the CSRF check refuses. Nobody but
            # ourselves is told this address, and it holds no token.
            response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _somebody_elses(self) -> HttpResponse:
        """Nothing of what it is about, not even the brand."""
        context = self.get_context_data(page_title=_("This link was sent to somebody else"))
        return render(self.request, "approvals/link_of_another.html", context, status=403)

    def _tell(self, done: list[SubmissionItem]) -> None:
        count = len(done)
        if self.link.purpose == Purpose.CHANGES:
            words = ngettext("%(n)d sent back for changes.", "%(n)d sent back for changes.", count)
        elif done[0].is_open and done[0].submission.stage == self.link.stage:
            words = ngettext(
                "Your approval counts, more are needed.", "Your approvals count, more are needed.", count
            )
        else:
            words = ngettext("%(n)d approved.", "%(n)d approved.", count)
        message: Any = words % {"n": count} if "%(n)d" in words else words
        if count == 1 and not done[0].is_open and self.link.purpose == Purpose.APPROVE:
            url = reverse("approvals:revoke", kwargs={"brand": self.link.brand.slug, "pk": done[0].pk})
            message = format_html('{} <a href="{}">{}</a>', message, url, _("Revoke"))
        messages.success(self.request, message)

    def _needs_comment(self) -> bool:
        return self.link.purpose == Purpose.CHANGES

    def _belongs(self) -> bool:
        return any(brand.pk == self.link.brand_id for brand in self.request.user_brands)

    def _queue_url(self) -> str:
        return reverse("approvals:queue", kwargs={"brand": self.link.brand.slug})

    @staticmethod
    def _open_url(state: LinkState) -> str:
        """The full review page of what waits."""
        items = state.items
        return items[0].get_absolute_url() if len(items) == 1 else items[0].submission.get_absolute_url()


def _title(link: ActionLink, state: LinkState) -> str:
    return {
        Standing.LIVE: _("Ask for changes") if link.purpose == Purpose.CHANGES else _("Approve"),
        Standing.USED: _("This link has been used"),
        Standing.EXPIRED: _("This link has expired"),
        Standing.STALE: _("This is no longer what waits for you"),
        Standing.BARRED: _("You may not decide about this any more"),
    }[state.standing]

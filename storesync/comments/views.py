"""Pages of comments: an owner's threads, one thread, the verbs. Each answers htmx with the panel alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.comments.actions import add_comment, edit_comment, reopen, reply, resolve, strike_out
from storesync.comments.forms import CommentForm
from storesync.comments.models import Comment, Thread
from storesync.comments.owners import Owner, find_owner
from storesync.comments.panel import PanelState, new_form, panel_of, words_form
from storesync.comments.permissions import may_read, may_write, mentionable
from storesync.comments.queries import place_marks
from storesync.core.errors import ActionRefused
from storesync.core.navigation import section_of
from storesync.core.views import FragmentMixin, ObjectMixin


class PanelView(FragmentMixin):
    """What the pages share: the owner, the panel, and where to go after something was done."""

    permission = VIEW_CAMPAIGN
    template_name = "comments/page.html"
    fragment_template_name = "comments/_panel.html"
    owner: Owner

    def state(self) -> PanelState:
        """What the panel shows."""
        return PanelState.read(self.request, self.request.brand.slug)

    def show(
        self,
        *,
        status: int = 200,
        forms: dict[Any, CommentForm] | None = None,
        focus: UUID | None = None,
        state: PanelState | None = None,
    ) -> HttpResponse:
        """The panel, alone or as a page."""
        state = state or self.state()
        panel = panel_of(self.request, owner=self.owner, state=state, bound=forms, focus=focus)
        context: dict[str, Any] = {
            "panel": panel,
            "page_title": _("Comments on %(name)s") % {"name": self.owner.name},
            "section": section_of(self.request, self.owner.url),
            "in_place": self.request.method == "POST" and self.wants_fragment,
        }
        if context["in_place"] and state.place is not None:
            marks = place_marks(self.request.brand.slug, self.owner.kind, self.owner.id)
            context["mark"] = marks.at(state.place)
        return render(self.request, self.get_template_names()[0], context, status=status)

    def done(self, words: str, thread: Thread) -> HttpResponse:
        """The panel as it is now, or the page that it stands on."""
        messages.success(self.request, words)
        state = self.state()
        if self.wants_fragment:
            return self.show(focus=thread.pk)
        if state.back:
            return redirect(f"{state.back}#thread-{thread.pk}")
        panel = panel_of(self.request, owner=self.owner, state=state)
        return redirect(
            f"{panel.url if panel else ''}?{state.query(show='all')}#{state.prefix}thread-{thread.pk}"
        )


class OwnerComments(PanelView):
    """All that is said about one owner; a POST begins a thread."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        owner = find_owner(kwargs["kind"], kwargs["owner"])
        if owner is None or not may_read(request.user, owner.location):
            raise Http404
        self.owner = owner
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_write(request.user, self.owner.location):
            raise PermissionDenied(_("You may read these comments, but not write any."))
        panel: Any = panel_of(request, owner=self.owner, state=self.state())
        form = new_form(panel, request.POST)
        if not form.is_valid():
            return self.show(status=422, forms={None: form})
        try:
            comment = add_comment(
                owner_kind=self.owner.kind,
                owner_id=self.owner.id,
                place=form.cleaned_data["place"],
                body=form.cleaned_data["body"],
                mentions=form.cleaned_data["mentions"],
                actor=self.request.user,
                key=form.cleaned_data["key"],
            )
        except ActionRefused as refusal:
            form.refuse(refusal)
            return self.show(status=409, forms={None: form})
        return self.done(_("Comment added."), comment.thread)


class ThreadMixin(PanelView, ObjectMixin[Thread]):
    """A thread that the person may read."""

    def get_queryset(self) -> QuerySet[Thread]:
        found: QuerySet[Thread] = Thread.objects.visible_to(self.request.user)
        return found.select_related("brand", "location__region", "location__brand")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.owner = owner_of(self.get_object())
        return super().dispatch(request, *args, **kwargs)


def owner_of(thread: Thread) -> Owner:
    """What a thread is about; 404 when that is gone."""
    owner = find_owner(thread.owner_kind, thread.owner_id)
    if owner is None:
        raise Http404
    return owner


class ThreadPage(ThreadMixin):
    """One thread with the form for an answer; a POST answers."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page shows this thread alone; in a panel it takes the place of the thread."""
        state = self.state()
        if not self.wants_fragment:
            state = PanelState(show="all", thread=self.object.pk)
        return self.show(forms=self.answer(), state=state)

    def answer(self, data: Any = None) -> dict[Any, CommentForm]:
        """The form for an answer, for who may write."""
        location = self.object.location
        if not may_write(self.request.user, location):
            return {}
        return {
            self.object.pk: words_form(
                list(mentionable(location, author=self.request.user)), self.object, self.state(), data
            )
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forms = self.answer(request.POST)
        if not forms:
            raise PermissionDenied(_("You may read these comments, but not write any."))
        form = forms[self.object.pk]
        if not form.is_valid():
            return self.show(status=422, forms=forms)
        try:
            reply(
                thread=self.object,
                body=form.cleaned_data["body"],
                mentions=form.cleaned_data["mentions"],
                actor=self.request.user,
                key=form.cleaned_data["key"],
            )
        except ActionRefused as refusal:
            form.refuse(refusal)
            return self.show(status=409, forms=forms)
        return self.done(_("Answer added."), self.object)


class ThreadVerb(ThreadMixin):
    """Resolve a thread, or open it again; by POST only."""

    http_method_names = ["post", "options"]
    verb = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.verb == "resolve":
            thread = resolve(thread=self.object, actor=self.request.user)
            if thread.resolved_by_id != request.user.pk:
                words = _("%(name)s has resolved this thread already.")
                return self.done(words % {"name": thread.resolved_by}, thread)
            return self.done(_("Resolved."), thread)
        return self.done(_("Opened again."), reopen(thread=self.object, actor=self.request.user))


class CommentMixin(PanelView, ObjectMixin[Comment]):
    """One of the comments that the person wrote."""

    def get_queryset(self) -> QuerySet[Comment]:
        threads = Thread.objects.visible_to(self.request.user)
        found: QuerySet[Comment] = Comment.objects.filter(thread__in=threads, author=self.request.user)
        return found.select_related("thread__brand", "thread__location__region", "thread__location__brand")

    def get_object(self) -> Comment:
        found = self.get_queryset().filter(pk=self.kwargs[self.url_kwarg]).first()
        if found is None:
            raise Http404
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.owner = owner_of(self.get_object().thread)
        return super().dispatch(request, *args, **kwargs)


class CommentEdit(CommentMixin):
    """Change the words of one's own comment."""

    def form(self, data: Any = None) -> dict[Any, CommentForm]:
        """The comment's form, by its id."""
        people = list(mentionable(self.object.thread.location, author=self.request.user))
        return {self.object.pk: words_form(people, self.object, self.state(), data)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = self.state()
        if not self.wants_fragment:
            state = PanelState(show="all", thread=self.object.thread_id)
        return self.show(forms=self.form(), state=state)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forms = self.form(request.POST)
        form = forms[self.object.pk]
        if not form.is_valid():
            return self.show(status=422, forms=forms)
        try:
            edit_comment(
                comment=self.object,
                body=form.cleaned_data["body"],
                mentions=form.cleaned_data["mentions"],
                actor=self.request.user,
            )
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.show(status=409, forms=forms)
        return self.done(_("Saved."), self.object.thread)


class CommentStrike(CommentMixin):
    """Take one's own comment back; by POST only."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        strike_out(comment=self.object, actor=self.request.user)
        return self.done(_("Struck out."), self.object.thread)

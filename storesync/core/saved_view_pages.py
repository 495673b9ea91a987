"""Pages of people's own views of lists: the form that keeps one, and the page that changes it."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.core.columns import (
    WAYS,
    choose_columns,
    moved,
    next_move,
    place_of_move,
    reset_columns,
    table_called,
)
from storesync.core.models import SavedView
from storesync.core.permissions import MANAGE_BRAND, SIGNED_IN, can, role_names, roles_of
from storesync.core.saved_views import (
    change_view,
    editable_by,
    open_with,
    remove_view,
    restore_view,
    save_view,
    seen_by,
)
from storesync.core.toasts import success_with_undo
from storesync.core.views import ActionView, FormView, GuardedView, ListView, ObjectFormView, list_at

ONLY_ME: Final = "only-me"
"""The choice of a view that is shared with nobody."""


class SavedViewForm(forms.Form):
    """The name of a view, and whether the list opens with it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    default = forms.BooleanField(
        label=gettext_lazy("Open the list with this view"),
        required=False,
        help_text=gettext_lazy("When you come from the menu; the other views stay one click away."),
    )


class ChangeViewForm(SavedViewForm):
    """Also whom it is shared with, for whom the brand is theirs to manage."""

    shared_with = forms.ChoiceField(
        label=gettext_lazy("Who sees it"),
        help_text=gettext_lazy(
            "Whoever has the role finds it beside their own views, with your name; "
            "each row only as far as they may see it."
        ),
    )
    field_order = ("name", "shared_with", "default")

    def __init__(self, *args: Any, shares: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if shares:
            self.fields["shared_with"].choices = [(ONLY_ME, _("Only you")), *role_names().items()]  # type: ignore[attr-defined]
        else:
            del self.fields["shared_with"]

    def clean_shared_with(self) -> str:
        """A role, or "" for nobody else."""
        chosen = str(self.cleaned_data["shared_with"])
        return "" if chosen == ONLY_ME else chosen


class SaveView(FormView):
    """Keep what a list shows. The form stands in the list; here it is shown again when it is refused."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]
    form_class = SavedViewForm
    template_name = "core/saved_view_form.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A list that the person may not see, or that keeps no views, has nothing to be saved.
        self.list = self._list()
        return super().post(request, *args, **kwargs)

    def _list(self) -> ListView:
        name = self.request.POST.get("page", "")
        found = list_at(name, self.request)
        if not found.saved_views:
            raise Http404
        found.check_permission()
        return found

    def perform(self, form: SavedViewForm) -> HttpResponse:
        view = save_view(
            brand_id=self.request.brand.pk,
            actor=self.request.user,
            list_name=self.list.saved_views,
            page_name=self.request.POST["page"],
            name=form.cleaned_data["name"],
            query=QueryDict(self.request.POST.get("query", "")),
            default=form.cleaned_data["default"],
        )
        messages.success(self.request, _("“%(name)s” is kept.") % {"name": view.name})
        return redirect(view.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, query = self.request.POST["page"], self.request.POST.get("query", "")
        back = reverse(page, kwargs={"brand": self.request.brand.slug})
        return super().get_context_data(**kwargs) | {
            "page_title": _("Save this view"),
            "page": page,
            "query": query,
            "cancel_url": f"{back}?{query}" if query else back,
            "submit_label": _("Save view"),
        }


class ChooseColumns(GuardedView):
    """Choose the columns of a list and their order; the form stands in the list, and leads back to it."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        table, given, place = table_called(request.POST.get("table", "")), request.POST, ""
        if table is None:
            raise Http404
        if "reset" in given:
            reset_columns(actor=self.request.user, table=table)
        else:
            offered = given.getlist("column")
            for way in WAYS:
                if (name := given.get(way, "")) in offered:
                    offered = moved(offered, name, way)
                    # The page opens the chooser again there (static/js/shell.js): one move is seldom all.
                    place = f"#{place_of_move(name, next_move(offered, name, way))}"
            choose_columns(actor=self.request.user, table=table, offered=offered, shown=given.getlist("show"))
        back = given.get("back", "")
        here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(f"{back}{place}" if here else "/")


class SavedViewMixin:
    """A view that the person may change; any other is not there."""

    request: Any
    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[SavedView]:
        return editable_by(self.request.user, self.request.brand)


class ChangeView(SavedViewMixin, ObjectFormView[SavedView]):
    """Rename a view, share it, let the list open with it, or take it out."""

    form_class = ChangeViewForm
    template_name = "core/saved_view_form.html"
    success_message = gettext_lazy("The view is changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        shares = can(self.request.user, MANAGE_BRAND, self.request.brand)
        return super().get_form_kwargs() | {"shares": shares}

    def get_initial(self) -> dict[str, Any]:
        view = self.object
        return {"name": view.name, "shared_with": view.shared_with or ONLY_ME, "default": view.opens_first}

    def perform(self, form: SavedViewForm) -> HttpResponse:
        view = change_view(view=self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(view.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Change the view “%(name)s”") % {"name": self.object.name},
            "cancel_url": self.object.get_absolute_url(),
            "remove_url": reverse("saved_views:remove", args=[self.request.brand.slug, self.object.pk]),
        }


class UpdateView(SavedViewMixin, ActionView[SavedView]):
    """Let a view show from now on what its list shows now."""

    def perform(self) -> HttpResponse:
        page = self.request.POST.get("page", "")
        if list_at(page, self.request).saved_views != self.object.list_name:
            raise Http404
        view = change_view(
            view=self.object,
            actor=self.request.user,
            query=QueryDict(self.request.POST.get("query", "")),
            page_name=page,
        )
        messages.success(self.request, _("“%(name)s” shows this from now on.") % {"name": view.name})
        return self.back(view.get_absolute_url())


class OpenWithView(ActionView[SavedView]):
    """Let the person's list open with a view that is theirs or shared with them, or no longer."""

    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[SavedView]:
        user, brand = self.request.user, self.request.brand
        mine = Q(person=user) | Q(shared_with__in=roles_of(user, brand.pk))
        return seen_by(user).filter(mine, brand=brand)

    def perform(self) -> HttpResponse:
        view, default = self.object, bool(self.request.POST.get("opens"))
        open_with(view=view, actor=self.request.user, default=default)
        words = (
            _("The list opens with “%(name)s” from now on.")
            if default
            else _("The list opens with all rows again.")
        )
        messages.success(self.request, words % {"name": view.name})
        return self.back(view.get_absolute_url())


class RemoveView(SavedViewMixin, ActionView[SavedView]):
    """Take a view out of its list, with the way back."""

    def perform(self) -> HttpResponse:
        slug = self.request.brand.slug
        remove_view(view=self.object, actor=self.request.user)
        success_with_undo(
            self.request,
            _("“%(name)s” is removed.") % {"name": self.object.name},
            reverse("saved_views:restore", args=[slug, self.object.pk]),
        )
        return self.back(f"{reverse(self.object.list_name, args=[slug])}?view=all")


class RestoreView(SavedViewMixin, ActionView[SavedView]):
    """Bring a removed view back."""

    def perform(self) -> HttpResponse:
        view = restore_view(view=self.object, actor=self.request.user)
        messages.success(self.request, _("“%(name)s” is back.") % {"name": view.name})
        return self.back(view.get_absolute_url())

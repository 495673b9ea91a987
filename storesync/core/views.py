"""Base views: they will not start without a `permission`, and take objects only from a scoped queryset.

A stranger (no membership in the brand) meets a 404 in the middleware; an insider without the right gets 403;
an object that the person may not see is a 404 (Rule A10).
"""

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

import django_filters
import django_tables2
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views import generic
from django.views.generic.base import View

from storesync.core.changes import changes_since
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.once import OnceForm
from storesync.core.paging import PAGE_SIZES, Page, keyset_page
from storesync.core.permissions import ADMIN, SIGNED_IN, can, holds

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise
    from django_htmx.middleware import HtmxDetails

    from storesync.accounts.models import User
    from storesync.brands.models import Brand

M = TypeVar("M", bound=models.Model)


class PersonRequest(HttpRequest):
    """A request behind the middlewares: signed in, with its brand where the address names one."""

    user: "User"
    brand: "Brand"
    htmx: "HtmxDetails"


class GuardedView(View):
    """A page with a right: `permission` is needed on the brand of the address, or on the object shown.

    Attributes:
        permission: a right of the brand, SIGNED_IN, or ADMIN.
        whole_brand: whether the right is needed on the brand itself, not just on something in it.
    """

    permission: ClassVar[str] = ""
    whole_brand: ClassVar[bool] = False
    request: Any  # a PersonRequest; the generic views declare it as a plain HttpRequest

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        if not (initkwargs.get("permission") or cls.permission):
            raise ImproperlyConfigured(f"{cls.__name__} names no permission")
        return super().as_view(**initkwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        return super().dispatch(request, *args, **kwargs)

    def check_permission(self) -> None:
        """Refuse an insider who holds the right nowhere in the brand."""
        if self.permission == SIGNED_IN:
            return
        if self.permission == ADMIN:
            if not self.request.user.is_superuser:
                raise PermissionDenied
            return
        brand = getattr(self.request, "brand", None)
        if brand is None:
            raise ImproperlyConfigured(f"{type(self).__name__} needs a brand in its address")
        asked = can if self.whole_brand else holds
        if not asked(self.request.user, self.permission, brand):
            raise PermissionDenied

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page (a boosted link asks for the whole)."""
        return (
            bool(self.request.htmx)
            and not self.request.htmx.boosted
            and not self.request.htmx.history_restore_request
        )


class FragmentMixin(GuardedView):
    """One address, one view, two templates: the page and the fragment that it includes."""

    fragment_template_name: ClassVar[str] = ""
    template_name: Any = None

    def get_template_names(self) -> list[str]:
        if self.fragment_template_name and self.wants_fragment:
            return [self.fragment_template_name]
        return [str(self.template_name)]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(cast(HttpResponse, response), ["HX-Request"])
        return response


class ListView(FragmentMixin, generic.TemplateView):
    """A list: a table class, a filter class, a queryset and a permission, nothing else to write.

    `get_queryset()` returns what this person may see, unordered. The table's `order_by` names fields; pages
    are keyset pages, so the last page of a million rows costs what the first does.
    """

    table_class: ClassVar[type[django_tables2.Table]]
    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None
    default_order: ClassVar[tuple[str, ...]] = ("-created_at",)

    def get_queryset(self) -> models.QuerySet[Any]:
        raise ImproperlyConfigured(f"{type(self).__name__} has no queryset")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        queryset = self.get_queryset()
        filterset = None
        if self.filterset_class is not None:
            filterset = self.filterset_class(
                self.request.GET or None, queryset=queryset, request=self.request
            )
            queryset = filterset.qs
        table = self.table_class(
            queryset,
            order_by=self.request.GET.get("sort", ""),
            request=self.request,
            **self.get_table_kwargs(),
        )
        page = self.cut_page(table, queryset)
        table.data.data, table.data._length = page.rows, len(page.rows)
        return super().get_context_data(**kwargs) | {"table": table, "filter": filterset, "page": page}

    def cut_page(self, table: django_tables2.Table, queryset: models.QuerySet[Any]) -> Page[Any]:
        """The page that the address asks for, in the order that the table's header asks for."""
        order: list[str] = []
        for alias in table.order_by:
            column = table.columns[alias.lstrip("-")]
            paths = [str(path).replace(".", "__") for path in column.order_by]
            turn = alias.startswith("-")
            order += [p[1:] if turn and p.startswith("-") else f"-{p}" if turn else p for p in paths]
        size = self.request.GET.get("size", "")
        return keyset_page(
            queryset,
            order=order or list(self.default_order),
            cursor=self.request.GET.get("page", ""),
            size=int(size) if size in {str(known) for known in PAGE_SIZES} else 0,
        )


class ObjectMixin(GuardedView, Generic[M]):
    """One object: taken from `get_queryset()` (what the person may see), then asked for the right on it."""

    slug_field: ClassVar[str] = "pk"
    url_kwarg: ClassVar[str] = "pk"
    object: M

    def get_queryset(self) -> models.QuerySet[M]:
        raise ImproperlyConfigured(f"{type(self).__name__} has no queryset")

    def get_object(self) -> M:
        """The object of the address; 404 when this person may not see it, 403 without the right on it."""
        found = self.get_queryset().filter(**{self.slug_field: self.kwargs[self.url_kwarg]}).first()
        if found is None:
            raise Http404
        if self.permission != SIGNED_IN and not can(self.request.user, self.permission, found):
            raise PermissionDenied
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)


class DetailView(FragmentMixin, ObjectMixin[M], generic.TemplateView):
    """One object's page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"object": self.object}


if TYPE_CHECKING:
    FormViewBase = generic.FormView[Any]
else:
    FormViewBase = generic.FormView


class FormView(GuardedView, FormViewBase):
    """A form that calls an action: `perform(form)` does it and returns where to go.

    A refusal is shown above the form with everything typed still there (status 409), bad input at its field
    (status 422).
    """

    success_message: "ClassVar[_StrOrPromise]" = ""

    def perform(self, form: Any) -> HttpResponse:
        raise ImproperlyConfigured(f"{type(self).__name__} performs nothing")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            response = self.perform(form)
        except ActionRefused as refusal:
            if isinstance(form, OnceForm):
                form.refuse(refusal)
            else:
                form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ObjectFormView(ObjectMixin[M], FormView):
    """A form about one object."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"object": self.object}


class VersionedFormView(ObjectFormView[M]):
    """A form that changes one object and will not overwrite what somebody else wrote meanwhile.

    Its form has a hidden `version` (core.forms.VersionedForm). When the object has moved on, the page says
    what changed in between (409) and carries the newer version, so that saving again is a decision.
    """

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = self.perform(form)
        except StaleVersion as stale:
            now = self.get_object()
            form.renew_version(now)
            form.add_error(None, stale.message)
            since = changes_since(now, stale.since)
            return self.render_to_response(self.get_context_data(form=form, conflict=since), status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return response


class ActionView(ObjectMixin[M], View):
    """One verb on one object, by POST only: `perform()` calls the action and returns where to go."""

    http_method_names = ["post", "options"]

    def perform(self) -> HttpResponse:
        raise ImproperlyConfigured(f"{type(self).__name__} performs nothing")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.perform()

    def back(self, url: str) -> HttpResponse:
        """Go to the page that shows the outcome."""
        return redirect(url)

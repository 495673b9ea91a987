"""Pages about one object."""

from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views import generic
from django.views.generic.base import View

from storesync.core.permissions import SIGNED_IN, can
from storesync.core.views.guarded import FragmentMixin, GuardedView

M = TypeVar("M", bound=models.Model)


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
        if not self._reaches(found) and not can(self.request.user, self.permission, found):
            raise PermissionDenied
        return found

    def _reaches(self, found: M) -> bool:
        """Whether `check_permission` has answered for it too: a right on a brand reaches all of it."""
        if self.permission == SIGNED_IN:
            return True
        asked = self._permitted and self.whole_brand
        return asked and getattr(found, "brand_id", None) == self.request.brand.pk

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)


class DetailView(FragmentMixin, ObjectMixin[M], generic.TemplateView):
    """One object's page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"object": self.object}


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

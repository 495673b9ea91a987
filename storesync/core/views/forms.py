"""Forms that call an action."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm
from django.http import HttpResponse
from django.views import generic

from storesync.core.changes import changes_since
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.once import OnceForm
from storesync.core.views.guarded import GuardedView
from storesync.core.views.objects import M, ObjectMixin

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

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

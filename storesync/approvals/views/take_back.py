"""Taking something back: a recall before it is decided, a revocation of an approval."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.approvals.actions import recall, revoke_approval
from storesync.approvals.forms import ReasonForm
from storesync.approvals.models import SubmissionItem
from storesync.approvals.views.review import ItemMixin
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.core.views import ObjectFormView


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

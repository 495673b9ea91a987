"""Handing over what waits for a person: one item, some, or all, with a check of what can go first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.accounts.models import User
from storesync.approvals.actions import Outcome, hand_over
from storesync.approvals.forms.hand_over import HandOverForm
from storesync.approvals.models import Submission, SubmissionItem, Way
from storesync.approvals.permissions import why_not, why_not_to
from storesync.approvals.selection import uuids
from storesync.brands.permissions import can
from storesync.brands.rights import DECIDE, MANAGE_PEOPLE
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView

MOST = 1000
"""Items that go at once; more than that goes in parts."""
SHOWN = 25


class HandOver(FormView):
    """Hand over what waits for oneself, or for somebody else whose people one manages.

    `items` of the address name some of it; without them it is all. A single item goes at once, more than one
    after a page that says what can go and what cannot.
    """

    permission = DECIDE
    form_class = HandOverForm
    template_name = "approvals/hand_over.html"

    @property
    def chosen(self) -> list[UUID]:
        """The items that the address or the form names; none means all."""
        if "ticked_of" in self.request.POST:
            return uuids(self.request.POST.getlist("select"))[:MOST]
        given = self.request.POST.get("items") or self.request.GET.get("items", "")
        return uuids(given.split(","))[:MOST]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand over; or, posted by a page of a submission, ask to whom what is ticked there goes."""
        if "ticked_of" not in request.POST:
            return super().post(request, *args, **kwargs)
        if not self.chosen:
            return self._nothing_ticked()
        return self.render_to_response(self.get_context_data())

    def _nothing_ticked(self) -> HttpResponse:
        found = Submission.objects.visible_to(self.request.user).filter(
            pk__in=uuids([self.request.POST["ticked_of"]])
        )
        messages.warning(self.request, _("Nothing is ticked."))
        submission = found.select_related("brand").first()
        return redirect(submission.get_absolute_url() if submission else self.queue_url())

    def items_of(self, person: User) -> list[SubmissionItem]:
        """What of it waits for this person now."""
        waiting = SubmissionItem.objects.decidable_by(person).with_people().in_queue_order()
        if chosen := self.chosen:
            waiting = waiting.filter(pk__in=chosen)
        return list(waiting[:MOST])

    def get_form_kwargs(self) -> dict[str, Any]:
        arranges = can(self.request.user, MANAGE_PEOPLE, self.request.brand)
        given = {name: self.request.GET.get(name, "") for name in ("person", "to")}
        kwargs = super().get_form_kwargs()
        if "ticked_of" in self.request.POST:
            # What was posted is another page's form.
            kwargs["data"] = kwargs["files"] = None
        return kwargs | {
            "brand": self.request.brand,
            "own": self.request.user,
            "arranges": arranges and not self.chosen,
            "initial": {name: value for name, value in given.items() if value.isascii() and value.isdigit()},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen, user = self.chosen, self.request.user
        alone = None
        if len(chosen) == 1:
            alone = SubmissionItem.objects.visible_to(user).with_people().filter(pk=chosen[0]).first()
        waiting = SubmissionItem.objects.decidable_by(user).order_by()
        return super().get_context_data(**kwargs) | {
            "page_title": _("Hand over"),
            "items": ",".join(str(one) for one in chosen),
            "alone": alone,
            "barred_alone": why_not(user, alone) if alone else "",
            "cancel_url": alone.get_absolute_url() if alone else self.queue_url(),
            "waiting": len(chosen) or waiting[:MOST].count(),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        person, to = form.cleaned_data["person"], form.cleaned_data["to"]
        alone = len(self.chosen) == 1
        if alone or "confirmed" in self.request.POST:
            # Exactly what the check showed (Rule L1); the action asks again about each.
            asked = self.chosen if alone else uuids(self.request.POST.get("ready", "").split(","))[:MOST]
            try:
                outcome = hand_over(
                    items=asked,
                    to=to,
                    person=person,
                    actor=self.request.user,
                    comment=form.cleaned_data["comment"],
                    way=Way.PAGE if alone else Way.BULK,
                )
            except ActionRefused as refusal:
                form.add_error(None, refusal.message)
                return self.render_to_response(self.get_context_data(form=form), status=409)
            return self._done(outcome, to)
        items = self.items_of(person)
        barred = why_not_to(to, items)
        ready = [item for item in items if item.pk not in barred]
        context = self.get_context_data(
            form=form,
            checked=True,
            to=to,
            ready=ready[:SHOWN],
            ready_ids=",".join(str(item.pk) for item in ready),
            ready_count=len(ready),
            barred=[(item, barred[item.pk]) for item in items if item.pk in barred][:SHOWN],
            barred_count=len(items) - len(ready),
        )
        return self.render_to_response(context)

    def queue_url(self) -> str:
        """Where the rest waits."""
        return reverse("approvals:queue", kwargs={"brand": self.request.brand.slug})

    def _done(self, outcome: Outcome, to: User) -> HttpResponse:
        done, left = len(outcome.done), len(outcome.refused)
        words = ngettext("%(n)d handed over to %(name)s.", "%(n)d handed over to %(name)s.", done)
        messages.success(self.request, words % {"n": done, "name": to.display_name})
        if left:
            words = ngettext("%(n)d could not be handed over.", "%(n)d could not be handed over.", left)
            messages.warning(self.request, words % {"n": left})
        return redirect(self.queue_url())

"""Being away: a person's own page, that of a Brand Manager for somebody else, change, end."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.brands.actions.absence import ABSENCE_FIELDS, add_absence, change_absence, end_absence
from storesync.brands.forms import AbsenceForm
from storesync.brands.models import Absence, Membership, today_of
from storesync.brands.permissions import can, holding, holds
from storesync.brands.queries import absences_of
from storesync.brands.rights import DECIDE, MANAGE_PEOPLE
from storesync.brands.views.person import PersonMixin
from storesync.core import formats
from storesync.core.changes import history_of
from storesync.core.navigation import address
from storesync.core.permissions import SIGNED_IN
from storesync.core.views import ActionView, FormView, ObjectMixin, VersionedFormView

PAST = 10
"""Absences that are over and still listed."""


class AbsencesPage(FormView):
    """A person's absences in the brand, with the form for one more on top."""

    template_name = "brands/absence.html"
    form_class = AbsenceForm

    @property
    def person(self) -> User:
        """Whose absences these are."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        fresh = Absence(brand=self.request.brand, person=self.person)
        today = today_of(self.person)
        kwargs = super().get_form_kwargs()
        return kwargs | {"instance": fresh, "initial": {"first_day": today, "last_day": None}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, brand = self.person, self.request.brand
        coming = absences_of(person)
        past = Absence.objects.filter(person=person).exclude(pk__in=[one.pk for one in coming])
        waits = person == self.request.user and holds(person, DECIDE, brand)
        deciders = set(holding(DECIDE, brand).values_list("pk", flat=True))
        stands_in = Absence.objects.not_over().delegated_to(person).select_related("person", "delegate")
        return super().get_context_data(**kwargs) | {
            "person": person,
            "is_self": person.pk == self.request.user.pk,
            "coming": [(one, one.delegate_id in deciders) for one in coming],
            "past": past.select_related("delegate").order_by("-last_day")[:PAST],
            "stands_in": stands_in,
            "may_be_away": person.pk in deciders,
            "submit_label": _("Save the absence"),
            "hand_over_url": address("approvals:hand_over", brand=brand.slug) if waits else "",
            "other_brands": [
                other
                for other in self.request.user_brands
                if other.pk != brand.pk and person == self.request.user and holds(person, DECIDE, other)
            ],
        }

    def perform(self, form: Any) -> HttpResponse:
        absence = add_absence(
            brand=self.request.brand,
            person=self.person,
            actor=self.request.user,
            **form.values(ABSENCE_FIELDS),
        )
        messages.success(self.request, words_of(absence))
        return redirect(self.request.path)


class OwnAbsences(AbsencesPage):
    """One's own absence: the days, who stands in, a note."""

    permission = SIGNED_IN

    @property
    def person(self) -> User:
        found: User = self.request.user
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"page_title": _("Absence")}


class PersonAbsences(PersonMixin, ObjectMixin[Membership], AbsencesPage):
    """The absence of somebody else, arranged by who manages the brand's people."""

    @property
    def person(self) -> User:
        return self.object.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Absence of %(name)s") % {"name": self.person.display_name},
            "cancel_url": self.person_url(self.object),
        }


class AbsenceMixin:
    """An absence of one's own, or of anybody for who manages the brand's people."""

    request: Any
    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[Absence]:
        found: QuerySet[Absence] = Absence.objects.select_related("brand", "person", "delegate")
        if can(self.request.user, MANAGE_PEOPLE, self.request.brand):
            return found
        return found.filter(person=self.request.user)

    def back_url(self, absence: Absence) -> str:
        """The page on which it is listed."""
        slug = self.request.brand.slug
        if absence.person_id != self.request.user.pk:
            held = Membership.objects.active().filter(user=absence.person_id).order_by("created_at").first()
            if held is not None:
                return reverse("brands:person_absence", kwargs={"brand": slug, "pk": held.pk})
            return reverse("brands:person_list", kwargs={"brand": slug})
        return reverse("brands:absence", kwargs={"brand": slug})


class AbsenceChange(AbsenceMixin, VersionedFormView[Absence]):
    """Other days, somebody else who stands in, another note."""

    form_class = AbsenceForm
    template_name = "brands/absence_form.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state == "over":
            messages.info(request, _("This absence is over."))
            return redirect(self.back_url(self.object))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Change the absence"),
            "cancel_url": self.back_url(self.object),
            "changes": history_of(self.object, limit=20),
        }

    def perform(self, form: Any) -> HttpResponse:
        absence = change_absence(
            absence=self.object,
            actor=self.request.user,
            values=form.values(ABSENCE_FIELDS),
            version=form.cleaned_data["version"],
        )
        messages.success(self.request, words_of(absence))
        return redirect(self.back_url(absence))


class AbsenceEnd(AbsenceMixin, ActionView[Absence]):
    """Be back from now on."""

    def perform(self) -> HttpResponse:
        back = self.back_url(self.object)
        coming = self.object.state == "coming"
        end_absence(absence=self.object, actor=self.request.user)
        said = (
            _("The absence is removed.") if coming else _("The absence is ended; approvals wait here again.")
        )
        messages.success(self.request, said)
        return self.back(back)


def words_of(absence: Absence) -> str:
    """What an absence means, in one sentence."""
    return _("From %(first)s to %(last)s %(delegate)s may decide in the place of %(person)s.") % {
        "first": formats.day(absence.first_day),
        "last": formats.day(absence.last_day),
        "delegate": absence.delegate.display_name,
        "person": absence.person.display_name,
    }

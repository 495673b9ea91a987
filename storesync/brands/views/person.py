"""People of a brand: list, invite, one person's role, change, take away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.actions.membership import (
    change_membership,
    invite_again,
    invite_member,
    revoke_membership,
)
from storesync.brands.filters import PersonFilter
from storesync.brands.forms import InviteForm, MembershipForm
from storesync.brands.models import Membership
from storesync.brands.permissions import holds, role_words
from storesync.brands.queries import absences_of
from storesync.brands.querysets import MembershipQuerySet
from storesync.brands.rights import DECIDE, MANAGE_PEOPLE, Role
from storesync.brands.tables import PersonTable, limits_words
from storesync.core.changes import history_of
from storesync.core.views import ActionView, DetailView, FormView, ListView, ObjectFormView


class PersonMixin:
    """The memberships of the brand that hold now."""

    request: Any
    permission = MANAGE_PEOPLE
    whole_brand = True

    def get_queryset(self) -> MembershipQuerySet:
        held: MembershipQuerySet = Membership.objects.active()
        return held.select_related("user", "brand").prefetch_related("regions", "locations")

    def person_url(self, membership: Membership) -> str:
        return reverse("brands:person_detail", kwargs={"brand": self.request.brand.slug, "pk": membership.pk})

    def list_url(self) -> str:
        return reverse("brands:person_list", kwargs={"brand": self.request.brand.slug})


def roles_in_words() -> list[dict[str, Any]]:
    """Every role with what it may do."""
    return [{"label": role.label, "words": role_words(role)} for role in Role]


class PersonList(PersonMixin, ListView):
    """Everybody with a role in the brand."""

    table_class = PersonTable
    filterset_class = PersonFilter
    template_name = "brands/person_list.html"
    fragment_template_name = "components/results.html"
    default_order = ("user__name",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("People"),
            "empty_template": "brands/_person_empty.html",
        }


class PersonDetail(PersonMixin, DetailView[Membership]):
    """One role of one person: what it may do, where, until when, and what changed."""

    template_name = "brands/person_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        membership = self.object
        others = self.get_queryset().filter(user=membership.user).exclude(pk=membership.pk)
        return super().get_context_data(**kwargs) | {
            "page_title": membership.user.display_name,
            "words": role_words(Role(membership.role)),
            "limits": limits_words(membership),
            "others": [(other, self.person_url(other), limits_words(other)) for other in others],
            "waits_for_password": not membership.user.has_usable_password(),
            "is_self": membership.user_id == self.request.user.pk,
            "absences": absences_of(membership.user),
            "may_be_away": holds(membership.user, DECIDE, self.request.brand),
            "changes": history_of(membership, limit=20),
        }


class PersonInvite(PersonMixin, FormView):
    """Give a role to somebody by their address."""

    form_class = InviteForm
    template_name = "brands/person_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Invite a person"),
            "cancel_url": self.list_url(),
            "submit_label": _("Invite"),
            "roles": roles_in_words(),
        }

    def perform(self, form: Any) -> HttpResponse:
        membership = invite_member(brand=self.request.brand, actor=self.request.user, **form.cleaned_data)
        if membership.user.has_usable_password():
            text = _("%(name)s has the role now.")
        else:
            text = _("%(name)s has the role now and gets a mail to choose a password.")
        messages.success(self.request, text % {"name": membership.user.display_name})
        return redirect(self.person_url(membership))


class PersonChange(PersonMixin, ObjectFormView[Membership]):
    """Another role, other limits, another last day."""

    form_class = MembershipForm
    template_name = "brands/person_form.html"
    success_message = gettext_lazy("The role is changed, from the next page the person opens.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"membership": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Role of %(name)s") % {"name": self.object.user.display_name},
            "cancel_url": self.person_url(self.object),
            "roles": roles_in_words(),
        }

    def perform(self, form: Any) -> HttpResponse:
        membership = change_membership(membership=self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.person_url(membership))


class PersonRevoke(PersonMixin, ObjectFormView[Membership]):
    """Take a role away."""

    form_class = forms.Form
    template_name = "brands/person_revoke.html"
    success_message = gettext_lazy("The role is taken away.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = {"name": self.object.user.display_name, "role": self.object.get_role_display()}
        return super().get_context_data(**kwargs) | {
            "page_title": _("Take a role away"),
            "question": _("Take the role %(role)s from %(name)s?") % names,
            "verb": _("Take the role away"),
            "tone": "danger",
            "limits": limits_words(self.object),
            "cancel_url": self.person_url(self.object),
        }

    def perform(self, form: Any) -> HttpResponse:
        revoke_membership(membership=self.object, actor=self.request.user)
        return redirect(self.list_url())


class PersonInviteAgain(PersonMixin, ActionView[Membership]):
    """Send the mail to choose a password once more."""

    def perform(self) -> HttpResponse:
        invite_again(membership=self.object, actor=self.request.user)
        messages.success(self.request, _("The mail is on its way again."))
        return self.back(self.person_url(self.object))

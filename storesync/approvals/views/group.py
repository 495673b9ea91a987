"""Groups of reviewers: the list, one more, change, remove."""

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from storesync.approvals.actions.group import (
    change_group,
    create_group,
    policies_naming,
    remove_group,
    waiting_for_group,
)
from storesync.approvals.forms.group import GroupForm
from storesync.approvals.models import ReviewGroup
from storesync.approvals.reviewers import Deciders
from storesync.approvals.views.policy import ApprovalSettingsPage, RemovalView
from storesync.core.changes import changes_since, history_of
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.views import FormView, ObjectFormView

EMPTIED: Final = gettext_lazy(
    "Nobody is in the group now. What waits for it goes on where all who may decide now have approved it; "
    "everything else escalates within 15 minutes: to whom its stage names for that, then to the Brand "
    "Managers, then to the Admins."
)
"""What becomes of what waits for a group that was emptied (Rule A5)."""


class GroupList(ApprovalSettingsPage, TemplateView):
    """The groups of the brand, who is in each, and who of them may decide no longer."""

    template_name = "approvals/group_list.html"
    tab = "groups"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        deciders = Deciders.of_brand(self.request.brand)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approval settings"),
            "groups": [
                (group, [(person, person.pk in deciders.people) for person in group.members.all()])
                for group in ReviewGroup.objects.prefetch_related("members")
            ],
        }


class GroupMixin(ApprovalSettingsPage):
    """One group of the brand."""

    tab = "groups"

    def get_queryset(self) -> QuerySet[ReviewGroup]:
        found: QuerySet[ReviewGroup] = ReviewGroup.objects.select_related("brand")
        return found


class GroupCreate(ApprovalSettingsPage, FormView):
    """A new group."""

    form_class = GroupForm
    template_name = "approvals/group_form.html"
    tab = "groups"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"brand": self.request.brand}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New group"),
            "cancel_url": self.url("groups"),
            "submit_label": _("Create the group"),
        }

    def perform(self, form: Any) -> HttpResponse:
        group = create_group(
            brand=self.request.brand,
            name=form.cleaned_data["name"],
            members=form.cleaned_data["members"],
            actor=self.request.user,
        )
        messages.success(self.request, _("Stages can name the group “%(name)s” now.") % {"name": group.name})
        return redirect(self.url("groups"))


class GroupEdit(GroupMixin, ObjectFormView[ReviewGroup]):
    """Another name, other members; that counts at once, for what waits already too."""

    form_class = GroupForm
    template_name = "approvals/group_form.html"
    success_message = gettext_lazy("The group is saved; that counts at once, for what waits already too.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"brand": self.request.brand, "group": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Change the group %(name)s") % {"name": self.object.name},
            "cancel_url": self.url("groups"),
            "named_by": policies_naming(self.object),
            "waiting": waiting_for_group(self.object),
            "changes": history_of(self.object, limit=20),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            change_group(
                group=self.object,
                name=form.cleaned_data["name"],
                members=form.cleaned_data["members"],
                version=form.cleaned_data["version"],
                actor=self.request.user,
            )
        except StaleVersion as stale:
            now = self.get_queryset().get(pk=self.object.pk)
            form.renew_version(now)
            form.add_error(None, stale.message)
            conflict = changes_since(now, stale.since)
            return self.render_to_response(self.get_context_data(form=form, conflict=conflict), status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, self.success_message)
        if not form.cleaned_data["members"] and waiting_for_group(self.object):
            messages.warning(self.request, EMPTIED)
        return redirect(self.url("groups"))


class GroupRemove(GroupMixin, RemovalView[ReviewGroup]):
    """Take a group away that nothing names and nothing waits for."""

    template_name = "approvals/group_remove.html"
    success_message = gettext_lazy("The group is removed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Remove a group"),
            "question": _("Remove the group “%(name)s”?") % {"name": self.object.name},
            "verb": _("Remove the group"),
            "tone": "danger",
            "cancel_url": self.url("groups"),
        }

    def perform(self, form: Any) -> HttpResponse:
        remove_group(group=self.object, actor=self.request.user, version=form.cleaned_data["version"])
        return redirect(self.url("groups"))

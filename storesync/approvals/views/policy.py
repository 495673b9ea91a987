"""How the brand reviews: its policies as cards, one policy, its form, its removal, its history."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from storesync.approvals.actions.policy import change_policy, create_policy, remove_policy
from storesync.approvals.forms.counted import CountedForm
from storesync.approvals.forms.policy import Directory, PolicyForm
from storesync.approvals.forms.stage import initial_of
from storesync.approvals.forms.stages import StageForms
from storesync.approvals.models import ApprovalPolicy, ApprovalSettings, State, Submission
from storesync.approvals.policy_history import policy_changes
from storesync.approvals.policy_tryout import campaigns_to_try, try_out
from storesync.approvals.reviewers import Deciders, doubts_about
from storesync.approvals.selection import uuids
from storesync.approvals.stages import DEFAULT, Stage
from storesync.approvals.wording import Names, stages_in_words, types_words
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign
from storesync.core.changes import Change, changes_since
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.views import DetailView, GuardedView, ObjectFormView, ObjectMixin
from storesync.core.views.objects import M


class ApprovalSettingsPage(GuardedView):
    """A page about how the brand reviews; for who manages the brand."""

    permission = MANAGE_BRAND
    whole_brand = True
    tab: ClassVar[str] = ""

    def url(self, name: str, **kwargs: Any) -> str:
        """An address of these pages."""
        return reverse(f"approvals:{name}", kwargs={"brand": self.request.brand.slug} | kwargs)

    @cached_property
    def may_change(self) -> bool:
        """Whether the person manages the brand, or only reads."""
        return can(self.request.user, MANAGE_BRAND, self.request.brand)

    def tabs(self) -> list[dict[str, Any]]:
        """The pages side by side; none for who only reads."""
        if not self.may_change:
            return []
        rows = [("policies", _("Policies")), ("groups", _("Groups")), ("working_hours", _("Working hours"))]
        return [
            {"label": label, "url": self.url(name), "current": name == self.tab, "count": None}
            for name, label in rows
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"tabs": self.tabs()} | context


class PolicyList(ApprovalSettingsPage, TemplateView):
    """Every policy as a card with its stages in words, and what holds for the types that none names.

    Whoever sees campaigns reads here who decides about them and by when; who manages the brand changes it.
    """

    permission = VIEW_CAMPAIGN
    whole_brand = False
    template_name = "approvals/policy_list.html"
    tab = "policies"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        policies = sorted(ApprovalPolicy.objects.all(), key=lambda one: (not one.campaign_types, one.name))
        names = Names.of(stage for policy in policies for stage in policy.all_stages)
        running = running_by_policy() if self.may_change else {}
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approval settings") if self.may_change else _("Who decides, and by when"),
            "may_change": self.may_change,
            "settings": ApprovalSettings.of(self.request.brand.pk),
            "cards": [
                {
                    "policy": policy,
                    "types": types_words(policy.campaign_types),
                    "stages": stages_in_words(policy.all_stages, names),
                    "older": older_running(policy, running),
                }
                for policy in policies
            ],
            "rest": None
            if any(not policy.campaign_types for policy in policies)
            else stages_in_words(DEFAULT, Names()),
        }


class PolicyMixin(ApprovalSettingsPage):
    """One policy of the brand."""

    tab = "policies"

    def get_queryset(self) -> QuerySet[ApprovalPolicy]:
        found: QuerySet[ApprovalPolicy] = ApprovalPolicy.objects.select_related("brand")
        return found


class PolicyDetail(PolicyMixin, DetailView[ApprovalPolicy]):
    """A policy: each stage in words, who sits there now, and where that is not enough."""

    template_name = "approvals/policy_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        policy, deciders = self.object, Deciders.of_brand(self.request.brand)
        stages = policy.all_stages
        return (
            super().get_context_data(**kwargs)
            | {
                "page_title": policy.name,
                "types": types_words(policy.campaign_types),
                "stages": [
                    {
                        "words": words,
                        "people": deciders.sitting(stage.people),
                        "doubts": doubts_about(stage, deciders),
                    }
                    for stage, words in zip(stages, stages_in_words(stages), strict=True)
                ],
                "older": older_running(policy, running_by_policy()),
                "changes": policy_changes(policy, limit=20),
            }
            | self.tried()
        )

    def tried(self) -> dict[str, Any]:
        """The try-out: campaigns to choose from, and what would happen to the chosen one."""
        text, asked = (
            self.request.GET.get("q", "").replace("\x00", "")[:200],
            uuids([self.request.GET.get("campaign", "")]),
        )
        campaigns = LocationCampaign.objects.select_related("brand", "location__region", "current_revision")
        chosen = campaigns.filter(pk__in=asked).first() if asked else None
        return {
            "q": text,
            "campaigns": campaigns_to_try(self.request.brand.pk, text),
            "tried": try_out(self.object, chosen) if chosen else None,
        }


class PolicyEditor(PolicyMixin, TemplateView):
    """The form of a policy. Buttons but "Save" only change the form; a refusal keeps all that was typed."""

    template_name = "approvals/policy_form.html"
    object: ApprovalPolicy | None = None

    @cached_property
    def directory(self) -> Directory:
        """Whom and what its stages may name."""
        return Directory.of_brand(self.request.brand, self.object.all_stages if self.object else ())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stages = self.object.all_stages if self.object else DEFAULT
        rows = StageForms(self.directory, [initial_of(stage) for stage in stages])
        return self.show(PolicyForm(initial=self.initial()), rows)

    def initial(self) -> dict[str, Any]:
        """What the head of the form begins with."""
        if self.object is None:
            return {}
        names = ("name", "campaign_types", "pass_unchanged", "version")
        return {name: getattr(self.object, name) for name in names}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if op := request.POST.get("op", ""):
            typed = {name: request.POST.get(name, "") for name in ("name", "version")}
            head = PolicyForm(
                initial=typed
                | {
                    "campaign_types": request.POST.getlist("campaign_types"),
                    "pass_unchanged": "pass_unchanged" in request.POST,
                }
            )
            return self.show(head, StageForms.after(self.directory, request.POST, op))
        form, rows = PolicyForm(request.POST), StageForms.bound(self.directory, request.POST)
        # Both are asked, so that everything that is wrong is said at once.
        right = form.is_valid() & rows.is_valid()
        if not right:
            return self.show(form, rows, status=422)
        try:
            policy = self.perform(form, rows.stages())
        except StaleVersion as stale:
            form.add_error(None, stale.message)
            return self.show_conflict(form, rows, stale)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.show(form, rows, status=409)
        return self.saved(policy)

    def perform(self, form: PolicyForm, stages: list[Stage]) -> ApprovalPolicy:
        """Make it, or change it."""
        raise NotImplementedError

    def show_conflict(self, form: PolicyForm, rows: StageForms, stale: StaleVersion) -> HttpResponse:
        """What somebody else changed meanwhile; saving again is then a decision."""
        raise stale

    def saved(self, policy: ApprovalPolicy) -> HttpResponse:
        """Say what was saved and what is doubtful about it."""
        messages.success(
            self.request, _("“%(name)s” holds for what is submitted from now on.") % {"name": policy.name}
        )
        return redirect(self.url("policy", pk=policy.pk))

    def show(self, form: PolicyForm, rows: StageForms, status: int = 200, **more: Any) -> HttpResponse:
        """The page with the form as it is now."""
        context = self.get_context_data(form=form, stages=rows, directory=self.directory, **more)
        return self.render_to_response(context, status=status)


class PolicyCreate(PolicyEditor):
    """A new policy."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New policy"),
            "cancel_url": self.url("policies"),
            "submit_label": _("Create the policy"),
        }

    def perform(self, form: PolicyForm, stages: list[Stage]) -> ApprovalPolicy:
        return create_policy(
            brand=self.request.brand,
            name=form.cleaned_data["name"],
            campaign_types=form.cleaned_data["campaign_types"],
            stages=stages,
            pass_unchanged=form.cleaned_data["pass_unchanged"],
            actor=self.request.user,
        )


class PolicyEdit(PolicyEditor, ObjectMixin[ApprovalPolicy]):
    """Change a policy for what is submitted from now on."""

    object: ApprovalPolicy

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = sum(count for (name, _v), count in running_by_policy().items() if name == self.object.name)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Change %(name)s") % {"name": self.object.name},
            "object": self.object,
            "running": waiting,
            "cancel_url": self.url("policy", pk=self.object.pk),
        }

    def show_conflict(self, form: PolicyForm, rows: StageForms, stale: StaleVersion) -> HttpResponse:
        now = self.get_queryset().get(pk=self.object.pk)
        form.renew_version(now)
        return self.show(form, rows, status=409, conflict=policy_changes(now, since=stale.since))

    def perform(self, form: PolicyForm, stages: list[Stage]) -> ApprovalPolicy:
        return change_policy(
            policy=self.object,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            values={
                "name": form.cleaned_data["name"],
                "campaign_types": form.cleaned_data["campaign_types"],
                "pass_unchanged": form.cleaned_data["pass_unchanged"],
                "stages": stages,
            },
        )


class RemovalView(ObjectFormView[M]):
    """Take a row away that counts its changes; one that was changed since the page was opened stays (409)."""

    form_class = CountedForm

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"version": self.object.version}  # type: ignore[attr-defined]

    def changes(self, row: M, since: datetime | None) -> list[Change]:
        """What somebody else changed of it meanwhile."""
        return changes_since(row, since)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = self.perform(form)
        except StaleVersion as stale:
            now = self.get_object()
            form.renew_version(now)
            form.add_error(None, _("Somebody has changed this since you opened it. Look at what changed."))
            context = self.get_context_data(form=form, conflict=self.changes(now, stale.since))
            return self.render_to_response(context, status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, self.success_message)
        return response


class PolicyRemove(PolicyMixin, RemovalView[ApprovalPolicy]):
    """Take a policy away; the page says what holds for its campaigns instead."""

    template_name = "approvals/policy_remove.html"
    success_message = gettext_lazy("The policy is removed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        policy = self.object
        rest = ApprovalPolicy.objects.filter(campaign_types=[]).exclude(pk=policy.pk).first()
        return super().get_context_data(**kwargs) | {
            "page_title": _("Remove a policy"),
            "question": _("Remove “%(name)s”?") % {"name": policy.name},
            "verb": _("Remove the policy"),
            "tone": "danger",
            "types": types_words(policy.campaign_types),
            "instead": rest,
            "instead_stages": stages_in_words(rest.all_stages if rest else DEFAULT),
            "running": sum(count for (name, _v), count in running_by_policy().items() if name == policy.name),
            "cancel_url": self.url("policy", pk=policy.pk),
        }

    def perform(self, form: Any) -> HttpResponse:
        remove_policy(policy=self.object, actor=self.request.user, version=form.cleaned_data["version"])
        return redirect(self.url("policies"))

    def changes(self, row: ApprovalPolicy, since: datetime | None) -> list[Change]:
        return policy_changes(row, since=since)


def running_by_policy() -> dict[tuple[str, int], int]:
    """How many submissions wait, by the name and version of the policy they began with."""
    rows = (
        Submission.objects.filter(state=State.WAITING)
        .exclude(policy_name="")
        .order_by()
        .values_list("policy_name", "policy_version")
        .annotate(total=Count("pk"))
    )
    return {(name, version): total for name, version, total in rows}


def older_running(policy: ApprovalPolicy, running: dict[tuple[str, int], int]) -> int:
    """How many submissions still run under an older version of this policy."""
    return sum(
        total
        for (name, version), total in running.items()
        if name == policy.name and version != policy.version
    )

"""The wizard of a roll-out: each step at an address of its own, the draft saved at every one."""

from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.brands.models import Location
from storesync.brands.rights import MANAGE_ROLLOUT, VIEW_CAMPAIGN
from storesync.campaigns.actions.check import last_check
from storesync.campaigns.actions.rollout import (
    cancel_rollout,
    check_rollout,
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.forms.dates import chosen_dates, dates_initial
from storesync.campaigns.forms.rollout import LocationsForm, PlanForm, RolloutStartForm
from storesync.campaigns.messages import ValuesInvalid, compile_version, read_variables
from storesync.campaigns.models import Rollout
from storesync.campaigns.queries import shown
from storesync.campaigns.schedule import parse_schedule
from storesync.campaigns.selection import chosen_ids, locations_matching
from storesync.campaigns.standing import instead_of, usable_versions, why_not_used
from storesync.campaigns.views.rollout import RolloutMixin
from storesync.content.facts import location_facts
from storesync.content.hashing import digest
from storesync.content.rendering import ContentInvalid, light_preview
from storesync.core.errors import ActionRefused
from storesync.core.frames import MailFrameResponse
from storesync.core.models import Job
from storesync.core.views import ActionView, DetailView, FormView, ObjectFormView

STEPS = (
    ("start", "rollout_new"),
    ("locations", "rollout_locations"),
    ("plan", "rollout_plan"),
    ("check", "rollout_check"),
)


def wizard_steps(brand: str, now: str, rollout: Rollout | None) -> list[dict[str, str]]:
    """The steps of the wizard; those behind are links."""
    words = {
        "start": _("Template"),
        "locations": _("Locations"),
        "plan": _("Recipients and dates"),
        "check": _("Check and launch"),
    }
    place = [name for name, _url in STEPS].index(now)
    steps = []
    for number, (name, url) in enumerate(STEPS):
        state = "done" if number < place else "now" if number == place else ""
        link = reverse(f"campaigns:{url}", args=[brand, rollout.pk]) if rollout and name != "start" else ""
        steps.append({"title": words[name], "url": link, "state": state})
    return steps


class RolloutStartView(FormView):
    """Step 1: the template. The draft is saved from here on, so nothing is lost on the way."""

    permission = MANAGE_ROLLOUT
    whole_brand = True
    template_name = "campaigns/rollout_start.html"
    form_class = RolloutStartForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"versions": usable_versions()}
        slug = self.request.GET.get("template", "")
        chosen = next((one for one in kwargs["versions"] if one.template.slug == slug), None)
        return kwargs | {"initial": {"template": chosen.pk if chosen else None}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New roll-out"),
            "steps": wizard_steps(self.request.brand.slug, "start", None),
            "cancel_url": reverse("campaigns:rollouts", args=[self.request.brand.slug]),
            "submit_label": _("Continue to the locations"),
        }

    def perform(self, form: RolloutStartForm) -> HttpResponse:
        rollout = create_rollout(
            template_version=form.cleaned_data["template"],
            actor=self.request.user,
            name=form.cleaned_data["name"],
            key=form.cleaned_data["key"],
        )
        return redirect("campaigns:rollout_locations", self.request.brand.slug, rollout.pk)


class StepView(RolloutMixin, ObjectFormView[Rollout]):
    """A step of the wizard; a launched roll-out has none."""

    permission = MANAGE_ROLLOUT
    whole_brand = True
    step: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.object = self.get_object()
        if not self.object.is_draft:
            return redirect(self.url())
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "steps": wizard_steps(self.request.brand.slug, self.step, self.object),
            "chosen_count": self.object.chosen.count(),
            "cancel_url": reverse("campaigns:rollouts", args=[self.request.brand.slug]),
        }


class RolloutLocationsView(StepView):
    """Step 2: which locations. "Show" counts what matches, "Continue" takes exactly those (Rule L1)."""

    template_name = "campaigns/rollout_locations.html"
    form_class = LocationsForm
    step = "locations"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"brand": self.request.brand}
        filters = self.object.selection.get("filters", {})
        return kwargs | {
            "initial": {"mode": "list" if "list" in self.object.selection else "filter", **filters}
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        filters = (
            form.filters() if form.is_bound and form.is_valid() else self.object.selection.get("filters", {})
        )
        matching = locations_matching(self.request.brand, filters)
        if form.is_bound and form.is_valid() and form.cleaned_data["mode"] == "list":
            matching = matching.filter(pk__in=form.cleaned_data["location_ids"])
        return context | {
            "matching": matching.select_related("region").order_by("name")[:10],
            "count": matching.count(),
            "submit_label": _("Continue to recipients and dates"),
        }

    def perform(self, form: LocationsForm) -> HttpResponse:
        if self.request.POST.get("show"):
            return self.render_to_response(self.get_context_data(form=form))
        chosen: dict[str, Any] = (
            {"location_ids": form.cleaned_data["location_ids"]}
            if form.cleaned_data["mode"] == "list"
            else {"filters": form.filters()}
        )
        count = choose_locations(rollout=self.object, actor=self.request.user, **chosen)
        messages.success(
            self.request,
            ngettext("%(count)d location chosen.", "%(count)d locations chosen.", count) % {"count": count},
        )
        return redirect(self.url("rollout_plan"))


class RolloutPlanView(StepView):
    """Step 3: values, recipients, dates and the freedom of stores."""

    template_name = "campaigns/rollout_plan.html"
    form_class = PlanForm
    step = "plan"
    report: Any = None
    told = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        rollout = self.object
        return super().get_form_kwargs() | {
            "brand": rollout.brand,
            "variables": read_variables(rollout.template_version.variables).values(),
            "values": rollout.values,
            "initial": dates_initial(rollout.schedule)
            | {
                "edit_deadline": _wall_clock(rollout),
                "at_deadline": rollout.at_deadline,
                "holdout": (rollout.holdout * 100).quantize(Decimal("0.1")),
            },
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "recipients": self.object.audience_list,
            "report": self.report,
            "told": self.told,
            "submit_label": _("Continue to the check"),
        }

    def perform(self, form: PlanForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            plan_rollout(
                rollout=self.object,
                actor=self.request.user,
                values=form.values(),
                schedule=chosen_dates(data),
                edit_deadline=data["edit_deadline"],
                at_deadline=data["at_deadline"] or None,
                holdout=(data["holdout"] or Decimal(0)) / 100,
            )
        except ValuesInvalid as invalid:
            for problem in invalid.problems:
                name = f"value-{problem.name}"
                form.add_error(name if name in form.fields else None, problem.message)
            return self.form_invalid(form)
        text, source = form.recipients_text()
        if text.strip():
            self.report = set_recipients(
                rollout=self.object, actor=self.request.user, text=text, source=source
            )
            told = self.request.POST.get("told") == digest(text.encode())
            if not self.report.accepted or (self.report.problems and not told):
                self.told = digest(text.encode())
                self.object.refresh_from_db()
                if not self.report.accepted:
                    form.add_error("recipients", _("No row could be taken; the reasons are below."))
                return self.render_to_response(self.get_context_data(form=form), status=422)
        check_rollout(rollout=self.object, actor=self.request.user)
        return redirect(self.url("rollout_check"))


def _wall_clock(rollout: Rollout) -> str:
    """The edit deadline on a clock of the brand."""
    if rollout.edit_deadline is None:
        return ""
    return rollout.edit_deadline.astimezone(ZoneInfo(rollout.brand.time_zone)).strftime("%Y-%m-%dT%H:%M")


class RolloutCheckView(RolloutMixin, DetailView[Rollout]):
    """Step 4: preflight of every location, the preview opened on the worst one (Rule T4), and the launch."""

    permission = MANAGE_ROLLOUT
    whole_brand = True
    template_name = "campaigns/rollout_check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.is_draft:
            return redirect(self.url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.POST.get("op") == "check":
                check_rollout(rollout=self.object, actor=self.request.user)
                return redirect(self.url("rollout_check"))
            if request.POST.get("op") == "instead":
                return self.use_instead()
            launch_rollout(rollout=self.object, actor=self.request.user)
        except ActionRefused as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal.message), status=409)
        messages.success(request, _("The roll-out is being launched."))
        return redirect(self.url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rollout = self.object
        found = last_check(rollout)
        asked = chosen_ids([self.request.GET.get("location", "")])
        worst = Location.objects.filter(pk__in=asked or [found.worst if found else None]).first()
        schedule = parse_schedule(rollout.schedule)
        unusable = why_not_used(rollout.template_version)
        return super().get_context_data(**kwargs) | {
            "page_title": rollout.name,
            "steps": wizard_steps(self.request.brand.slug, "check", rollout),
            "found": found,
            "job": self.running_job() if found is None else None,
            "schedule": schedule,
            "frame_url": f"{self.url('rollout_frame')}?location={worst.pk}" if worst else "",
            "worst": worst,
            "cancel_url": self.url("rollout_plan"),
            "unusable": unusable,
            "instead": instead_of(rollout.template_version) if unusable else None,
        }

    def use_instead(self) -> HttpResponse:
        """The draft with the version that is to be used now; its values are looked at again first."""
        version = instead_of(self.object.template_version)
        if version is None:
            raise ActionRefused(_("There is no version to use instead. Give the draft up."))
        plan_rollout(rollout=self.object, actor=self.request.user, template_version=version)
        messages.success(
            self.request,
            _("The draft uses “%(version)s” now. Look at values and dates again.") % {"version": version},
        )
        return redirect(self.url("rollout_plan"))

    def running_job(self) -> Job | None:
        """The Job whose end this page waits for; a check of an older state of the draft is none."""
        job: Job | None = self.object.check_job
        return job if job is not None and not job.is_over else None


class RolloutFrameView(RolloutMixin, DetailView[Rollout]):
    """The message of a draft roll-out for one of its locations: a frame's content."""

    permission = VIEW_CAMPAIGN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = chosen_ids([request.GET.get("location", "")])
        chosen = self.object.chosen.filter(location__in=asked)
        seen = Location.objects.visible_to(request.user, VIEW_CAMPAIGN)
        location = seen.filter(pk__in=chosen.values("location_id")).first()
        if location is None:
            raise Http404
        try:
            message = compile_version(self.object.template_version)
        except ContentInvalid as invalid:
            raise Http404 from invalid
        facts = location_facts(location, self.request.brand, message.declared_facts)
        rendered = message.render(facts, self.object.values)
        return MailFrameResponse(light_preview(shown(rendered.html)), pictures=True)


class RolloutDiscardView(RolloutMixin, ActionView[Rollout]):
    """Give a draft up."""

    permission = MANAGE_ROLLOUT
    whole_brand = True

    def perform(self) -> HttpResponse:
        try:
            cancel_rollout(rollout=self.object, actor=self.request.user)
        except ActionRefused as refusal:
            messages.error(self.request, refusal.message)
            return self.back(self.url())
        messages.success(self.request, _("The draft was given up."))
        return self.back(reverse("campaigns:rollouts", args=[self.request.brand.slug]))

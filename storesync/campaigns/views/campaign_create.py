"""A campaign that a store begins by itself: from a template, or as a copy of another one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import slug_re
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.brands.models import Location, LocationStatus
from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.campaigns.actions.create import LONGEST_NAME, duplicate_campaign, start_campaign
from storesync.campaigns.forms.create import DuplicateForm, StartCampaignForm
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.selection import location_label
from storesync.campaigns.standing import usable_versions
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, ObjectFormView


def own_locations(request: Any) -> QuerySet[Location]:
    """The stores at which the person may begin a campaign."""
    found: QuerySet[Location] = Location.objects.visible_to(request.user, EDIT_CAMPAIGN)
    return found.exclude(status=LocationStatus.CLOSED).select_related("brand")


class CampaignCreateView(FormView):
    """Begin a campaign: choose a template, then name, store, values, recipients and dates on one page.

    The template stands in the address (`?template=`), so that a template's own page leads to the second half;
    a store (`?location=`) is chosen already where the way led over its page.
    """

    permission = EDIT_CAMPAIGN
    template_name = "campaigns/campaign_create.html"
    form_class = StartCampaignForm
    version: Any = None  # a TemplateVersion in the second half

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.check_permission()
        wanted = request.GET.get("template", "")
        if wanted:
            if slug_re.match(wanted):
                self.version = usable_versions().filter(template__slug=wanted).first()
            if self.version is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.version is None:
            return self.choose_template()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.version is None:
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def choose_template(self) -> HttpResponse:
        """The first half: the templates that may be used."""
        slug, location = self.request.brand.slug, self.request.GET.get("location", "")
        cards = [
            {
                "version": version,
                "url": f"?template={version.template.slug}" + (f"&location={location}" if location else ""),
                "frame": reverse("campaigns:template_frame", args=[slug, version.template.slug])
                + f"?version={version.number}",
            }
            for version in usable_versions()
        ]
        context = {
            "page_title": _("New campaign"),
            "cards": cards,
            "cancel_url": reverse("campaigns:campaigns", args=[slug]),
        }
        return self.response_class(
            self.request, ["campaigns/campaign_choose.html"], context, using=self.template_engine
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        chosen = self._location()
        return super().get_form_kwargs() | {
            "version": self.version,
            "brand": self.request.brand,
            "locations": own_locations(self.request),
            "may_date": "schedule" in self.version.open_fields
            or can(self.request.user, EDIT_CAMPAIGN, self.request.brand),
            "initial": {"store": location_label(chosen)} if chosen else {},
        }

    def _location(self) -> Location | None:
        try:
            return own_locations(self.request).filter(pk=UUID(self.request.GET.get("location", ""))).first()
        except ValueError:
            return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.version
        return super().get_context_data(**kwargs) | {
            "page_title": _("New campaign from “%(name)s”") % {"name": version.template.name},
            "version": version,
            "frame_url": reverse(
                "campaigns:template_frame", args=[self.request.brand.slug, version.template.slug]
            )
            + f"?version={version.number}",
            "cancel_url": self.request.path,
            "submit_label": _("Create and write"),
        }

    def perform(self, form: StartCampaignForm) -> HttpResponse:
        text, source = form.recipients_text()
        campaign, report = start_campaign(
            location=form.cleaned_data["store"],
            template_version=self.version,
            actor=self.request.user,
            name=form.cleaned_data["name"],
            values=form.values(),
            schedule=form.schedule(),
            recipients=text,
            source=source,
            key=form.cleaned_data["key"],
        )
        if report is None and not campaign.current_revision.audience:
            messages.info(self.request, _("It has no recipients yet."))
        elif report is not None:
            added = ngettext("%(n)d recipient added.", "%(n)d recipients added.", report.accepted)
            messages.success(self.request, added % {"n": report.accepted})
            if report.invalid:
                left = ngettext("%(n)d line was not taken:", "%(n)d lines were not taken:", report.invalid)
                why = "; ".join(f"{one.row}: {one.reason}" for one in report.problems[:5])
                messages.warning(self.request, f"{left % {'n': report.invalid}} {why}")
        return redirect("campaigns:campaign_edit", self.request.brand.slug, campaign.pk)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValuesInvalid as invalid:
            for problem in invalid.problems:
                name = f"value-{problem.name}"
                form.add_error(name if name in form.fields else None, problem.message)
        except ContentInvalid as invalid:
            form.take_errors(invalid.errors)
        return self.form_invalid(form)


class CampaignDuplicateView(CampaignMixin, ObjectFormView[LocationCampaign]):
    """A copy of a campaign as a new draft, at its store or at another of the person's."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/campaign_duplicate.html"
    form_class = DuplicateForm

    def check_permission(self) -> None:
        super().check_permission()
        if not own_locations(self.request)[:1]:
            raise PermissionDenied

    def get_form_kwargs(self) -> dict[str, Any]:
        campaign, mine = self.object, own_locations(self.request)
        here = mine.filter(pk=campaign.location_id).first()
        name = _("Copy of %(name)s") % {"name": campaign.name}
        return super().get_form_kwargs() | {
            "locations": mine,
            "brand": self.request.brand,
            "initial": {"store": location_label(here) if here else "", "name": name[:LONGEST_NAME]},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Duplicate “%(name)s”") % {"name": self.object.name},
            "campaign": self.object,
            "cancel_url": self.url(),
            "submit_label": _("Duplicate"),
        }

    def perform(self, form: DuplicateForm) -> HttpResponse:
        try:
            copy = duplicate_campaign(
                campaign=self.object,
                actor=self.request.user,
                location=form.cleaned_data["store"],
                name=form.cleaned_data["name"],
                key=form.cleaned_data["key"],
            )
        except ContentInvalid as invalid:
            raise ActionRefused(str(invalid)) from None
        messages.success(self.request, _("This is the copy, a draft of its own."))
        return redirect("campaigns:campaign_edit", self.request.brand.slug, copy.pk)

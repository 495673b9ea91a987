"""Pages of roll-outs: the list, and the page of a launched one."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_ROLLOUT, VIEW_CAMPAIGN
from storesync.campaigns.models import LocationCampaign, Rollout, RolloutState
from storesync.campaigns.queries import by_urgency, ledger_figures, progress_of
from storesync.campaigns.statuses import Status
from storesync.campaigns.tables import CampaignFilter, RolloutFilter, RolloutTable, WaveCampaignTable
from storesync.campaigns.views.campaign import bulk_url
from storesync.campaigns.views.previews import version_url
from storesync.campaigns.views.upgrade_offer import wave_offer
from storesync.core.views import DetailView, ListView, ObjectMixin


class RolloutListView(ListView):
    """Roll-outs that reach a location of the person."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/rollout_list.html"
    fragment_template_name = "components/results.html"
    table_class = RolloutTable
    filterset_class = RolloutFilter

    def get_queryset(self) -> QuerySet[Rollout]:
        found: QuerySet[Rollout] = visible_rollouts(self.request)
        return found.select_related("template_version__template").annotate(
            campaign_count=Count("campaigns", distinct=True)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Roll-outs"),
            "may_roll_out": can(self.request.user, MANAGE_ROLLOUT, self.request.brand),
            "empty_template": "campaigns/_rollout_empty.html",
        }


def visible_rollouts(request: Any) -> "QuerySet[Rollout]":
    """All for those who roll out, for others the launched ones that reach their locations."""
    if can(request.user, MANAGE_ROLLOUT, request.brand):
        found: QuerySet[Rollout] = Rollout.objects.all()
        return found
    mine: QuerySet[Rollout] = Rollout.objects.filter(
        state__in=[RolloutState.LAUNCHING, RolloutState.LAUNCHED],
        pk__in=LocationCampaign.objects.visible_to(request.user).order_by().values("rollout_id"),
    )
    return mine


class RolloutMixin(ObjectMixin[Rollout]):
    """A roll-out by its address."""

    def get_queryset(self) -> QuerySet[Rollout]:
        return visible_rollouts(self.request).select_related(
            "brand", "template_version__template", "audience_list", "job", "check_job__brand", "launched_by"
        )

    def get_object(self) -> Rollout:
        """The roll-out, if the person may see it.

        A wave belongs to no store: whoever may see one of its campaigns sees the wave, and a view that needs
        the right on the brand itself has asked for it already (`whole_brand`).
        """
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def url(self, name: str = "rollout") -> str:
        """An address of this roll-out."""
        return reverse(f"campaigns:{name}", args=[self.request.brand.slug, self.object.pk])


class RolloutDetailView(RolloutMixin, ListView):
    """A roll-out: how far it is, and its campaigns, exceptions first."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/rollout_detail.html"
    fragment_template_name = "components/results.html"
    table_class = WaveCampaignTable
    filterset_class = CampaignFilter
    default_order = ("urgency", "location__name")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.is_draft and can(self.request.user, MANAGE_ROLLOUT, self.request.brand):
            step = "rollout_plan" if self.object.chosen.exists() else "rollout_locations"
            return redirect(self.url(step))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        # The mixin asks for the roll-outs first, the list for its campaigns then.
        if not hasattr(self, "object"):
            return super().get_queryset()
        return self.campaigns().select_related("location", "rollout").annotate(urgency=by_urgency())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {} if bulk_url(self.request) else {"exclude": ("select",)}

    def campaigns(self) -> Any:
        """Its campaigns that the person may see."""
        return LocationCampaign.objects.filter(rollout=self.object).visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        progress = progress_of(self.object, self.campaigns())
        return super().get_context_data(**kwargs) | {
            "object": self.object,
            "page_title": self.object.name,
            "template_url": version_url(self.request, self.object.template_version),
            "progress": progress,
            "figures": ledger_figures(progress.ledger),
            "progress_url": self.url("rollout_progress"),
            "bulk_url": bulk_url(self.request),
            "drafts": self.campaigns().current().filter(status=Status.DRAFT).count(),
            "may_roll_out": can(self.request.user, MANAGE_ROLLOUT, self.request.brand),
            **wave_offer(self.request, self.object),
        }


class RolloutProgressView(RolloutMixin, DetailView[Rollout]):
    """The counts alone, refreshed while something happens; without script the page itself is loaded again."""

    permission = VIEW_CAMPAIGN
    template_name = "campaigns/_rollout_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaigns = LocationCampaign.objects.filter(rollout=self.object).visible_to(self.request.user)
        progress = progress_of(self.object, campaigns)
        return super().get_context_data(**kwargs) | {
            "progress": progress,
            "figures": ledger_figures(progress.ledger),
            "progress_url": self.url("rollout_progress"),
        }

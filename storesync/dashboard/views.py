"""The home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from storesync.brands.models import Location, Membership
from storesync.brands.navigation import rights_here
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, MANAGE_BRAND
from storesync.campaigns.models import Rollout, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.core.permissions import SIGNED_IN
from storesync.core.views import FragmentMixin
from storesync.dashboard.queries import greeting, home_of


class HomeView(FragmentMixin, TemplateView):
    """What waits for me, what is mine to write, what is on its way; over all my brands."""

    permission = SIGNED_IN
    template_name = "dashboard/home.html"
    fragment_template_name = "dashboard/_home_panel.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who belongs to one brand only begins there, with all its pages beside."""
        brands = self.request.user_brands
        if self.request.brand is None and len(brands) == 1:
            return redirect("brand_home", brand=brands[0].slug)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rights = rights_here(self.request) if self.request.brand else frozenset({DECIDE, EDIT_CAMPAIGN})
        home = home_of(user)
        return super().get_context_data(**kwargs) | {
            "home": home,
            "first_steps": self.first_steps() if MANAGE_BRAND in rights and not home.waves else [],
            "links": self.links(),
            "may_decide": DECIDE in rights,
            "may_write": EDIT_CAMPAIGN in rights,
            "page_title": greeting(timezone.localtime().hour, user.get_short_name()),
        }

    def first_steps(self) -> list[dict[str, Any]]:
        """What a new brand needs before its first roll-out, for whoever may make it so."""
        if self.request.brand is None:
            return []
        brand, slug = self.request.brand, self.request.brand.slug
        steps = (
            (_("Name the sender and the postal address"), "brands:brand_edit", brand.sender_email),
            (_("Bring the locations"), "brands:location_list", Location.objects.exists()),
            (_("Invite people"), "brands:person_list", Membership.objects.exists()),
            (
                _("Write a template and publish it"),
                "campaigns:templates",
                TemplateVersion.objects.exists(),
            ),
            (_("Start a roll-out"), "campaigns:rollout_new", Rollout.objects.exists()),
        )
        return [
            {"title": title, "url": reverse(name, args=[slug]), "done": bool(done)}
            for title, name, done in steps
        ]

    def links(self) -> dict[str, str]:
        """The lists behind the figures; they are of one brand each, so of no use over several."""
        if self.request.brand is None:
            return {}
        slug = self.request.brand.slug
        campaigns = reverse("campaigns:campaigns", args=[slug])
        return {
            "waiting": reverse("approvals:queue", args=[slug]),
            "offered": f"{campaigns}?status={Status.DRAFT}",
            "in_review": f"{campaigns}?status={Status.PENDING_REVIEW}",
            "live": f"{campaigns}?status={Status.SCHEDULED}&status={Status.ACTIVE}",
        }


class BrandHomeView(HomeView):
    """The same, of one brand: its scope is open, so every figure is of that brand alone."""

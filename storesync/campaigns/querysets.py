"""Named filters over templates, roll-outs and campaigns."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from storesync.brands.models import Location
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.campaigns.models import (  # noqa: F401 - used in type arguments
        CampaignTemplate,
        LocationCampaign,
        Rollout,
    )


class TemplateQuerySet(BrandQuerySet["CampaignTemplate"]):
    """Templates by whether they can be used."""

    def current(self) -> Self:
        """Those not archived."""
        return self.filter(archived_at__isnull=True)


class RolloutQuerySet(BrandQuerySet["Rollout"]):
    """Roll-outs by who may see them."""

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Those that reach a location on which the person holds the right."""
        if getattr(user, "is_superuser", False):
            return self
        visible = Location.objects.visible_to(user, right)
        return self.filter(Q(chosen__location__in=visible)).distinct()


class CampaignQuerySet(BrandQuerySet["LocationCampaign"]):
    """Campaigns by who may see them, and by what the clock has to do with them."""

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Campaigns of the locations on which the person holds the right."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(location__in=Location.objects.visible_to(user, right).order_by())

    def current(self) -> Self:
        """Those not archived."""
        return self.filter(archived_at__isnull=True)

    def matching(self, text: str) -> Self:
        """Search by the name of the campaign and what identifies its store."""
        return self.filter(Q(name__icontains=text) | Q(location__in=Location.objects.matching(text)))

    def due(self, now: datetime) -> Self:
        """Scheduled ones whose start is reached."""
        return self.filter(status="scheduled", start_at__lte=now)

    def overdue(self, before: datetime) -> Self:
        """Those whose start passed before `before` while they were not active yet (Rule A8)."""
        return self.filter(status__in=["pending_review", "approved", "scheduled"], start_at__lt=before)

    def past_end(self, now: datetime) -> Self:
        """Active ones whose end is reached, or that end when everything is sent."""
        return self.filter(Q(end_at__lte=now) | Q(end_at__isnull=True), status="active")

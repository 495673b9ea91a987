"""What pages of campaigns and roll-outs say about a newer version of their template."""

from typing import Any

from django.urls import reverse

from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.standing import offered_version


def upgrade_offer(campaign: LocationCampaign, *, may_edit: bool) -> dict[str, Any]:
    """Context of `campaigns/_upgrade_offer.html`: `upgrade_to` (the version, or None) and `upgrade_url`."""
    version = offered_version(campaign) if may_edit else None
    if version is None:
        return {"upgrade_to": None}
    url = reverse("campaigns:campaign_upgrade", args=[campaign.brand.slug, campaign.pk])
    return {"upgrade_to": version, "upgrade_url": url}

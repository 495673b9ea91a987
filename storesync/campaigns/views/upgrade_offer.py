"""What pages of campaigns and roll-outs say about a newer version of their template."""

from typing import Any

from django.urls import reverse

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_ROLLOUT
from storesync.campaigns.models import LocationCampaign, Rollout, RolloutState, WaveUpgrade
from storesync.campaigns.standing import offered_version
from storesync.campaigns.upgrades import movable, wave_version


def upgrade_offer(campaign: LocationCampaign, *, may_edit: bool) -> dict[str, Any]:
    """Context of `campaigns/_upgrade_offer.html`: `upgrade_to` (the version, or None) and `upgrade_url`."""
    version = offered_version(campaign) if may_edit else None
    if version is None:
        return {"upgrade_to": None}
    url = reverse("campaigns:campaign_upgrade", args=[campaign.brand.slug, campaign.pk])
    return {"upgrade_to": version, "upgrade_url": url}


def wave_offer(request: Any, rollout: Rollout) -> dict[str, Any]:
    """Context of `campaigns/_wave_offer.html`: how many drafts could move, or the upgrade that runs."""
    if rollout.state != RolloutState.LAUNCHED or not can(request.user, MANAGE_ROLLOUT, request.brand):
        return {"wave_to": None, "wave_upgrade": None}
    running = (
        WaveUpgrade.objects.filter(rollout=rollout, done_at__isnull=True)
        .select_related("job", "version")
        .first()
    )
    version = None if running else wave_version(rollout)
    return {
        "wave_to": version,
        "wave_upgrade": running,
        "wave_drafts": movable(rollout, version).count() if version else 0,
        "wave_url": reverse("campaigns:rollout_upgrade", args=[request.brand.slug, rollout.pk]),
    }

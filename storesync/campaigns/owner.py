"""What the floors above are told of the owner of a campaign's revisions."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import LocationCampaign
from storesync.content.owners import BaseContent, OwnerInfo


def describe_campaigns(ids: Sequence[UUID]) -> Mapping[UUID, OwnerInfo]:
    """Campaigns as the owners of their revisions, in one query."""
    campaigns = (
        LocationCampaign.objects.select_related("brand", "location", "rollout", "template_version__template")
        .defer("template_version__template__draft", "template_version__theme")
        .defer("location__phone", "location__search", "location__attributes")
        .filter(pk__in=list(ids))
    )
    bases: dict[tuple[UUID, UUID | None], BaseContent] = {}
    found = {}
    for campaign in campaigns:
        made_from = (campaign.template_version_id, campaign.rollout_id)
        if made_from not in bases:
            bases[made_from] = _base(campaign)
        found[campaign.pk] = _info(campaign, bases[made_from])
    return found


def _base(campaign: LocationCampaign) -> BaseContent:
    version, rollout = campaign.template_version, campaign.rollout
    return BaseContent(
        label=str(version),
        subject=version.subject,
        preheader=version.preheader,
        blocks=version.blocks,
        values=rollout.values if rollout else {},
        schedule=rollout.schedule if rollout else version.default_schedule,
        variables=read_variables(version.variables),
    )


def _info(campaign: LocationCampaign, base: BaseContent) -> OwnerInfo:
    slug, rollout, template = campaign.brand.slug, campaign.rollout, campaign.template_version.template
    return OwnerInfo(
        name=_("%(campaign)s, %(location)s")
        % {"campaign": campaign.name, "location": campaign.location.name},
        url=reverse("campaigns:campaign", args=[slug, campaign.pk]),
        wave_id=rollout.pk if rollout else None,
        wave_name=rollout.name if rollout else "",
        wave_url=reverse("campaigns:rollout", args=[slug, rollout.pk]) if rollout else "",
        base_content=base,
        campaign_type=template.campaign_type,
        template_id=template.pk,
        template_name=template.name,
        edit_url=reverse("campaigns:campaign_edit", args=[slug, campaign.pk]),
    )

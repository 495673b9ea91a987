"""What the floors above are told of the owner of a campaign's revisions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import LocationCampaign
from storesync.content.owners import BaseContent, OwnerInfo


def describe_campaigns(ids: Sequence[UUID]) -> Mapping[UUID, OwnerInfo]:
    """Campaigns as the owners of their revisions, in two queries.

    What they were made from is heavy and shared by the campaigns of a roll-out, so it is read once for each
    template version and roll-out.
    """
    rows = list(LocationCampaign.objects.filter(pk__any_of=ids).values_list(*_COLUMNS, named=True).order_by())
    examples = {(row.template_version_id, row.rollout_id): row.pk for row in rows}
    made_from = {
        (campaign.template_version_id, campaign.rollout_id): campaign
        for campaign in LocationCampaign.objects.filter(pk__in=examples.values())
        .select_related("rollout", "template_version__template")
        .defer("template_version__template__draft", "template_version__theme")
        .order_by()
    }
    bases = {key: _base(campaign) for key, campaign in made_from.items()}
    return {row.pk: _info(row, bases[row.template_version_id, row.rollout_id]) for row in rows}


_COLUMNS: Final = (
    "pk",
    "name",
    "template_version_id",
    "rollout_id",
    "rollout__name",
    "brand__slug",
    "location__name",
    "template_version__template_id",
    "template_version__template__name",
    "template_version__template__campaign_type",
)


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


def _info(row: Any, base: BaseContent) -> OwnerInfo:
    slug = row.brand__slug
    return OwnerInfo(
        name=_("%(campaign)s, %(location)s") % {"campaign": row.name, "location": row.location__name},
        url=_address("campaign", slug, row.pk),
        wave_id=row.rollout_id,
        wave_name=row.rollout__name or "",
        wave_url=_address("rollout", slug, row.rollout_id) if row.rollout_id else "",
        base_content=base,
        campaign_type=row.template_version__template__campaign_type,
        template_id=row.template_version__template_id,
        template_name=row.template_version__template__name,
        edit_url=_address("campaign_edit", slug, row.pk),
    )


def _address(page: str, slug: str, pk: UUID) -> Any:
    """The address of a page, made when it is shown: most of those who ask for owners show none."""
    return reverse_lazy(f"campaigns:{page}", args=[slug, pk])

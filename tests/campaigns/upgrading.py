"""What the tests of upgrades share: words of a store and of a template, and a store that edits."""

from typing import Any

from storesync.accounts.models import User
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.models import LocationCampaign
from tests.campaigns.making import DRAFT
from tests.conftest import Cast

MINE = "Hello {{ location_city }}, come in."
THEIRS = "Hello, we are open late."


def blocks(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The draft's blocks with fields changed, by block."""
    return [{**one, **changes.get(one["id"], {})} for one in DRAFT["blocks"]]


def fresh(campaign: LocationCampaign) -> LocationCampaign:
    return LocationCampaign.objects.select_related(
        "current_revision", "template_version__template", "location"
    ).get(pk=campaign.pk)


def edit(
    campaign: LocationCampaign, cast: Cast, text: str = MINE, actor: User | None = None
) -> LocationCampaign:
    edit_campaign(
        campaign=campaign,
        actor=actor or cast.leeds_manager,
        version=fresh(campaign).version,
        edits={"hello": {"text": text}},
    )
    return fresh(campaign)


def words_of(campaign: LocationCampaign, block_id: str) -> str:
    return next(one["text"] for one in campaign.current_revision.blocks if one["id"] == block_id)

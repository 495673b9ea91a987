"""Templates and their versions, roll-outs, and one campaign per location."""

from storesync.campaigns.models.campaign import CampaignEdit, LocationCampaign
from storesync.campaigns.models.policy import CampaignPolicy
from storesync.campaigns.models.presence import EditPage, Presence
from storesync.campaigns.models.rollout import AtDeadline, Rollout, RolloutLocation, RolloutState, WaveUpgrade
from storesync.campaigns.models.schedule import approval_schedule
from storesync.campaigns.models.template import CampaignTemplate, TemplateVersion, VersionStanding
from storesync.campaigns.models.test_mail import MailTest
from storesync.content.campaign_types import CampaignType

__all__ = [
    "AtDeadline",
    "CampaignEdit",
    "CampaignPolicy",
    "CampaignTemplate",
    "CampaignType",
    "EditPage",
    "LocationCampaign",
    "MailTest",
    "Presence",
    "Rollout",
    "RolloutLocation",
    "RolloutState",
    "TemplateVersion",
    "VersionStanding",
    "WaveUpgrade",
    "approval_schedule",
]

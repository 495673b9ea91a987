"""The form of a brand's campaign policy."""

from storesync.campaigns.models import CampaignPolicy
from storesync.core.forms import VersionedForm


class CampaignPolicyForm(VersionedForm):
    """What approval does, and how late a start may be."""

    class Meta:
        model = CampaignPolicy
        fields = ("arm_on_approval", "grace_minutes")

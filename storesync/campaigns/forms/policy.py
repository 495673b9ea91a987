"""The form of a brand's campaign policy."""

from typing import ClassVar

from django.utils.translation import gettext_lazy

from storesync.campaigns.models import CampaignPolicy
from storesync.core.forms import VersionedForm


class CampaignPolicyForm(VersionedForm):
    """What approval does, and how late a start may be."""

    class Meta:
        model = CampaignPolicy
        fields = ("arm_on_approval", "grace_minutes")
        labels: ClassVar = {
            "arm_on_approval": gettext_lazy("Schedule campaigns as soon as they are approved")
        }
        help_texts: ClassVar = {
            "arm_on_approval": gettext_lazy("Otherwise somebody has to press Schedule."),
            "grace_minutes": gettext_lazy(
                "How late a campaign may start. After that it is Missed, and nothing of it is sent."
            ),
        }

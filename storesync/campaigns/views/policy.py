"""The page of a brand's campaign policy."""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.rights import MANAGE_BRAND
from storesync.campaigns.actions.notices import WARN_BEFORE
from storesync.campaigns.actions.policy import change_policy
from storesync.campaigns.forms.policy import CampaignPolicyForm
from storesync.campaigns.models import CampaignPolicy, LocationCampaign
from storesync.campaigns.statuses import Status
from storesync.core.views import VersionedFormView

NEVER: Final = datetime.fromtimestamp(0, UTC)
"""The version of a page that was made before there was a policy: whoever wrote the first was quicker."""


class CampaignPolicyView(VersionedFormView[CampaignPolicy]):
    """What approval does and how late a start may be, for the whole brand."""

    permission = MANAGE_BRAND
    whole_brand = True
    template_name = "campaigns/policy_form.html"
    form_class = CampaignPolicyForm
    success_message = gettext_lazy("Saved.")

    def get_object(self) -> CampaignPolicy:
        """The brand's policy; the defaults, not saved, where nobody has changed them."""
        return CampaignPolicy.of(self.request.brand.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        approved = LocationCampaign.objects.filter(status=Status.APPROVED, archived_at__isnull=True)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Campaign settings"),
            "approved": approved.count(),
            "arms": self.object.arm_on_approval,
            "hours": int(WARN_BEFORE.total_seconds() // 3600),
        }

    def perform(self, form: CampaignPolicyForm) -> HttpResponse:
        change_policy(
            brand=self.request.brand,
            actor=self.request.user,
            version=form.cleaned_data["version"] or NEVER,
            changes=form.values(("arm_on_approval", "grace_minutes")),
        )
        return redirect("campaigns:policy", self.request.brand.slug)

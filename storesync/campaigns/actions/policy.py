"""What a brand decides about the life of its campaigns."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND
from storesync.campaigns.models import CampaignPolicy
from storesync.campaigns.models.policy import LONGEST_GRACE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import require_scope
from storesync.core.versions import require_version, set_changed

if TYPE_CHECKING:
    from storesync.accounts.models import User


def change_policy(
    *, brand: Brand, actor: "User", version: datetime | None = None, changes: Mapping[str, Any]
) -> CampaignPolicy:
    """Change the brand's campaign policy; what is not in `changes` stays.

    Args:
        version: the `updated_at` that the actor saw; None where there was no policy yet.
        changes: arm_on_approval, grace_minutes (0 to LONGEST_GRACE).

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody has changed it meanwhile.
        ActionRefused: the grace time is longer than a day.
    """
    require_scope(brand.pk)
    with audited("campaign_policy.changed", actor=actor):
        # The brand is the lock: the first two who write a policy meet here.
        brand = Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand.pk)
        if not can(actor, MANAGE_BRAND, brand):
            raise PermissionDenied
        policy: CampaignPolicy = CampaignPolicy.of(brand.pk)
        is_new = policy._state.adding
        if not is_new:
            require_version(policy, version)
        if not 0 <= changes.get("grace_minutes", 0) <= LONGEST_GRACE:
            raise ActionRefused(
                _("The grace time is at most %(minutes)d minutes.") % {"minutes": LONGEST_GRACE}
            )
        changed = set_changed(policy, changes, allowed=("arm_on_approval", "grace_minutes"))
        if changed and is_new:
            policy.save()
        elif changed:
            policy.save(update_fields=changed)
    return policy

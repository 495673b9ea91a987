"""Who else is here: people with the same edit page open."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_TEMPLATE
from storesync.campaigns.models import CampaignTemplate, EditPage, LocationCampaign, Presence
from storesync.core.audit import audited

if TYPE_CHECKING:
    from storesync.accounts.models import User

EVERY: Final = timedelta(seconds=15)
"""How often an open page says so."""
GONE: Final = timedelta(seconds=40)
"""After so long without a word a person has left: two words were missed."""
KEPT: Final = timedelta(minutes=10)
"""Rows that are older are deleted by whoever comes next in the brand."""


def be_here(*, owner: CampaignTemplate | LocationCampaign, actor: "User") -> "list[User]":
    """Say that the actor has the edit page of this open.

    Returns:
        The others who have, by name.

    Raises:
        PermissionDenied: the actor may not edit it.
    """
    template = isinstance(owner, CampaignTemplate)
    right, place = (MANAGE_TEMPLATE, owner.brand) if template else (EDIT_CAMPAIGN, owner)
    page = EditPage.TEMPLATE if template else EditPage.CAMPAIGN
    with audited("presence.seen", actor=actor):
        if not can(actor, right, place):
            raise PermissionDenied
        now = timezone.now()
        Presence.objects.bulk_create(
            [Presence(brand=owner.brand, page=page, object_id=owner.pk, user=actor, seen_at=now)],
            update_conflicts=True,
            unique_fields=["page", "object_id", "user"],
            update_fields=["seen_at"],
        )
        # Two who clean up at once take different rows.
        old = Presence.objects.filter(brand=owner.brand, seen_at__lt=now - KEPT)
        stale = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if stale:
            Presence.objects.filter(pk__in=stale).delete()
        here = Presence.objects.filter(page=page, object_id=owner.pk, seen_at__gte=now - GONE)
        found = here.exclude(user=actor).select_related("user").order_by("user__name", "user_id")
        return [one.user for one in found]

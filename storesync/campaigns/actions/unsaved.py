"""What people have typed and not saved: kept for them alone, never lost, no revision yet (CampaignEdit)."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.actions.edit import require_editable
from storesync.campaigns.models import CampaignEdit, LocationCampaign
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User

MAX_SIZE: Final = 200_000
"""Characters of what is kept; the largest content that is allowed has a third of it."""


class EditedElsewhere(ActionRefused):
    """The same person has typed into this campaign in another tab or on another device."""

    def __init__(self) -> None:
        super().__init__(_("You went on writing in another window. Load the page again to see it."))


def keep_edit(
    *,
    campaign: LocationCampaign,
    actor: "User",
    data: Mapping[str, Sequence[str]],
    version: int,
    seen: int,
    number: int,
    undo: Mapping[str, Any] | None = None,
) -> CampaignEdit:
    """Keep what the actor has typed, as it was typed; nobody else sees it.

    Args:
        data: the fields of the form and their values.
        version, seen: of the campaign and its revision when the page was made.
        number: of the savings that the page knows; 0 when it began with what is saved.
        undo: what a button has changed in `data`, as CampaignEdit has it; None leaves what stands there.

    Raises:
        PermissionDenied: the actor may not edit campaigns there.
        EditedElsewhere: another tab of the same person has kept something since.
        ActionRefused: it is in review or has ended, or far too much was typed.
    """
    with audited("campaign.edit_kept", actor=actor):
        # The campaign's row is the lock: two tabs that keep their first words at once meet here.
        campaign = (
            LocationCampaign.objects.select_for_update(of=("self",))
            .select_related("brand", "location")
            .get(pk=campaign.pk)
        )
        if not can(actor, EDIT_CAMPAIGN, campaign):
            raise PermissionDenied
        require_editable(campaign)
        typed = {name: [str(value) for value in values] for name, values in data.items()}
        if len(json.dumps(typed, ensure_ascii=False)) > MAX_SIZE:
            raise ActionRefused(_("This is too much text to keep."))
        kept: CampaignEdit | None = CampaignEdit.objects.filter(campaign=campaign, user=actor).first()
        if kept is None:
            return CampaignEdit.objects.create(
                brand=campaign.brand,
                campaign=campaign,
                user=actor,
                data=typed,
                version=version,
                seen=seen,
                undo=undo or {},
            )
        if kept.number != number:
            raise EditedElsewhere
        kept.data, kept.version, kept.seen, kept.number = typed, version, seen, kept.number + 1
        if undo is not None:
            kept.undo = dict(undo)
        kept.save(update_fields=["data", "version", "seen", "number", "undo"])
        return kept


def drop_edit(*, campaign: LocationCampaign, actor: "User", number: int | None = None) -> bool:
    """Forget what the actor had typed: it was saved, or is not wanted.

    Args:
        number: of the savings that the caller knows; what another tab kept since then stays.

    Returns:
        Whether there was something.
    """
    with audited("campaign.edit_dropped", actor=actor):
        rows = CampaignEdit.objects.filter(campaign=campaign, user=actor)
        if number is not None:
            rows = rows.filter(number__lte=number)
        return bool(rows.delete()[0])

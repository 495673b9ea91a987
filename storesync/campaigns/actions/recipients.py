"""Other recipients for a campaign that was begun: a change of its revision, like its words (Rule A3)."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.audience.actions import RecipientChange, change_recipients_of
from storesync.audience.queries import audience_of
from storesync.campaigns.actions.campaign import locked_campaigns
from storesync.campaigns.actions.edit import EditConflict, require_editable, write_edit
from storesync.campaigns.actions.rollout import PASTED
from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import CampaignEdit, LocationCampaign
from storesync.content.models import Revision
from storesync.content.variables import recipient_fields_of
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User


def change_recipients(
    *,
    campaign: LocationCampaign,
    actor: "User",
    version: int,
    add: str = "",
    source: str = PASTED,
    take_out: str = "",
    contacts: Collection[UUID] = (),
    replace: bool = False,
) -> tuple[LocationCampaign, RecipientChange]:
    """Add people to a campaign, take people out, or mean others altogether.

    The change is a revision; where one is approved it is a candidate beside it. People who are typing into
    the campaign meanwhile can save as if nothing had happened: no word of theirs is concerned.

    Args:
        version: of the campaign that the actor saw.
        add, take_out: addresses, pasted or from a file. contacts: ids of people to take out.
        source: where those added come from.
        replace: whether only those of `add` are meant from now on.

    Raises:
        PermissionDenied: the actor may not edit campaigns there.
        EditConflict: somebody else has saved meanwhile.
        ActionRefused: it is in review, has started or has ended, or nobody could be read.
    """
    with audited("campaign.recipients_changed", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        if campaign.version != version:
            raise EditConflict(campaign)
        if reason := why_recipients_fixed(campaign):
            raise ActionRefused(reason)
        before = campaign.current_revision
        declared = read_variables(campaign.template_version.variables)
        change = change_recipients_of(
            location=campaign.location,
            before=_list_of(before),
            actor=actor,
            add=add,
            take_out=take_out,
            contacts=contacts,
            replace=replace,
            source=source,
            name=campaign.name,
            fields=recipient_fields_of(declared),
        )
        if not change.changed:
            return campaign, change
        write_edit(campaign, actor=actor, audience=_audience(campaign, change))
        _carry_typing(campaign, version, before.number)
    return campaign, change


def why_recipients_fixed(campaign: LocationCampaign) -> str:
    """Why a campaign cannot have other recipients now, in words; "" where it can."""
    try:
        require_editable(campaign)
    except ActionRefused as refusal:
        return refusal.message
    if campaign.activated_at is not None:
        return _("Its recipients were fixed when it started. Duplicate it to write to other people.")
    return ""


def _list_of(revision: Revision) -> UUID | None:
    listed = revision.audience.get("list")
    return UUID(listed) if listed else None


def _audience(campaign: LocationCampaign, change: RecipientChange) -> Mapping[str, Any]:
    """The recipients as a revision keeps them; those of the approved one are named as it names them."""
    if change.list is None:
        return {}
    people = audience_of(change.list.pk, campaign.location_id)
    approved = campaign.approved_revision
    if approved is not None and approved.audience.get("digest") == people["digest"]:
        return dict(approved.audience)
    return people


def _carry_typing(campaign: LocationCampaign, version: int, number: int) -> None:
    """What people are typing stands on the new revision: its words are those that they started from."""
    typing = CampaignEdit.objects.select_for_update(of=("self",)).filter(
        campaign=campaign, version=version, seen=number
    )
    for edit in typing:
        edit.version, edit.seen = campaign.version, campaign.current_revision.number
        edit.data = edit.data | {"version": [str(campaign.version)]}
        edit.save(update_fields=["version", "seen", "data"])

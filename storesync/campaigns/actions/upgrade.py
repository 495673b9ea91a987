"""Drafts move to another version of their template, and nothing a store wrote goes unsaid (Rule T1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import locked_campaigns
from storesync.campaigns.actions.edit import EditConflict
from storesync.campaigns.actions.revisions import NextRevision, take_revision, write_revisions
from storesync.campaigns.messages import ValuesInvalid, compile_version
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.standing import offered
from storesync.campaigns.statuses import Status
from storesync.campaigns.upgrades import Upgrade, Upgrades, why_it_stays
from storesync.content.blocks import BlockError
from storesync.content.merge import Choices
from storesync.content.models import Revision
from storesync.content.rendering import ContentInvalid
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(slots=True)
class Upgraded:
    """What became of several campaigns: moved, or left with the reason in words."""

    moved: list[LocationCampaign] = field(default_factory=list)
    left: list[tuple[LocationCampaign, str]] = field(default_factory=list)


def upgrade_campaign(
    *,
    campaign: LocationCampaign,
    version: TemplateVersion,
    actor: "User",
    seen: int,
    choices: Choices | None = None,
    values: Mapping[str, str] | None = None,
) -> LocationCampaign:
    """Move one draft to an offered version, with every conflict decided; a Rejected one goes back to Draft.

    Args:
        seen: the campaign's `version` that the actor saw.
        choices: one for each conflict, by its key.
        values: for variables that the campaign has no fitting value for.

    Raises:
        PermissionDenied: the actor may not edit campaigns there.
        EditConflict: somebody else has saved meanwhile.
        ContentInvalid: a conflict is open, or a choice cannot be taken, each with its place.
        ValuesInvalid: a value is missing or does not fit.
        ActionRefused: it is in review, approved or later, or the version is not offered.
    """
    with audited("campaign.upgraded", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        if campaign.version != seen:
            raise EditConflict(campaign)
        version = _offered(version)
        if reason := why_it_stays(campaign, version):
            raise ActionRefused(reason)
        plan = Upgrades(version, values).plan(campaign, choices or {})
        open_ = [one for one in plan.merge.conflicts if one.key not in (choices or {})]
        errors = [
            *plan.merge.errors,
            *(BlockError(one.block_id, one.field, _("Choose what stands here.")) for one in open_),
        ]
        if errors:
            raise ContentInvalid(errors)
        if plan.problems:
            raise ValuesInvalid(plan.problems)
        if campaign.status == Status.REJECTED:
            lifecycle.move([campaign], "take_back")
        move_locked([(campaign, plan)], version, actor)
    return campaign


def upgrade_campaigns(
    *,
    campaigns: Iterable[LocationCampaign],
    version: TemplateVersion,
    actor: "User",
    values: Mapping[str, str] | None = None,
) -> Upgraded:
    """Move those drafts that nobody has to decide about; the others stay, each with its reason.

    The offers of a roll-out stay offers: nobody at the store has touched them.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: the version is not offered.
    """
    with audited("campaign.upgraded", actor=actor):
        version = _offered(version)
        planner = Upgrades(version, values)
        found, moving = Upgraded(), []
        for campaign in locked_campaigns([one.pk for one in campaigns], actor):
            plan = planner.plan(campaign)
            if reason := why_left(campaign, version, plan):
                found.left.append((campaign, reason))
            else:
                moving.append((campaign, plan))
        move_locked(moving, version, actor, touched=False)
        found.moved = [campaign for campaign, _plan in moving]
    return found


def why_left(campaign: LocationCampaign, version: TemplateVersion, plan: Upgrade) -> str:
    """Why an upgrade of many leaves a campaign as it is; "" when it moves."""
    if reason := why_it_stays(campaign, version):
        return reason
    if campaign.declined_version >= version.number:
        return _("Its people stay on version %(number)d.") % {"number": campaign.template_version.number}
    if campaign.status == Status.REJECTED:
        return _("It was sent back; its store goes on with it.")
    if plan.merge.conflicts:
        return _("Local edits are in conflict with the new version.")
    if plan.problems:
        return plan.problems[0].message
    return ""


def move_locked(
    rows: Sequence[tuple[LocationCampaign, Upgrade]],
    version: TemplateVersion,
    actor: "User | None",
    *,
    touched: bool = True,
) -> None:
    """Write the merged messages of locked drafts as their next revisions, and name the version."""
    if not rows:
        return
    built = write_revisions(
        [
            NextRevision(
                campaign,
                compile_version(
                    version,
                    subject=plan.merge.subject,
                    preheader=plan.merge.preheader,
                    blocks=plan.merge.blocks,
                ),
                campaign.current_revision.schedule,
                campaign.current_revision.audience,
                plan.values,
            )
            for campaign, plan in rows
        ],
        brand_id=version.brand_id,
        author=actor,
    )
    revisions = Revision.objects.without_bodies().in_bulk([one.id for one in built])
    fields: set[str] = {"template_version", "updated_at"}
    for (campaign, _plan), made in zip(rows, built, strict=True):
        fields.update(take_revision(campaign, revisions[made.id], touched=touched))
        campaign.template_version = version
        campaign.updated_at = Now()
    LocationCampaign.objects.bulk_update([campaign for campaign, _plan in rows], sorted(fields))


def decline_upgrade(
    *, campaign: LocationCampaign, version: TemplateVersion, actor: "User", undo: bool = False
) -> LocationCampaign:
    """Stay: this version is not offered to the campaign again, a later one is; or take that back.

    Raises:
        PermissionDenied: the actor may not edit campaigns there.
        ActionRefused: the campaign cannot move to that version anyway.
    """
    with audited("campaign.upgrade_wanted" if undo else "campaign.upgrade_declined", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        version = _offered(version)
        if reason := why_it_stays(campaign, version):
            raise ActionRefused(reason)
        campaign.declined_version = 0 if undo else version.number
        campaign.save(update_fields=["declined_version"])
    return campaign


def _offered(version: TemplateVersion) -> TemplateVersion:
    """The version afresh, if drafts are offered it."""
    found = offered().select_related("template", "brand").filter(pk=version.pk).first()
    if found is None:
        raise ActionRefused(_("Version %(number)d is not offered to drafts.") % {"number": version.number})
    return found

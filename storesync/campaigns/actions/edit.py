"""Campaigns begun and edited: every edit is a revision, nothing is overwritten (Rules A3, A4)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.audience.queries import audience_of
from storesync.brands.models import Location
from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns import lifecycle
from storesync.campaigns.actions.campaign import locked_campaigns
from storesync.campaigns.actions.revisions import NextRevision, take_revision, write_revisions
from storesync.campaigns.messages import compile_version, read_variables, sender_of
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.schedule import ScheduleInvalid, instants, parse_schedule
from storesync.campaigns.sending import KIND
from storesync.campaigns.standing import why_not_used
from storesync.campaigns.statuses import APPROVED_STATES, CandidateStatus, Status
from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.blocks import BlockError, validate_blocks
from storesync.content.edits import apply_edits, holds_value
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.rendering import CompiledMessage, ContentInvalid
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id

if TYPE_CHECKING:
    from storesync.accounts.models import User


Edits = Mapping[str, Mapping[str, Any]]


class EditConflict(ActionRefused):
    """Somebody else saved first (409): `campaign` is as it is now, for the page's difference."""

    def __init__(self, campaign: LocationCampaign) -> None:
        super().__init__(_("Somebody else has saved this campaign meanwhile."))
        self.campaign = campaign


class _Unchanged(Exception):
    """The new revision would have the hash of the present one (Rule A4)."""


def create_campaign(
    *,
    location: Location,
    template_version: TemplateVersion,
    actor: "User",
    name: str = "",
    values: Mapping[str, str] | None = None,
    audience_list_id: UUID | None = None,
    schedule: Mapping[str, Any] | None = None,
    campaign_id: UUID | None = None,
) -> LocationCampaign:
    """Make a campaign of one location from a template version, outside of any roll-out.

    Args:
        campaign_id: its id; a new one without it.

    Raises:
        PermissionDenied: the actor may not create campaigns there.
        ActionRefused: the template is another brand's, archived or deprecated, or the dates cannot be.
    """
    version = TemplateVersion.objects.select_related("template", "brand").get(pk=template_version.pk)
    with audited("campaign.created", actor=actor):
        if not can(actor, EDIT_CAMPAIGN, location):
            raise PermissionDenied
        if version.brand_id != location.brand_id:
            raise ActionRefused(_("That template belongs to another brand."))
        if reason := why_not_used(version):
            raise ActionRefused(reason)
        dates = _dates(version.default_schedule if schedule is None else schedule)
        campaign_id = campaign_id or new_id()
        message = compile_version(version)
        (built,) = build_revisions(
            brand_id=version.brand_id,
            drafts=[
                RevisionDraft(
                    location_id=location.pk,
                    owner_id=campaign_id,
                    number=1,
                    message=message,
                    facts=location_facts(location, version.brand, message.declared_facts),
                    values=values or {},
                    audience=audience_of(audience_list_id, location.pk) if audience_list_id else {},
                    schedule=dates,
                    sender=sender_of(version.brand, location),
                )
            ],
            author=actor,
        )
        start_at, end_at = instants(parse_schedule(dates), location.time_zone)
        return LocationCampaign.objects.create(
            id=campaign_id,
            brand=version.brand,
            location=location,
            template_version=version,
            name=name or version.template.name,
            current_revision_id=built.id,
            start_at=start_at,
            end_at=end_at,
            touched_at=Now(),
        )


def edit_campaign(
    *,
    campaign: LocationCampaign,
    actor: "User",
    version: int,
    edits: Edits | None = None,
    subject: str | None = None,
    preheader: str | None = None,
    schedule: Mapping[str, Any] | None = None,
    refresh: bool = False,
    based_on: int | None = None,
) -> LocationCampaign:
    """Save a person's edits as a new revision; without a change nothing is written (Rule A4).

    An Approved, Scheduled, Active or Paused campaign keeps its approved revision in force and gets a
    candidate beside it (Rule A3); a Rejected one goes back to Draft.

    Args:
        version: of the campaign that the actor saw.
        edits: `{"block id": {"field": value}}`, unlocked fields only.
        subject, preheader, schedule: only where the template leaves them to stores; None leaves them.
        refresh: take the store's present facts even when nothing else changes.
        based_on: the number of the revision that the edits started from. With it only what differs from that
            revision counts as an edit, so that what somebody else changed elsewhere since then stays: "keep
            mine" after a conflict, when `version` is the one that the actor was shown beside their own.

    Raises:
        PermissionDenied: the actor may not edit campaigns there.
        ContentInvalid: locked, beyond a limit, or text that is refused (Rule T2), each with its place.
        EditConflict: somebody else has saved meanwhile.
        ActionRefused: it is in review or has ended.
    """
    with audited("campaign.edited", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        if campaign.version != version:
            raise EditConflict(campaign)
        require_editable(campaign)
        write_edit(
            campaign,
            actor=actor,
            edits=edits,
            subject=subject,
            preheader=preheader,
            schedule=schedule,
            refresh=refresh,
            based_on=based_on,
        )
    return campaign


def write_edit(
    campaign: LocationCampaign,
    *,
    actor: "User",
    edits: Edits | None = None,
    subject: str | None = None,
    preheader: str | None = None,
    schedule: Mapping[str, Any] | None = None,
    audience: Mapping[str, Any] | None = None,
    refresh: bool = False,
    based_on: int | None = None,
) -> None:
    """Write the revision of an edit of a locked campaign that may be edited; see `edit_campaign`.

    Args:
        audience: other recipients (audience.queries.audience_of), {} for nobody; None leaves them.
    """
    if campaign.status == Status.REJECTED:
        lifecycle.move([campaign], "take_back")
    before = campaign.current_revision
    template = campaign.template_version
    if based_on is not None and based_on != before.number:
        start = _revision(campaign, based_on)
        edits = changed_fields(start.blocks, edits or {})
        subject = None if subject == start.subject else subject
        preheader = None if preheader == start.preheader else preheader
        schedule = None if schedule == start.schedule else schedule
    message = _edited_message(template, before, edits or {}, subject, preheader)
    dates = dict(before.schedule) if schedule is None else _dates(schedule)
    if dates != before.schedule and "schedule" not in template.open_fields and not _owns(campaign, actor):
        raise ContentInvalid([BlockError("", "schedule", _("The dates are locked by the template."))])
    people = dict(before.audience if audience is None else audience)
    same = (message.subject, message.preheader, message.plain_blocks, dates, people) == (
        before.subject,
        before.preheader,
        before.blocks,
        before.schedule,
        before.audience,
    )
    if same and not refresh:
        return
    revision = _new_revision(campaign, message, dates, people, actor)
    if revision is None:
        return
    campaign.save(update_fields=take_revision(campaign, revision))


def _revision(campaign: LocationCampaign, number: int) -> Revision:
    found: Revision | None = Revision.objects.of_owner(KIND, campaign.pk).filter(number=number).first()
    if found is None:
        raise ActionRefused(_("The revision that you started from is not there. Load the page again."))
    return found


def changed_fields(blocks: Sequence[Mapping[str, Any]], edits: Edits) -> dict[str, dict[str, Any]]:
    """The edits that differ from what these blocks hold, however either is spelled."""
    known = {block["id"]: block for block in blocks}
    changed = {
        block_id: {
            name: value
            for name, value in fields.items()
            if block_id not in known or not holds_value(known[block_id], name, value)
        }
        for block_id, fields in edits.items()
    }
    return {block_id: fields for block_id, fields in changed.items() if fields}


def require_editable(campaign: LocationCampaign) -> None:
    """Refuse an edit that the campaign's state does not allow, in words for people.

    Raises:
        ActionRefused: it is in review, has ended or is archived.
    """
    if (
        campaign.status == Status.PENDING_REVIEW
        or campaign.candidate_status == CandidateStatus.PENDING_REVIEW
    ):
        raise ActionRefused(_("It is in review. Recall it first, or wait for the decision."))
    if campaign.status not in (Status.DRAFT, Status.REJECTED, *APPROVED_STATES) or campaign.archived_at:
        raise ActionRefused(
            _("%(name)s is %(status)s and can no longer be edited.")
            % {"name": campaign.name, "status": campaign.get_status_display().lower()}
        )


def _owns(campaign: LocationCampaign, actor: "User") -> bool:
    """Whether what the template keeps from stores is the actor's to change: managers of the whole brand."""
    return can(actor, EDIT_CAMPAIGN, campaign.brand)


def _edited_message(
    template: TemplateVersion, before: Revision, edits: Edits, subject: str | None, preheader: str | None
) -> CompiledMessage:
    """The message with the edits put in; ContentInvalid for what is locked, beyond limits or refused."""
    errors = [
        BlockError("", name, _("This field is locked by the template."))
        for name, given, present in (
            ("subject", subject, before.subject),
            ("preheader", preheader, before.preheader),
        )
        if given is not None and given != present and name not in template.open_fields
    ]
    if errors:
        raise ContentInvalid(errors)
    variables = read_variables(template.variables)
    originals, problems = validate_blocks(template.blocks, variables)
    if problems:
        raise ContentInvalid(problems)
    blocks, problems = apply_edits(originals, _merged(template.blocks, before.blocks, edits), variables)
    if problems:
        raise ContentInvalid(problems)
    return compile_version(
        template,
        subject=before.subject if subject is None else subject,
        preheader=before.preheader if preheader is None else preheader,
        blocks=blocks,
    )


def _merged(
    template: Sequence[Mapping[str, Any]], present: Sequence[Mapping[str, Any]], edits: Edits
) -> dict[str, dict[str, Any]]:
    """What differs from the template already, and the new edits over it."""
    originals = {block["id"]: block for block in template}
    merged: dict[str, dict[str, Any]] = {
        block["id"]: {
            name: value for name, value in block.items() if originals.get(block["id"], {}).get(name) != value
        }
        for block in present
    }
    for block_id, fields in edits.items():
        merged.setdefault(block_id, {}).update(fields)
    return {block_id: fields for block_id, fields in merged.items() if fields}


def _new_revision(
    campaign: LocationCampaign,
    message: CompiledMessage,
    dates: Mapping[str, Any],
    audience: Mapping[str, Any],
    actor: "User | None",
) -> Revision | None:
    """The next revision; None when it would be the present one again (Rule A4): nothing is written."""
    values = campaign.current_revision.values
    try:
        with transaction.atomic():
            (built,) = write_revisions(
                [NextRevision(campaign, message, dates, audience, values)],
                brand_id=campaign.brand_id,
                author=actor,
            )
            if built.content_hash == campaign.current_revision.content_hash:
                raise _Unchanged
    except _Unchanged:
        return None
    return Revision.objects.get(pk=built.id)


def _dates(raw: Mapping[str, Any]) -> dict[str, str]:
    try:
        return parse_schedule(raw).as_json()
    except ScheduleInvalid as error:
        raise ContentInvalid([BlockError("", "schedule", str(error))]) from None

"""Campaigns: created, edited, paused, cancelled. Reviews are in `review.py`, the clock in `clock.py`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.audience.queries import audience_of
from storesync.brands.models import Location
from storesync.brands.permissions import can, can_all
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns import lifecycle
from storesync.campaigns.events import CampaignsEnded
from storesync.campaigns.messages import compile_version, read_variables, sender_of
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.schedule import GRACE, ScheduleInvalid, instants, parse_schedule
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import APPROVED_STATES, CandidateStatus, Status
from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.blocks import BlockError, validate_blocks
from storesync.content.edits import apply_edits
from storesync.content.facts import location_facts
from storesync.content.models import Approval, Revision
from storesync.content.rendering import CompiledMessage, ContentInvalid
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.models import new_id
from storesync.mailing.actions import cancel_batches, pause_batches, resume_batches

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


def locked_campaigns(ids: Iterable[UUID], actor: "User | None") -> list[LocationCampaign]:
    """The campaigns, locked in order of id (Rule A9), after asking for the right on every one's location.

    Raises:
        PermissionDenied: the actor may not edit one of them, or one is not there.
    """
    wanted = set(ids)
    found = list(
        LocationCampaign.objects.select_for_update(of=("self",))
        .select_related("brand", "location", "current_revision", "approved_revision")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    if len(found) != len(wanted):
        raise PermissionDenied
    if actor is not None and not can_all(actor, EDIT_CAMPAIGN, {one.location_id for one in found}):
        raise PermissionDenied
    return found


def create_campaign(
    *,
    location: Location,
    template_version: TemplateVersion,
    actor: "User",
    name: str = "",
    values: Mapping[str, str] | None = None,
    audience_list_id: UUID | None = None,
    schedule: Mapping[str, Any] | None = None,
) -> LocationCampaign:
    """Make a campaign of one location from a template version, outside of any roll-out.

    Raises:
        PermissionDenied: the actor may not create campaigns there.
        ActionRefused: the template is another brand's or archived, or the dates cannot be.
    """
    version = TemplateVersion.objects.select_related("template", "brand").get(pk=template_version.pk)
    with audited("campaign.created", actor=actor):
        if not can(actor, EDIT_CAMPAIGN, location):
            raise PermissionDenied
        if version.brand_id != location.brand_id:
            raise ActionRefused(_("That template belongs to another brand."))
        if version.template.archived_at:
            raise ActionRefused(_("This template is archived."))
        dates = _dates(version.default_schedule if schedule is None else schedule)
        campaign_id = new_id()
        (built,) = build_revisions(
            brand_id=version.brand_id,
            drafts=[
                RevisionDraft(
                    location_id=location.pk,
                    owner_id=campaign_id,
                    number=1,
                    message=compile_version(version),
                    facts=location_facts(location, version.brand),
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
    audience_list_id: UUID | None = None,
    refresh: bool = False,
) -> LocationCampaign:
    """Save a person's edits as a new revision; without a change nothing is written (Rule A4).

    An Approved, Scheduled, Active or Paused campaign keeps its approved revision in force and gets a
    candidate beside it (Rule A3); a Rejected one goes back to Draft.

    Args:
        version: of the campaign that the actor saw.
        edits: `{"block id": {"field": value}}`, unlocked fields only.
        subject, preheader, schedule: only where the template leaves them to stores; None leaves them.
        audience_list_id: another list of recipients.
        refresh: take the store's present facts even when nothing else changes.

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
        if campaign.status == Status.REJECTED:
            lifecycle.move([campaign], "take_back")
        before = campaign.current_revision
        template = campaign.template_version
        message = _edited_message(template, before, edits or {}, subject, preheader)
        dates = dict(before.schedule) if schedule is None else _dates(schedule)
        if dates != before.schedule and "schedule" not in template.open_fields and not _owns(campaign, actor):
            raise ContentInvalid([BlockError("", "schedule", _("The dates are locked by the template."))])
        audience = (
            audience_of(audience_list_id, campaign.location_id) if audience_list_id else dict(before.audience)
        )
        same = (message.subject, message.preheader, message.plain_blocks, dates, audience) == (
            before.subject,
            before.preheader,
            before.blocks,
            before.schedule,
            before.audience,
        )
        if same and not refresh:
            return campaign
        revision = _new_revision(campaign, message, dates, audience, actor)
        if revision is None:
            return campaign
        _take(campaign, revision)
    return campaign


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
    last = Revision.objects.of_owner(KIND, campaign.pk).aggregate(n=Max("number"))["n"] or 0
    try:
        with transaction.atomic():
            (built,) = build_revisions(
                brand_id=campaign.brand_id,
                drafts=[
                    RevisionDraft(
                        location_id=campaign.location_id,
                        owner_id=campaign.pk,
                        number=last + 1,
                        message=message,
                        facts=location_facts(campaign.location, campaign.brand),
                        values=campaign.current_revision.values,
                        audience=audience,
                        schedule=dates,
                        sender=sender_of(campaign.brand, campaign.location),
                    )
                ],
                author=actor,
            )
            if built.content_hash == campaign.current_revision.content_hash:
                raise _Unchanged
    except _Unchanged:
        return None
    return Revision.objects.get(pk=built.id)


def _take(campaign: LocationCampaign, revision: Revision) -> None:
    """Make this the current revision: a candidate where another is in force."""
    approved = campaign.approved_revision if campaign.status in APPROVED_STATES else None
    fields = ["current_revision", "candidate_status", "version", "touched_at", "facts_changed_at"]
    campaign.current_revision = revision
    campaign.version += 1
    campaign.touched_at = campaign.touched_at or timezone.now()
    campaign.facts_changed_at = None
    if approved is None:
        campaign.candidate_status = CandidateStatus.NONE
        campaign.start_at, campaign.end_at = instants(
            parse_schedule(revision.schedule), campaign.location.time_zone
        )
        fields += ["start_at", "end_at"]
    elif revision.content_hash == approved.content_hash:
        # Edited back to what is approved: nothing needs a new decision.
        campaign.current_revision = approved
        campaign.candidate_status = CandidateStatus.NONE
    else:
        campaign.candidate_status = CandidateStatus.DRAFT
    campaign.save(update_fields=fields)


def _dates(raw: Mapping[str, Any]) -> dict[str, str]:
    try:
        return parse_schedule(raw).as_json()
    except ScheduleInvalid as error:
        raise ContentInvalid([BlockError("", "schedule", str(error))]) from None


def arm_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """Arm the approved dates: Approved -> Scheduled. "As soon as approved" means now.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is not Approved, or its start has passed by more than the grace time.
    """
    with audited("campaign.scheduled", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        now = timezone.now()
        for campaign in locked:
            start_at, _end = armed_dates(campaign, now)
            if start_at < now - GRACE:
                raise ActionRefused(
                    _("The start of %(name)s has passed. It needs new dates.") % {"name": campaign.name}
                )
        arm_locked(locked, now, reason=reason)
    return locked


def arm_locked(campaigns: Sequence[LocationCampaign], now: datetime, *, reason: str = "") -> None:
    """Arm locked campaigns in one statement per set of dates."""
    groups: dict[tuple[Any, ...], list[LocationCampaign]] = {}
    for campaign in campaigns:
        start_at, end_at = armed_dates(campaign, now)
        groups.setdefault((start_at, end_at, campaign.location.time_zone), []).append(campaign)
    for (start_at, end_at, zone), members in groups.items():
        lifecycle.move(members, "arm", reason=reason, start_at=start_at, end_at=end_at, armed_zone=zone)


def armed_dates(campaign: LocationCampaign, now: datetime) -> tuple[datetime, datetime | None]:
    """The instants of the approved schedule; an end that is not after the start is none (send, then done)."""
    revision = campaign.approved_revision
    if revision is None:
        raise ActionRefused(_("%(name)s has no approved revision.") % {"name": campaign.name})
    start_at, end_at = instants(
        parse_schedule(revision.schedule), campaign.location.time_zone, approved_at=now
    )
    start = start_at or now
    return start, end_at if end_at and end_at > start else None


def pause_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """Hold Scheduled and Active campaigns; what is leased may still leave, nothing more is claimed.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is neither Scheduled nor Active.
    """
    with audited("campaign.paused", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        lifecycle.move(locked, "pause", reason=reason)
        pause_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor, reason=reason)
    return locked


def resume_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None"
) -> list[LocationCampaign]:
    """Go on where it was paused.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one is not Paused, or its approval is no longer in force.
    """
    with audited("campaign.resumed", actor=actor):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        _require_approved(locked)
        lifecycle.move(locked, "resume")
        resume_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor)
    return locked


def _require_approved(campaigns: Sequence[LocationCampaign]) -> None:
    ids = [one.approved_revision_id for one in campaigns if one.approved_revision_id]
    held = set(Approval.objects.in_force().of_revisions(ids).values_list("revision_id", flat=True))
    for campaign in campaigns:
        if campaign.approved_revision_id not in held:
            raise ActionRefused(
                _("The approval of %(name)s is no longer in force.") % {"name": campaign.name}
            )


def cancel_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User | None", reason: str = ""
) -> list[LocationCampaign]:
    """End campaigns for good; what waits is not sent. Whoever comes second finds the new state (Rule L4).

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one has ended already.
    """
    with audited("campaign.cancelled", actor=actor, reason=reason):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        lifecycle.move(locked, "cancel", reason=reason, candidate_status=CandidateStatus.NONE)
        cancel_batches(source_kind=KIND, source_ids=[one.pk for one in locked], actor=actor, reason=reason)
        tell_ended(locked, actor)
    return locked


def tell_ended(campaigns: Sequence[LocationCampaign], actor: "User | None") -> None:
    """Publish CampaignsEnded for campaigns of one or more brands."""
    brands: dict[UUID, list[LocationCampaign]] = {}
    for campaign in campaigns:
        brands.setdefault(campaign.brand_id, []).append(campaign)
    for brand_id, members in brands.items():
        publish(
            CampaignsEnded(
                brand_id,
                tuple(one.pk for one in members),
                tuple(one.current_revision_id for one in members),
                actor.pk if actor else None,
            )
        )


def take_back(*, campaign: LocationCampaign, actor: "User") -> LocationCampaign:
    """Rejected -> Draft, to work on it again; a rejected candidate becomes a draft candidate.

    Raises:
        PermissionDenied: the actor may not edit it.
        ActionRefused: it is not Rejected.
    """
    with audited("campaign.taken_back", actor=actor):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        if campaign.candidate_status == CandidateStatus.REJECTED:
            campaign.candidate_status = CandidateStatus.DRAFT
            campaign.save(update_fields=["candidate_status"])
        else:
            lifecycle.move([campaign], "take_back")
    return campaign


def reopen_campaign(*, campaign: LocationCampaign, actor: "User", reason: str = "") -> LocationCampaign:
    """Missed, Approved or Scheduled -> Draft, for new dates; its approval no longer counts.

    Raises:
        PermissionDenied: the actor may not edit it.
        ActionRefused: it is in another state.
    """
    with audited("campaign.reopened", actor=actor, reason=reason):
        (campaign,) = locked_campaigns([campaign.pk], actor)
        lifecycle.move(
            [campaign],
            "reopen",
            reason=reason,
            approved_revision=None,
            candidate_status=CandidateStatus.NONE,
            armed_zone="",
        )
    return campaign


def archive_campaigns(
    *, campaigns: Iterable[LocationCampaign], actor: "User", undo: bool = False
) -> list[LocationCampaign]:
    """Put ended campaigns out of sight, or bring them back; a flag, not a state.

    Raises:
        PermissionDenied: the actor may not edit one of them.
        ActionRefused: one has not ended.
    """
    with audited("campaign.restored" if undo else "campaign.archived", actor=actor):
        locked = locked_campaigns([one.pk for one in campaigns], actor)
        for campaign in locked:
            if campaign.status not in (Status.COMPLETED, Status.MISSED, Status.CANCELLED):
                raise ActionRefused(_("%(name)s has not ended yet.") % {"name": campaign.name})
        LocationCampaign.objects.filter(pk__in=[one.pk for one in locked]).update(
            archived_at=None if undo else Now(), updated_at=Now(), version=F("version") + 1
        )
    return locked

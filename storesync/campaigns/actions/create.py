"""Campaigns that a store begins by itself: from a template, or as a copy of another campaign."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.audience.actions import RecipientReport, add_recipients
from storesync.brands.models import Location
from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CAMPAIGN
from storesync.campaigns.actions.edit import create_campaign
from storesync.campaigns.actions.rollout import PASTED
from storesync.campaigns.messages import ValuesInvalid, compile_revision, read_variables, sender_of
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.schedule import instants, parse_schedule
from storesync.campaigns.standing import why_not_used
from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.facts import location_facts
from storesync.content.variables import recipient_fields_of, validate_values
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.once import made_before

if TYPE_CHECKING:
    from storesync.accounts.models import User

LONGEST_NAME: Final = 160


def start_campaign(
    *,
    location: Location,
    template_version: TemplateVersion,
    actor: "User",
    name: str = "",
    values: Mapping[str, object] | None = None,
    schedule: Mapping[str, Any] | None = None,
    recipients: str = "",
    source: str = PASTED,
    key: UUID | None = None,
) -> tuple[LocationCampaign, RecipientReport | None]:
    """Begin a campaign of one store from a template, with its values, dates and recipients in one go.

    Args:
        values: of the version's variables, checked by their types and limits.
        recipients: addresses, pasted or from a file; "" for none yet. source: where they come from.
        key: of the form; sent again it gives the campaign that it has made.

    Returns:
        The campaign, a draft, and what became of each recipient's row (None where there were none, and where
        the form was sent before).

    Raises:
        PermissionDenied: the actor may not create campaigns there.
        ValuesInvalid: a value is missing or does not fit.
        ContentInvalid: the dates cannot be.
        FormUsed: the key made another campaign.
        ActionRefused: the template is another brand's or out of use, or no recipient could be read.
    """
    with audited("campaign.created", actor=actor):
        if not can(actor, EDIT_CAMPAIGN, location):
            raise PermissionDenied
        asked = {
            "version": template_version.pk,
            "location": location.pk,
            "name": name,
            "values": dict(values or {}),
            "schedule": schedule and dict(schedule),
            "recipients": recipients,
        }
        if made := made_before(LocationCampaign, key, actor=actor, asked=asked):
            return made, None
        declared = read_variables(template_version.variables)
        checked, problems = validate_values(values or {}, declared)
        if problems:
            raise ValuesInvalid(problems)
        report = None
        if recipients.strip():
            report = add_recipients(
                brand=location.brand,
                text=recipients,
                source=source,
                actor=actor,
                locations=[location],
                name=name or template_version.template.name,
                fields=recipient_fields_of(declared),
            )
            if report.list is None:
                reason = report.problems[0].reason if report.problems else ""
                raise ActionRefused(_("No recipient could be read. %(reason)s") % {"reason": reason})
        campaign = create_campaign(
            location=location,
            template_version=template_version,
            actor=actor,
            name=name,
            values=checked,
            audience_list_id=report.list.pk if report and report.list else None,
            schedule=schedule,
            campaign_id=key,
        )
    return campaign, report


def duplicate_campaign(
    *,
    campaign: LocationCampaign,
    actor: "User",
    location: Location | None = None,
    name: str = "",
    key: UUID | None = None,
) -> LocationCampaign:
    """A new draft with the content, the values and the dates of this campaign, at its store or at another.

    Recipients come along at the same store only: they were handed in for it. A start that has passed becomes
    "as soon as approved", and an end that has passed none.

    Args:
        key: of the form; sent again it gives the copy that it has made.

    Raises:
        PermissionDenied: the actor may not see this campaign, or not create campaigns at the store.
        FormUsed: the key made another campaign.
        ActionRefused: the store is of another brand, or the template is archived or deprecated.
    """
    with audited("campaign.duplicated", actor=actor, of=str(campaign.pk)):
        campaign = LocationCampaign.objects.select_related(
            "brand", "location", "current_revision", "template_version__template"
        ).get(pk=campaign.pk)
        place = location or campaign.location
        if not can(actor, VIEW_CAMPAIGN, campaign) or not can(actor, EDIT_CAMPAIGN, place):
            raise PermissionDenied
        if place.brand_id != campaign.brand_id:
            raise ActionRefused(_("That store is of another brand."))
        asked = {"of": campaign.pk, "location": place.pk, "name": name}
        if made := made_before(LocationCampaign, key, actor=actor, asked=asked):
            return made
        before, version = campaign.current_revision, campaign.template_version
        if reason := why_not_used(version):
            raise ActionRefused(reason)
        dates = _still_to_come(before.schedule, place.time_zone)
        copy_id = key or new_id()
        message = compile_revision(version, before)
        (built,) = build_revisions(
            brand_id=campaign.brand_id,
            drafts=[
                RevisionDraft(
                    location_id=place.pk,
                    owner_id=copy_id,
                    number=1,
                    message=message,
                    facts=location_facts(place, campaign.brand, message.declared_facts),
                    values=before.values,
                    audience=before.audience if place.pk == campaign.location_id else {},
                    schedule=dates,
                    sender=sender_of(campaign.brand, place),
                )
            ],
            author=actor,
        )
        start_at, end_at = instants(parse_schedule(dates), place.time_zone)
        copied = _("Copy of %(name)s") % {"name": campaign.name}
        return LocationCampaign.objects.create(
            id=copy_id,
            brand=campaign.brand,
            location=place,
            template_version=version,
            name=(name or copied)[:LONGEST_NAME],
            current_revision_id=built.id,
            start_at=start_at,
            end_at=end_at,
            touched_at=Now(),
        )


def _still_to_come(schedule: Mapping[str, Any], zone: str) -> dict[str, str]:
    """The dates of a schedule that have not passed."""
    parsed, now = parse_schedule(schedule), timezone.now()
    start_at, end_at = instants(parsed, zone)
    dates = parsed.as_json()
    if start_at is not None and start_at <= now:
        dates["start"] = "approval"
    if end_at is not None and end_at <= now:
        dates.pop("end", None)
    return dates

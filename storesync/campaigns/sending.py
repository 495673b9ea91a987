"""From a campaign to the mail engine: the batch it is frozen into, and the gate asked before every claim."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import Status
from storesync.content.models import Approval, Revision
from storesync.content.queries import in_force
from storesync.core.errors import ActionRefused
from storesync.mailing.actions import freeze_batch
from storesync.mailing.messages import Message, Sender, seal
from storesync.mailing.models import Batch, MailClass

if TYPE_CHECKING:
    from datetime import datetime

KIND = "campaign"
"""The kind of owner and of source under which revisions and batches know a campaign."""


def freeze(campaign: LocationCampaign) -> Batch | None:
    """Hand the approved revision of a campaign to the engine; None when nobody is to get it.

    Everything that was approved is asked for again: that the approval is in force and the bytes are those it
    pinned (Rule A3), and that the recipients are those of its digest.

    Raises:
        ActionRefused: something is not what was approved; the message says what.
    """
    revision = campaign.approved_revision
    if revision is None or not vouched(campaign, revision):
        raise ActionRefused(_("What was approved is not what would be sent."))
    audience = revision.audience
    if not audience.get("count"):
        return None
    rollout = campaign.rollout
    return freeze_batch(
        brand_id=campaign.brand_id,
        location_id=campaign.location_id,
        mail_class=MailClass.MARKETING,
        channel=revision.channel,
        approved_hash=revision.content_hash,
        dedupe_scope=campaign.dedupe_scope,
        source_kind=KIND,
        source_id=campaign.pk,
        sender=Sender(**revision.sender),
        messages=[Message.of_revision(revision)],
        audience_list_id=UUID(audience["list"]),
        audience_digest=audience["digest"],
        holdout_share=rollout.holdout if rollout else Decimal(0),
        expires_at=campaign.end_at,
        actor=None,
    )


def vouched(campaign: LocationCampaign, revision: Revision) -> bool:
    """Whether this revision is the campaign's own and exactly what an approval in force pins (Rule A3)."""
    return (
        revision.owner_kind == KIND
        and revision.owner_id == campaign.pk
        and revision.location_id == campaign.location_id
        and revision.pk in in_force([revision.pk])
    )


def approved_at(revision: Revision) -> "datetime | None":
    """When the approval in force was given: the start of "as soon as approved"."""
    found: datetime | None = (
        Approval.objects.in_force().of_revisions([revision.pk]).values_list("approved_at", flat=True).first()
    )
    return found


def gate(batch: Batch) -> str | None:
    """Why nothing of this batch may be sent now, None when it may; asked at every claim (Rule S4)."""
    campaign = (
        LocationCampaign.objects.select_related("location")
        .filter(pk=batch.source_id, brand=batch.brand)
        .first()
    )
    if campaign is None:
        return _("The campaign is gone.")
    # A campaign completes with recipients of whom nobody knows; a person may have them sent again (Rule S3).
    if campaign.status not in {Status.ACTIVE, Status.COMPLETED}:
        return _("The campaign is %(status)s.") % {"status": campaign.get_status_display().lower()}
    if not campaign.location.is_open:
        return _("The location is not open.")
    if campaign.end_at is not None and campaign.end_at <= timezone.now():
        return _("The campaign has ended.")
    revision = Revision.objects.filter(
        owner_kind=KIND, owner_id=campaign.pk, content_hash=batch.approved_hash
    ).first()
    if revision is None or not vouched(campaign, revision):
        return _("The approval of this message is not in force.")
    sender = Sender(batch.sender_name, batch.sender_address, batch.reply_to)
    if (
        batch.messages_hash != seal([Message.of_revision(revision).content_hash])
        or Sender(**revision.sender) != sender
    ):
        return _("The message or its sender is not what was approved.")
    return None

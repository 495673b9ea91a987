"""Sending a test mail (Rule S7): of a campaign as it is saved, or of a template for one store.

It is no send of a campaign: nothing has to be approved, nothing is counted, and it reaches at most
MOST_ADDRESSES people, who are no recipients.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.audience.addresses import Address, AddressError, address_hash, read_address
from storesync.audience.models import AudienceEntry, Contact
from storesync.audience.queries import suppression_reasons
from storesync.brands.permissions import can
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, MANAGE_TEMPLATE, VIEW_CONTACT, VIEW_LOCATION
from storesync.campaigns.messages import compile_draft, compile_version
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, MailTest, TemplateVersion
from storesync.content.facts import location_facts
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import all_brands
from storesync.mailing.messages import Message, Sender
from storesync.mailing.testing import MOST_ADDRESSES, post_test

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from storesync.brands.models import Location

MOST_AN_HOUR: Final = 30
"""Addresses that one person may send tests to within an hour."""


def may_test(user: "User | AnonymousUser", campaign: LocationCampaign) -> bool:
    """Whether the person may send tests of this campaign: who writes it, and who decides about it."""
    return any(can(user, right, campaign) for right in (EDIT_CAMPAIGN, DECIDE))


def send_campaign_test(
    *,
    campaign: LocationCampaign,
    addresses: Sequence[str],
    actor: User,
    reader: Mapping[str, str] | None = None,
    contact: Contact | None = None,
) -> MailTest:
    """Send the current revision of a campaign, as it is saved, to a few people.

    Args:
        addresses: as they were written; at most MOST_ADDRESSES.
        reader: names to fill in ("first_name", "last_name"), for a made-up recipient; or
        contact: one of the campaign's recipients, whose names are filled in.

    Raises:
        PermissionDenied: the actor neither edits nor decides about the campaign, or may not see the contact.
        ActionRefused: an address is none or not to be mailed, there are too many, or no sender is set up.
    """
    with audited("campaign.tested", actor=actor):
        campaign = LocationCampaign.objects.select_related("brand", "location", "current_revision").get(
            pk=campaign.pk
        )
        if not may_test(actor, campaign):
            raise PermissionDenied
        revision = campaign.current_revision
        if contact is not None:
            reader = _names_of(contact, campaign, actor)
        sender = Sender(**revision.sender) if revision.sender.get("address") else None
        test = _begin(campaign.location, addresses, actor, campaign=campaign, number=revision.number)
        _post(
            test,
            Message.of_revision(revision),
            sender or Sender.of(campaign.brand, campaign.location),
            reader,
        )
    return test.row


def send_template_test(
    *,
    template: CampaignTemplate,
    location: "Location",
    addresses: Sequence[str],
    actor: User,
    values: Mapping[str, str],
    version: TemplateVersion | None = None,
    reader: Mapping[str, str] | None = None,
) -> MailTest:
    """Send a template as one store would, to a few people.

    Args:
        location: the store.
        values: samples for the values that a roll-out would give.
        version: a published version; the draft unless given.
        addresses, reader: as in `send_campaign_test`.

    Raises:
        PermissionDenied: the actor does not write templates, or does not see the store.
        ActionRefused: as in `send_campaign_test`.
        ContentInvalid: the draft cannot be made into a message.
    """
    with audited("template.tested", actor=actor):
        template = CampaignTemplate.objects.select_related("brand").get(pk=template.pk)
        if not can(actor, MANAGE_TEMPLATE, template.brand) or not can(actor, VIEW_LOCATION, location):
            raise PermissionDenied
        message = (
            compile_version(version) if version else compile_draft(template, template.draft, template.brand)
        )
        facts = location_facts(location, template.brand, message.declared_facts)
        rendered = message.render(facts, values)
        test = _begin(
            location, addresses, actor, template=template, number=version.number if version else None
        )
        _post(
            test,
            Message(rendered.subject, rendered.html, rendered.text),
            Sender.of(template.brand, location),
            reader,
        )
    return test.row


class _Begun:
    """A test whose row is written, and where it goes."""

    def __init__(self, row: MailTest, addresses: list[Address]) -> None:
        self.row, self.addresses = row, addresses


def _begin(
    location: "Location",
    written: Sequence[str],
    actor: User,
    *,
    campaign: LocationCampaign | None = None,
    template: CampaignTemplate | None = None,
    number: int | None = None,
) -> _Begun:
    addresses = _read(written)
    reasons = suppression_reasons(location.brand_id, [address_hash(one.identity) for one in addresses])
    refused = [
        _("%(address)s: %(reason)s. No test goes there either.")
        % {"address": one.mailbox, "reason": reasons[address_hash(one.identity)]}
        for one in addresses
        if address_hash(one.identity) in reasons
    ]
    if refused:
        raise ActionRefused(" ".join(refused))
    _require_room(actor, len(addresses))
    row = MailTest.objects.create(
        brand_id=location.brand_id,
        location=location,
        campaign=campaign,
        template=template,
        number=number,
        sent_by=actor,
        addresses=len(addresses),
    )
    return _Begun(row, addresses)


def _post(test: _Begun, message: Message, sender: Sender, reader: Mapping[str, str] | None) -> None:
    if not sender.address:
        raise ActionRefused(_("The brand has no sender address yet, so nothing can be sent."))
    banner = _("Test mail, sent by %(name)s. Customers do not get this line.")
    post_test(
        brand_id=test.row.brand_id,
        location_id=test.row.location_id,
        source_id=test.row.pk,
        sender=sender,
        message=message,
        reader=reader or {},
        banner=banner % {"name": test.row.sent_by.display_name},
        addresses=test.addresses,
    )


def _read(written: Sequence[str]) -> list[Address]:
    """The addresses, each once.

    Raises:
        ActionRefused: there is none, there are too many, or some are none: all are named.
    """
    found: dict[str, Address] = {}
    wrong = []
    for one in written[:50]:
        try:
            address = read_address(one)
        except AddressError as error:
            wrong.append(
                _("“%(address)s”: %(reason)s") % {"address": one.strip()[:80], "reason": error.reason}
            )
        else:
            found.setdefault(address.identity, address)
    if wrong:
        raise ActionRefused(" ".join(wrong))
    if not found:
        raise ActionRefused(_("Give an address to send the test to."))
    if len(found) > MOST_ADDRESSES:
        raise ActionRefused(
            _("A test goes to at most %(limit)d addresses; these are %(count)d.")
            % {"limit": MOST_ADDRESSES, "count": len(found)}
        )
    return list(found.values())


def _require_room(actor: User, wanted: int) -> None:
    """Refuse what goes beyond MOST_AN_HOUR, over all brands; two sends at once are counted in turn."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    hour_ago = timezone.now() - timedelta(hours=1)
    with all_brands("the limit of test mails is a person's, whichever brand they are of"):
        sent = MailTest.objects.filter(sent_by=actor, created_at__gt=hour_ago)
        used = sent.aggregate(total=Sum("addresses"))["total"] or 0
    if used + wanted > MOST_AN_HOUR:
        raise ActionRefused(
            _("You have sent tests to %(used)d addresses in the last hour; %(limit)d is the most. Try later.")
            % {"used": used, "limit": MOST_AN_HOUR}
        )


def _names_of(contact: Contact, campaign: LocationCampaign, actor: User) -> dict[str, str]:
    """The names of one of the campaign's recipients, for who may see them."""
    if not can(actor, VIEW_CONTACT, campaign):
        raise PermissionDenied
    chosen = campaign.current_revision.audience.get("list")
    entries = AudienceEntry.objects.filter(
        list_id=chosen, location_id=campaign.location_id, contact=contact, contact__erased_at__isnull=True
    )
    if not chosen or not entries.exists():
        raise ActionRefused(_("This person is no recipient of the campaign any more."))
    return {"first_name": contact.first_name, "last_name": contact.last_name}

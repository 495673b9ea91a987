"""Company mail: what the software itself writes to people, as batches without a brand (see `models`)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Final
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils import timezone

from storesync.audience.addresses import Address, address_hash, read_address
from storesync.audience.models import Consent, Contact
from storesync.core.audit import audited
from storesync.core.models import new_id
from storesync.core.scoping import all_brands
from storesync.mailing.models import Batch, Delivery, Letter, MailClass
from storesync.mailing.tasks import wake_engine

SOURCE_KIND: Final = "company"
_CRLF: Final = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Source:
    """What a letter was written for, so that it is written once: unique in (kind, key).

    Attributes:
        mail_class: transactional, or a digest (both are resent once when it is not known whether they
            arrived, Rule S3).
        expires_at: when it is of no use any more; what has not left by then expires (Rule S6).
    """

    kind: str
    key: UUID
    mail_class: MailClass = MailClass.TRANSACTIONAL
    expires_at: datetime | None = None


def post_letter(message: EmailMessage, *, source: Source | None = None) -> Batch | None:
    """Write one finished mail to the ledger: a batch, its bytes, and a delivery for each recipient.

    Args:
        source: what it was written for; nothing in particular where none is given.

    Returns None when it has no recipients.

    Raises:
        AddressError: a recipient's address is none.
        IntegrityError: a letter for this source was written already.
    """
    recipients: dict[str, Address] = {}
    for written in message.recipients():
        address = _address(written)
        recipients.setdefault(address.identity, address)
    if not recipients:
        return None
    sender = parseaddr(str(message.from_email))[1]
    parsed = message.message()
    del parsed["Auto-Submitted"]
    parsed["Auto-Submitted"] = "auto-generated"
    with all_brands("company mail belongs to no brand"), audited("letter.posted", actor=None):
        key = new_id()
        of = source or Source(SOURCE_KIND, key)
        batch = Batch.objects.create(
            pk=key,
            brand=None,
            mail_class=of.mail_class,
            source_kind=of.kind,
            source_id=of.key,
            dedupe_scope=key,
            expires_at=of.expires_at,
            sender_address=sender,
            intended=len(recipients),
        )
        Letter.objects.create(batch=batch, data=_CRLF.sub(b"\r\n", parsed.as_bytes()))
        Delivery.objects.bulk_create(
            Delivery(batch=batch, contact_id=contact, dedupe_scope=key, next_at=timezone.now())
            for contact in know_people(list(recipients.values()))
        )
        wake_engine(None)
    return batch


def _address(written: str) -> Address:
    """The address of "Name <address>"; a host without a dot is fine here, in the company's own net."""
    mailbox = parseaddr(written)[1]
    local, at, host = mailbox.rpartition("@")
    if at and local and host and "." not in host and mailbox.isascii():
        return Address(identity=mailbox.lower(), mailbox=mailbox)
    return read_address(mailbox)


def know_people(addresses: list[Address]) -> list[UUID]:
    """The contacts of the company (no brand's) with these addresses, made where they are new.

    The caller's scope holds every brand.
    """
    Contact.objects.bulk_create(
        (
            Contact(
                brand=None,
                address=address.identity,
                mailbox=address.mailbox,
                address_hash=address_hash(address.identity),
                source=SOURCE_KIND,
                consent=Consent.UNKNOWN,
            )
            for address in addresses
        ),
        ignore_conflicts=True,
    )
    known = Contact.objects.filter(
        brand__isnull=True, erased_at__isnull=True, address__in=[address.identity for address in addresses]
    )
    return list(known.values_list("pk", flat=True))

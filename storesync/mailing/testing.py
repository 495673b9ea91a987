"""Test mails (Rule S7): marked as such, to a handful of people, counted nowhere, without live tokens.

A test is built here, at once, into finished bytes (`Letter`) and goes through the ledger like all mail, at
the brand's rate: one batch of the class "test" for each address. Its people are the company's contacts, not
the brand's, and the name of the customer whom it is written to stands in the bytes alone, which are deleted
as soon as they have left (Rule C3).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from storesync.audience.addresses import Address
from storesync.core.letters import absolute
from storesync.core.models import new_id
from storesync.core.scoping import all_brands, require_scope
from storesync.mailing.messages import Message, Sender
from storesync.mailing.mime import make_skeleton
from storesync.mailing.models import Batch, Delivery, Letter, MailClass
from storesync.mailing.outbox import know_people
from storesync.mailing.tasks import wake_engine

SOURCE_KIND: Final = "test"
MOST_ADDRESSES: Final = 5
"""A test goes to no more (Rule S7); what does is a send and passes the gate (Rule A7)."""
GOOD_FOR: Final = timedelta(hours=1)
"""What has not left by then is given up: nobody waits for a test that long."""
_BODY: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BANNER: Final = (
    '<div role="note" style="margin:0;padding:12px 16px;background:#fff0d6;color:#5c3300;'
    'font:bold 14px/1.5 Arial,sans-serif;text-align:center;border-bottom:2px solid #854a00">{}</div>'
)


def post_test(
    *,
    brand_id: UUID,
    location_id: UUID,
    source_id: UUID,
    sender: Sender,
    message: Message,
    reader: Mapping[str, str],
    banner: str,
    addresses: Sequence[Address],
) -> None:
    """Write a test mail to the ledger, once for each address, and wake the engine on commit.

    Runs in the caller's transaction; the right to test is the caller's to require.

    Args:
        source_id: what the deliveries are found by again, with SOURCE_KIND.
        reader: the recipient's fields ("first_name", "last_name") to fill in.
        banner: the line above the message that says what it is, in plain text.
        addresses: at most MOST_ADDRESSES.

    Raises:
        ValueError: too many addresses; nothing is written.
    """
    require_scope(brand_id)
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise ValueError(f"a test goes to 1 to {MOST_ADDRESSES} addresses, not {len(addresses)}")
    headers = {
        "Feedback-ID": f"{source_id.hex}:{MailClass.TEST}:{SOURCE_KIND}:storesync",
        "Auto-Submitted": "auto-generated",
        "X-StoreSync-Test": "yes",
    }
    skeleton = make_skeleton(_with_banner(message, banner), sender, headers, test=True)
    values = {name: reader.get(name, "") for name in ("first_name", "last_name")}
    values["unsubscribe_url"] = absolute(reverse("mailing:unsubscribe_test"))
    now, domain = timezone.now(), sender.address.rpartition("@")[2]
    for address in addresses:
        delivery_id = new_id()
        data = skeleton.fill(
            {
                "To": address.mailbox,
                "Date": format_datetime(now),
                "Message-ID": f"<{delivery_id.hex}@{domain}>",
            },
            values,
        )
        with all_brands("the people whom tests go to are the company's contacts and no brand's"):
            (contact_id,) = know_people([address])
        batch = Batch.objects.create(
            brand_id=brand_id,
            location_id=location_id,
            mail_class=MailClass.TEST,
            source_kind=SOURCE_KIND,
            source_id=source_id,
            approved_hash=hashlib.sha256(data).hexdigest(),
            dedupe_scope=delivery_id,
            sender_name=sender.name[:200],
            sender_address=sender.address,
            reply_to=sender.reply_to,
            intended=1,
            expires_at=now + GOOD_FOR,
        )
        Letter.objects.create(batch=batch, data=data)
        Delivery.objects.create(
            pk=delivery_id,
            brand_id=brand_id,
            batch=batch,
            contact_id=contact_id,
            dedupe_scope=delivery_id,
            next_at=now,
        )
    wake_engine(brand_id)


def _with_banner(message: Message, banner: str) -> Message:
    """The message with the line that says what it is above it, in HTML and in plain text."""
    line = format_html(_BANNER, banner)
    body = _BODY.search(message.html)
    at = body.end() if body else 0
    page = f"{message.html[:at]}{line}{message.html[at:]}" if message.html else ""
    return Message(message.subject, page, f"*** {banner} ***\n\n{message.text}")

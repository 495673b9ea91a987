"""From a batch and a contact to the bytes of one mail."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from storesync.mailing.messages import Message, Sender, message_hash, seal
from storesync.mailing.mime import Skeleton, make_skeleton
from storesync.mailing.models import Batch, MailClass
from storesync.mailing.tokens import DELIVERY, UNSUBSCRIBE, make_token
from storesync.mailing.transports import Outgoing


@dataclass(frozen=True, slots=True)
class Intended:
    """A row in `sending`: its try is committed, and its contact was read in that commit."""

    id: UUID
    batch_id: UUID
    message_id: UUID | None
    attempt: int
    mailbox: str
    first_name: str
    last_name: str
    fields: str
    """The contact's further merge fields, as JSON."""


@dataclass(slots=True)
class Prepared:
    """A batch of which something is claimed, with its messages ready to be filled.

    Attributes:
        sealed: whether its contents are those that were handed in.
        broken: whether no mail can be made of it.
    """

    batch: Batch
    sealed: bool
    broken: bool = False
    skeletons: dict[UUID, Skeleton] = field(default_factory=dict)
    letter: bytes = b""


def prepare_batch(batch: Batch) -> Prepared:
    """Load a batch's contents, hash them anew (Rule S4), and cut its messages into skeletons."""
    letter = getattr(batch, "letter", None)
    if letter is not None:
        return Prepared(batch, sealed=True, letter=bytes(letter.data))
    messages = sorted(batch.messages.all(), key=lambda message: message.variant)
    hashes = [message_hash(message.subject, message.html, message.text) for message in messages]
    sender = Sender(batch.sender_name, batch.sender_address, batch.reply_to)
    headers = {"Feedback-ID": f"{batch.source_id.hex}:{batch.mail_class}:{batch.source_kind}:storesync"}
    if batch.mail_class != MailClass.MARKETING:
        headers["Auto-Submitted"] = "auto-generated"
    return Prepared(
        batch,
        sealed=seal(hashes) == batch.messages_hash,
        skeletons={
            message.pk: make_skeleton(
                Message(message.subject, message.html, message.text, message.variant),
                sender,
                headers,
                test=batch.mail_class == MailClass.TEST,
            )
            for message in messages
        },
    )


def build_mail(prepared: Prepared, one: Intended, now: str) -> Outgoing:
    """One finished mail. Its Message-ID is the same at every try, so a receiver can tell a second one."""
    batch = prepared.batch
    if prepared.letter:
        return Outgoing(one.id, batch.sender_address, one.mailbox, prepared.letter)
    if one.message_id is None or not one.mailbox.isascii():
        raise ValueError("the delivery has no message, or an address that SMTP cannot carry")
    domain = batch.sender_address.rpartition("@")[2]
    headers = {
        "To": one.mailbox,
        "Date": now,
        "Message-ID": f"<{one.id.hex}@{domain}>",
        "X-StoreSync-Delivery": make_token(DELIVERY, one.id),
    }
    further = json.loads(one.fields) if one.fields != "{}" else {}
    values = {**further, "first_name": one.first_name, "last_name": one.last_name}
    if batch.mail_class == MailClass.MARKETING:
        # RFC 8058: one POST to this address, without a page, ends it.
        url = unsubscribe_url(one.id)
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        values["unsubscribe_url"] = url
    data = prepared.skeletons[one.message_id].fill(headers, values)
    return Outgoing(one.id, batch.sender_address, one.mailbox, data)


def unsubscribe_url(delivery_id: UUID) -> str:
    """The public address that ends mail of the delivery's brand to its person."""
    return f"{settings.BASE_URL}/u/{make_token(UNSUBSCRIBE, delivery_id)}/"

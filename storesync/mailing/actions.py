"""Handing batches to the engine, and what people may do with them afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storesync.audience.actions import suppress
from storesync.audience.models import SuppressionReason
from storesync.audience.queries import audience_of
from storesync.brands.permissions import can_all
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import all_brands, require_scope
from storesync.mailing.lifecycle import run
from storesync.mailing.messages import Message, Sender, seal
from storesync.mailing.models import (
    Batch,
    BatchMessage,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryReason,
    DeliveryState,
    EventKind,
    MailClass,
)
from storesync.mailing.tasks import wake_engine
from storesync.mailing.tokens import UNSUBSCRIBE, read_token

if TYPE_CHECKING:
    from storesync.accounts.models import User

# A time-ordered UUID (RFC 9562, version 7) in SQL; PostgreSQL has uuidv7() only since 18.
NEW_ID: Final = """
encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid
"""

# The keyed hash of the contact in this scope decides who is held out, and who gets which variant: nobody can
# choose it, and it is the same however often it is asked.
_FREEZE: Final = f"""
INSERT INTO mailing_delivery
    (id, created_at, updated_at, brand_id, batch_id, message_id, contact_id, dedupe_scope, state, reason,
     next_at)
SELECT {NEW_ID}, now(), now(), %(brand)s, %(batch)s,
       (%(messages)s::uuid[])[1 + (chance.b %% %(variants)s)], entry.contact_id, %(scope)s, fate.state,
       CASE fate.state WHEN 'suppressed' THEN coalesce(fate.suppressed, 'unsubscribed')
                       WHEN 'held_out' THEN 'holdout' ELSE '' END,
       now()
FROM audience_audienceentry entry
JOIN audience_contact contact ON contact.id = entry.contact_id
CROSS JOIN LATERAL (
    SELECT sha256(convert_to(%(secret)s || %(scope)s::text || entry.contact_id::text, 'UTF8')) AS h) hashed
CROSS JOIN LATERAL (
    SELECT ('x' || substr(encode(hashed.h, 'hex'), 1, 7))::bit(28)::int AS a,
           ('x' || substr(encode(hashed.h, 'hex'), 8, 7))::bit(28)::int AS b) chance
LEFT JOIN LATERAL (
    SELECT s.reason FROM audience_suppression s
    WHERE s.address_hash = contact.address_hash AND (s.brand_id = entry.brand_id OR s.brand_id IS NULL)
    ORDER BY s.created_at LIMIT 1) s ON %(marketing)s
CROSS JOIN LATERAL (
    SELECT CASE WHEN contact.erased_at IS NOT NULL THEN 'erased' ELSE s.reason END AS suppressed,
           CASE WHEN contact.erased_at IS NOT NULL OR s.reason IS NOT NULL
                     OR (%(marketing)s AND contact.consent = 'withdrawn') THEN 'suppressed'
                WHEN chance.a < %(holdout)s * 268435456 THEN 'held_out'
                ELSE 'queued' END AS state) fate
WHERE entry.brand_id = %(brand)s AND entry.list_id = %(list)s AND entry.location_id = %(location)s
ORDER BY entry.contact_id
ON CONFLICT (dedupe_scope, contact_id) DO NOTHING
"""  # noqa: S608 - NEW_ID is a constant


def freeze_batch(
    *,
    brand_id: UUID,
    location_id: UUID,
    mail_class: MailClass = MailClass.MARKETING,
    channel: str = "email",
    approved_hash: str,
    dedupe_scope: UUID,
    source_kind: str,
    source_id: UUID,
    sender: Sender,
    messages: Sequence[Message],
    audience_list_id: UUID,
    actor: "User | None",
    rate: Decimal | None = None,
    entry_location_id: UUID | None = None,
    audience_digest: str = "",
    holdout_share: Decimal = Decimal(0),
    expires_at: datetime | None = None,
) -> Batch:
    """Make a batch and its deliveries, in one transaction, and wake the engine on commit.

    Whoever may not be mailed is in the ledger from the start, suppressed or held out, with the reason. A
    contact that is in `dedupe_scope` already is left where it is (Rules S2, S11). Frozen twice for the same
    source and approved hash, the batch that is there is returned.

    Args:
        approved_hash: the revision's content hash; gates are asked about it at every claim (Rule A3).
        dedupe_scope: id of what nobody is mailed twice in: the wave, or the source itself.
        messages: one, or several variants, which the contacts are split among evenly by a keyed hash.
        actor: who has it sent; None when the clock does.
        rate: messages a second for this batch; it never exceeds the brand's own.
        entry_location_id: the store whose part of the list it is; `location_id` unless given.
        audience_digest: what was approved (`Audience.digest`); refused when the list gives another one.
        holdout_share: 0 to below 1, chosen by a keyed hash, to measure the lift.
        expires_at: when what has not left is given up (Rule S6).

    Raises:
        PermissionDenied: the actor may not edit campaigns of the location.
        ActionRefused: nothing to send, no sender, or not the audience that was approved.
    """
    require_scope(brand_id)
    if not messages:
        raise ActionRefused(_("There is no message to send."))
    if not sender.address:
        raise ActionRefused(_("The brand has no sender address."))
    store = entry_location_id or location_id
    with audited("batch.frozen", actor=actor, source=str(source_id)):
        _require(actor, [location_id])
        if audience_digest and audience_of(audience_list_id, store)["digest"] != audience_digest:
            raise ActionRefused(_("These are not the recipients that were approved."))
        variants = sorted(messages, key=lambda message: message.variant)
        made = Batch(
            brand_id=brand_id,
            location_id=location_id,
            mail_class=mail_class,
            channel=channel,
            source_kind=source_kind,
            source_id=source_id,
            approved_hash=approved_hash,
            messages_hash=seal(message.content_hash for message in variants),
            dedupe_scope=dedupe_scope,
            sender_name=sender.name[:200],
            sender_address=sender.address,
            reply_to=sender.reply_to,
            rate=rate,
            holdout_share=holdout_share,
            expires_at=expires_at,
        )
        # Two freezes at once: the second waits here for the first to commit, and then finds its batch.
        Batch.objects.bulk_create([made], ignore_conflicts=True)
        batch = Batch.objects.select_for_update(of=("self",)).get(
            source_kind=source_kind, source_id=source_id, approved_hash=approved_hash
        )
        if batch.intended is not None:
            return batch
        rows = BatchMessage.objects.bulk_create(
            BatchMessage(
                brand_id=brand_id,
                batch=batch,
                variant=message.variant,
                subject=message.subject,
                html=message.html,
                text=message.text,
                content_hash=message.content_hash,
            )
            for message in variants
        )
        run(
            _FREEZE,
            {
                "brand": brand_id,
                "batch": batch.pk,
                "messages": [row.pk for row in rows],
                "variants": len(rows),
                "scope": dedupe_scope,
                "secret": settings.ADDRESS_KEY,
                "marketing": mail_class == MailClass.MARKETING,
                "holdout": holdout_share,
                "list": audience_list_id,
                "location": store,
            },
        )
        batch.intended = batch.deliveries.count()
        batch.save(update_fields=["intended"])
        wake_engine(brand_id)
    return batch


def pause_batches(
    *, source_kind: str, source_ids: Iterable[UUID], actor: "User | None", reason: str = ""
) -> int:
    """Stop claiming from these sources' batches; at most what is on the wire still leaves. How many stopped.

    Raises:
        PermissionDenied: the actor may not edit campaigns of every location concerned.
    """
    return _move(
        source_kind, source_ids, actor, "batch.paused", [BatchState.RUNNING], BatchState.PAUSED, reason
    )


def resume_batches(
    *, source_kind: str, source_ids: Iterable[UUID], actor: "User | None", reason: str = ""
) -> int:
    """Go on with paused batches. How many go on.

    Raises:
        PermissionDenied: the actor may not edit campaigns of every location concerned.
    """
    return _move(
        source_kind, source_ids, actor, "batch.resumed", [BatchState.PAUSED], BatchState.RUNNING, reason
    )


def cancel_batches(
    *, source_kind: str, source_ids: Iterable[UUID], actor: "User | None", reason: str = ""
) -> int:
    """End these sources' batches for good: what has not left is cancelled. How many ended.

    Raises:
        PermissionDenied: the actor may not edit campaigns of every location concerned.
    """
    return _move(
        source_kind,
        source_ids,
        actor,
        "batch.cancelled",
        [BatchState.RUNNING, BatchState.PAUSED],
        BatchState.CANCELLED,
        reason,
    )


_CANCEL: Final = """
UPDATE mailing_delivery
SET state = 'cancelled', reason = 'stopped', lease = NULL, lease_until = NULL, updated_at = now()
WHERE batch_id = ANY(%(ids)s) AND state IN ('queued', 'leased')
"""


def unsubscribe(*, token: str, company: bool = False) -> bool:
    """End marketing mail to the person whose mail carried this token; at once (Rules C1, C2).

    Args:
        token: of the unsubscribe address; whatever we did not make does nothing.
        company: for every brand of the company, not only the one that wrote.

    Returns False when there was nothing to end; callers show the same page either way.
    """
    key = read_token(UNSUBSCRIBE, token)
    if key is None:
        return False
    with (
        all_brands("the token names one delivery, and whoever has it may end its mail"),
        audited("contact.unsubscribed", actor=None, delivery=str(key)),
    ):
        delivery = Delivery.objects.filter(pk=key, brand__isnull=False).first()
        if delivery is None:
            return False
        DeliveryEvent.objects.bulk_create(
            [
                DeliveryEvent(
                    brand_id=delivery.brand_id,
                    delivery=delivery,
                    kind=EventKind.UNSUBSCRIBED,
                    esp="storesync",
                    event_id=f"{'company' if company else 'brand'}:{key.hex}",
                )
            ],
            ignore_conflicts=True,
        )
        return suppress(
            contact_id=delivery.contact_id, reason=SuppressionReason.UNSUBSCRIBED, company=company
        )


_RESOLVE: Final = """
UPDATE mailing_delivery d
SET state = %(state)s, reason = %(reason)s, lease = NULL, updated_at = now(),
    next_at = CASE WHEN %(state)s = 'queued' THEN clock_timestamp() ELSE d.next_at END,
    sent_at = CASE WHEN %(state)s = 'sent' THEN coalesce(d.sent_at, now()) ELSE d.sent_at END
FROM mailing_batch b
WHERE b.id = d.batch_id AND d.state = 'unknown' AND d.brand_id = %(brand)s
  AND b.source_kind = %(kind)s AND b.source_id = ANY(%(sources)s)
  AND (%(ids)s::uuid[] IS NULL OR d.id = ANY(%(ids)s))
RETURNING d.id, d.batch_id
"""


class Resolution(models.TextChoices):
    """What a person decides about deliveries of which nobody knows whether they arrived (Rule S3)."""

    SENT = "sent", _lazy("It arrived")
    FAILED = "failed", _lazy("It did not arrive, leave it")
    RESEND = "resend", _lazy("Send it again")


_RESOLVED: Final = {
    Resolution.SENT: (DeliveryState.SENT, DeliveryReason.RESOLVED_SENT),
    Resolution.FAILED: (DeliveryState.FAILED, DeliveryReason.RESOLVED_FAILED),
    Resolution.RESEND: (DeliveryState.QUEUED, DeliveryReason.RESENT),
}


def resolve_unknown(
    *,
    brand_id: UUID,
    source_kind: str,
    source_ids: Iterable[UUID],
    resolution: Resolution,
    actor: "User | None",
    delivery_ids: Iterable[UUID] | None = None,
) -> int:
    """Decide about unknown deliveries, one by one or all of these sources; how many were decided.

    Sending again may reach somebody twice: the row's `unknowns` says so for good.

    Raises:
        PermissionDenied: the actor may not edit campaigns of every location concerned.
        ActionRefused: they are to be sent again and their sending was cancelled.
    """
    require_scope(brand_id)
    sources = list(source_ids)
    state, reason = _RESOLVED[resolution]
    with audited("delivery.resolved", actor=actor, resolution=resolution.value):
        batches = list(Batch.objects.of(source_kind, sources).select_for_update(of=("self",)).order_by("pk"))
        _require(actor, [batch.location_id for batch in batches if batch.location_id])
        again = resolution == Resolution.RESEND
        if again and any(batch.state == BatchState.CANCELLED for batch in batches):
            raise ActionRefused(_("This sending was cancelled; nothing of it is sent again."))
        ids = None if delivery_ids is None else list(delivery_ids)
        rows = run(
            _RESOLVE,
            {
                "state": state.value,
                "reason": reason.value,
                "brand": brand_id,
                "kind": source_kind,
                "sources": sources,
                "ids": ids,
            },
        )
        DeliveryEvent.objects.bulk_create(
            DeliveryEvent(brand_id=brand_id, delivery_id=key, kind=EventKind.RESOLVED, reason=reason)
            for key, _batch in rows
        )
        if again:
            touched = {batch_id for _key, batch_id in rows}
            for batch in batches:
                if batch.pk in touched and batch.state == BatchState.COMPLETED:
                    batch.state = BatchState.RUNNING
                    batch.save(update_fields=["state"])
            wake_engine(brand_id)
    return len(rows)


def _move(
    source_kind: str,
    source_ids: Iterable[UUID],
    actor: "User | None",
    verb: str,
    from_states: Sequence[BatchState],
    state: BatchState,
    reason: str,
) -> int:
    with audited(verb, actor=actor, reason=reason):
        batches = list(
            Batch.objects.of(source_kind, source_ids)
            .filter(state__in=from_states)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        _require(actor, [batch.location_id for batch in batches if batch.location_id])
        for batch in batches:
            batch.state, batch.state_reason = state, reason
        Batch.objects.bulk_update(batches, ["state", "state_reason"])
        if state == BatchState.CANCELLED:
            run(_CANCEL, {"ids": [batch.pk for batch in batches]})
        for brand_id in {batch.brand_id for batch in batches}:
            wake_engine(brand_id)
    return len(batches)


def _require(actor: "User | None", location_ids: Iterable[UUID]) -> None:
    if actor is not None and not can_all(actor, EDIT_CAMPAIGN, location_ids):
        raise PermissionDenied

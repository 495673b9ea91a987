"""The engine: claim, ask, permit, intend, send, record. All work is rows; whoever runs this owns nothing.

Any number of threads and processes run `send_due` at once. Between its steps nothing is held but a lease, so
one that dies is followed by `reap`. Rules S1 to S4, S6, S9, S10; sending.md says what is promised.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.audience.actions import suppress
from storesync.audience.models import SuppressionReason
from storesync.brands.models import Brand, LocationStatus
from storesync.mailing import statements
from storesync.mailing.building import Intended, Prepared, build_mail, prepare_batch
from storesync.mailing.gates import ask_gate
from storesync.mailing.lifecycle import end_batches, expire_deliveries, of_brand, pause_for, run
from storesync.mailing.limiter import Bucket, hold_back, permit
from storesync.mailing.models import Batch, Delivery, DeliveryReason, DeliveryState, EventKind, MailClass
from storesync.mailing.safety import may_send
from storesync.mailing.transports import Outgoing, Resting, Result, Transport, transport
from storesync.mailing.verdicts import Verdict, columns, judge, write_events

logger = logging.getLogger(__name__)

CLAIM_SIZE: Final = 20
LEASE_SECONDS: Final = 60.0
# All of a send, well inside the lease, so that a slow server cannot make two workers send one mail.
SEND_SECONDS: Final = 25.0
_LONGEST_WAIT: Final = 1.0
_SHARE_EVERY: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    batch_id: UUID


def send_due(brand_id: UUID | None, *, seconds: float) -> float | None:
    """Send what is due of one brand (None: company mail) for about so many seconds.

    Returns the seconds until it should be called again: 0 when something is due now, None when nothing waits.
    The caller's scope holds the brand's rows.
    """
    if not may_send():
        return settings.SWEEP_SECONDS
    expire_deliveries(brand_id)
    wait = _Slice(brand_id, transport()).work(time.monotonic() + seconds)
    end_batches(brand_id)
    if wait is not None:
        return wait
    due: float | None = run(statements.NEXT_DUE.format(brand=of_brand(brand_id)), {"brand": brand_id})[0][0]
    return None if due is None else max(0.0, due)


def reap() -> set[UUID | None]:
    """Take back what dead workers held (Rule S1); the brands it belonged to. For all brands."""
    with transaction.atomic():
        rows = run(statements.REAP, {})
        lost = [row[0] for row in rows if row[1] == DeliveryState.UNKNOWN]
        if lost:
            logger.warning("%d deliveries are unknown: their worker stopped while sending", len(lost))
            write_events(
                [Verdict(key, "", DeliveryReason.WORKER_LOST, event=EventKind.UNKNOWN) for key in lost]
            )
            run(statements.RESEND, {"ids": lost})
    return {row[2] for row in rows}


def unfinished() -> set[UUID | None]:
    """The brands of which something is to be sent or to be ended. For all brands."""
    return {row[0] for row in run(statements.UNFINISHED, {})}


def rate_key(brand_id: UUID | None) -> str:
    """The limiter's bucket of a brand, or of company mail."""
    return f"brand:{brand_id or 'company'}"


class _Slice:
    """One stretch of work on one brand."""

    def __init__(self, brand_id: UUID | None, out: Transport) -> None:
        self.brand_id = brand_id
        self.out = out
        self.prepared: dict[UUID, Prepared] = {}
        self.rate = settings.MAIL_COMPANY_RATE
        if brand_id is not None:
            self.rate = float(Brand.objects.values_list("send_rate", flat=True).get(pk=brand_id))
        self.bucket = Bucket(rate_key(brand_id), self.rate)
        self.shares: dict[UUID, float] = {}
        self.refusing: set[UUID] = set()

    def work(self, until: float) -> float | None:
        """Claim and send until the time is over or nothing is due; see `send_due` for what it returns."""
        while time.monotonic() < until:
            try:
                self.out.make_ready()
            except Resting as resting:
                return resting.seconds
            lease = uuid4()
            claimed = self.claim(lease)
            if not claimed:
                return None
            wait = self.send_claimed(lease, claimed)
            if wait:
                return wait
        return 0.0

    def claim(self, lease: UUID) -> list[_Claimed]:
        """Lease what is due, ask about each batch, and give back what may not be sent now (Rule S4)."""
        # No more than permits allow within the lease, however slow the brand sends.
        n = min(CLAIM_SIZE, max(1, int(self.rate * LEASE_SECONDS / 4)))
        rows = run(
            statements.CLAIM.format(brand=of_brand(self.brand_id)),
            {"brand": self.brand_id, "n": n, "lease": lease, "seconds": LEASE_SECONDS},
        )
        by_batch: dict[UUID, list[_Claimed]] = defaultdict(list)
        status: dict[UUID, str] = {}
        for key, batch_id, location_status in rows:
            by_batch[batch_id].append(_Claimed(key, batch_id))
            status[batch_id] = location_status
        self.prepare(by_batch)
        passed: list[_Claimed] = []
        for batch_id, claimed in by_batch.items():
            refusal = self.refusal(self.prepared[batch_id], status[batch_id])
            if refusal is None:
                passed += claimed
            else:
                pause_for([batch_id], refusal)
                self.settle(lease, [one.id for one in claimed])
        # Everything of this round was given back: what other batches have is claimed in the next one.
        return passed if passed or not rows else self.claim(lease)

    def refusal(self, prepared: Prepared, location_status: str) -> str | None:
        """Why this batch may not be sent now, in words for people."""
        if location_status != LocationStatus.OPEN and prepared.batch.mail_class == MailClass.MARKETING:
            return _("The store is not open.")
        if prepared.broken:
            return _("The message cannot be made into a mail.")
        if not prepared.sealed:
            return _("The message is not the one that was handed in.")
        try:
            return ask_gate(prepared.batch)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("the gate of batch %s failed", prepared.batch.pk)
            return _("It could not be found out whether this may be sent.")

    def prepare(self, batch_ids: Any) -> None:
        """Load the batches not yet known and make their skeletons, from contents hashed anew."""
        wanted = [key for key in batch_ids if key not in self.prepared]
        if not wanted:
            return
        batches = Batch.objects.filter(pk__in=wanted).select_related("letter", "brand")
        for batch in batches.prefetch_related("messages"):
            try:
                self.prepared[batch.pk] = prepare_batch(batch)
            except Exception:
                # One batch that cannot be built is paused, and the brand's others go on.
                logger.exception("batch %s cannot be prepared", batch.pk)
                self.prepared[batch.pk] = Prepared(batch, sealed=True, broken=True)

    def send_claimed(self, lease: UUID, claimed: Sequence[_Claimed]) -> float:
        """Send all, each batch with a rate of its own by that; seconds to wait when permits ran out."""
        groups: dict[UUID | None, list[UUID]] = defaultdict(list)
        for one in claimed:
            groups[one.batch_id if self.own_rate(one.batch_id) else None].append(one.id)
        waits = [self.send_group(lease, batch_id, ids) for batch_id, ids in groups.items()]
        return max(waits, default=0.0)

    def own_rate(self, batch_id: UUID) -> float | None:
        """The rate of a batch that is slower than its brand; None for all others."""
        rate = self.prepared[batch_id].batch.rate
        return float(rate) if rate is not None and float(rate) < self.rate else None

    def send_group(self, lease: UUID, batch_id: UUID | None, ids: Sequence[UUID]) -> float:
        """Send in steps as large as one crash may leave unknown; seconds to wait, 0 to go on."""
        buckets = [self.bucket]
        if batch_id is not None:
            buckets.append(Bucket(f"batch:{batch_id}", self.own_rate(batch_id) or self.rate))
        size = max(1, min(settings.MAIL_INTENT_SIZE, *(bucket.burst for bucket in buckets)))
        for start in range(0, len(ids), size):
            chunk = list(ids[start : start + size])
            wait = self.wait_for_permits(buckets, len(chunk))
            if wait:
                self.settle(lease, list(ids[start:]))
                return wait
            intended = self.intend(lease, chunk)
            resting = self.send(lease, intended) if intended else 0.0
            if resting:
                self.settle(lease, list(ids[start + size :]))
                return resting
        return 0.0

    def wait_for_permits(self, buckets: Sequence[Bucket], n: int) -> float:
        """Wait for the limiter, a little; a longer wait is returned, for the caller to come back."""
        begun = time.monotonic()
        while wait := permit(buckets, n):
            if time.monotonic() + wait - begun > _LONGEST_WAIT:
                return wait
            time.sleep(wait)
        return 0.0

    def intend(self, lease: UUID, ids: list[UUID]) -> list[Intended]:
        """Commit the intent to send these; those that may not be sent any more are settled."""
        rows = run(statements.INTEND, {"ids": ids, "lease": lease, "seconds": LEASE_SECONDS})
        intended = [Intended(*row) for row in rows]
        if len(intended) < len(ids):
            ready = {one.id for one in intended}
            self.settle(lease, [key for key in ids if key not in ready])
        return intended

    def settle(self, lease: UUID, ids: list[UUID]) -> None:
        """Give leased rows back, or end them where their person or batch says so."""
        if ids:
            run(statements.SETTLE, {"ids": ids, "lease": lease})

    def send(self, lease: UUID, intended: Sequence[Intended]) -> float:
        """Build, send and record; seconds to leave the server alone, 0 to go on."""
        verdicts: list[Verdict] = []
        mails: list[Outgoing] = []
        now = format_datetime(timezone.now())
        for one in intended:
            try:
                mails.append(build_mail(self.prepared[one.batch_id], one, now))
            except Exception:
                # One that cannot be built holds up no other, and is in the ledger with its reason.
                logger.exception("delivery %s cannot be built", one.id)
                verdicts.append(
                    Verdict(one.id, DeliveryState.FAILED, DeliveryReason.UNBUILDABLE, event=EventKind.FAILED)
                )
        attempts = {one.id: one.attempt for one in intended}
        outcomes = self.out.send(mails, SEND_SECONDS) if mails else []
        resting = 0.0
        for mail, outcome in zip(mails, outcomes, strict=True):
            verdicts.append(judge(mail.delivery_id, attempts[mail.delivery_id], outcome))
            if outcome.wait:
                hold_back(self.bucket.key, outcome.wait)
            if outcome.result is Result.NOT_SENT or outcome.wait:
                resting = max(resting, outcome.wait, 0.5)
        self.record(lease, verdicts, {one.id: one.batch_id for one in intended})
        return resting

    def record(self, lease: UUID, verdicts: Sequence[Verdict], batches: dict[UUID, UUID]) -> None:
        """Write the results, where the lease is still ours; then what follows from them."""
        with transaction.atomic():
            kept = {row[0] for row in run(statements.RECORD, {"lease": lease, **columns(verdicts)})}
            told = [verdict for verdict in verdicts if verdict.event and verdict.id in kept]
            if told:
                write_events(told)
            unknown = [one.id for one in told if one.state == DeliveryState.UNKNOWN]
            if unknown:
                run(statements.RESEND, {"ids": unknown})
        if len(kept) < len(verdicts):
            logger.warning("%d results came after their lease had ended", len(verdicts) - len(kept))
        # A test says nothing of the brand's customers, whatever becomes of it (Rule S7).
        gone = [
            one.id
            for one in told
            if one.outcome.address_refused
            and self.prepared[batches[one.id]].batch.mail_class != MailClass.TEST
        ]
        if gone:
            for contact_id in Delivery.objects.filter(pk__in=gone).values_list("contact_id", flat=True):
                suppress(contact_id=contact_id, reason=SuppressionReason.BOUNCED)
        for one in told:
            if one.state == DeliveryState.FAILED:
                self.refusing.add(self.prepared[batches[one.id]].batch.dedupe_scope)
        # Refusals that came too early to count are looked at again with what was tried since.
        for batch_id in {batches[one.id] for one in told}:
            if (batch := self.prepared[batch_id].batch).dedupe_scope in self.refusing:
                self.check_share(batch)

    def check_share(self, batch: Batch) -> None:
        """Pause a wave of which too much is refused (Rule S10)."""
        if batch.mail_class != MailClass.MARKETING:
            return
        now = time.monotonic()
        if now - self.shares.get(batch.dedupe_scope, -_SHARE_EVERY) < _SHARE_EVERY:
            return
        refused, _complained, tried, ids = run(statements.REFUSED_SHARE, {"scope": batch.dedupe_scope})[0]
        if tried < settings.MAIL_BOUNCE_MINIMUM:
            return
        self.shares[batch.dedupe_scope] = now
        if refused / tried > settings.MAIL_BOUNCE_LIMIT:
            pause_for(
                ids,
                _("%(share)d %% of the messages were refused; the limit is %(limit)d %%.")
                % {"share": round(100 * refused / tried), "limit": round(100 * settings.MAIL_BOUNCE_LIMIT)},
            )

"""Batches, the ledger of deliveries, and what the engine needs beside them.

The engine knows nothing of campaigns: it is handed a Batch and reports facts (`events`). Its tables are
written by statements of its own (`freezing`, `engine`), never row by row.

Company mail. What Django itself sends (sign-in, invitations) goes through the same ledger, but belongs to no
brand. Such rows have an empty `brand`: the scope of a brand never shows them, and code that handles them says
`all_brands("why")`, so nothing fails open. The alternatives were a brand that is none (it would stand in
every list of brands) and a second outbox (two engines, two sets of guarantees). docs/adr/0005 says more.
"""

from typing import ClassVar, Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from storesync.audience.models import Contact
from storesync.brands.models import Location
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned
from storesync.mailing.querysets import BatchQuerySet, DeliveryQuerySet


class MailClass(models.TextChoices):
    """Why a mail is sent, and with it consent, suppression and what happens to `unknown` (Rule C2, S3)."""

    MARKETING = "marketing", _("Marketing")
    TRANSACTIONAL = "transactional", _("Transactional")
    DIGEST = "digest", _("Digest")
    TEST = "test", _("Test")


class BatchState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")
    COMPLETED = "completed", _("Completed")


class DeliveryState(models.TextChoices):
    """Where a delivery is; pages show queued, leased and sending as pending."""

    QUEUED = "queued", _("Waiting")
    LEASED = "leased", _("Claimed")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Reported as spam")
    SUPPRESSED = "suppressed", _("Suppressed")
    HELD_OUT = "held_out", _("Held out")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    UNKNOWN = "unknown", _("Unknown")


WAITING: Final = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING)
"""States in which the engine still has something to do. `unknown` waits for evidence or a person."""

_S = DeliveryState
MOVES: Final[list[tuple[str, str]]] = [
    (_S.QUEUED, _S.LEASED),
    (_S.QUEUED, _S.CANCELLED),
    (_S.QUEUED, _S.SUPPRESSED),
    (_S.QUEUED, _S.EXPIRED),
    (_S.LEASED, _S.QUEUED),
    (_S.LEASED, _S.SENDING),
    (_S.LEASED, _S.CANCELLED),
    (_S.LEASED, _S.SUPPRESSED),
    (_S.LEASED, _S.EXPIRED),
    (_S.LEASED, _S.FAILED),
    (_S.SENDING, _S.SENT),
    (_S.SENDING, _S.QUEUED),
    (_S.SENDING, _S.CANCELLED),
    (_S.SENDING, _S.FAILED),
    (_S.SENDING, _S.UNKNOWN),
    (_S.UNKNOWN, _S.SENT),
    (_S.UNKNOWN, _S.QUEUED),
    (_S.UNKNOWN, _S.FAILED),
    (_S.UNKNOWN, _S.DELIVERED),
    (_S.UNKNOWN, _S.BOUNCED),
    (_S.UNKNOWN, _S.COMPLAINED),
    (_S.SENT, _S.DELIVERED),
    (_S.SENT, _S.BOUNCED),
    (_S.SENT, _S.COMPLAINED),
    (_S.DELIVERED, _S.BOUNCED),
    (_S.DELIVERED, _S.COMPLAINED),
    (_S.BOUNCED, _S.COMPLAINED),
]
"""The legal moves; the database refuses others. Evidence only grows: sent, delivered, bounced, complained."""


class DeliveryReason(models.TextChoices):
    """Why a delivery is where it is: one for everything that was not simply sent."""

    NONE = "", ""
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("The address bounced before")
    COMPLAINED = "complained", _("Reported us as spam before")
    ERASED = "erased", _("The person's data was erased")
    MANUAL = "manual", _("Suppressed by hand")
    HOLDOUT = "holdout", _("Held out to measure the lift")
    STOPPED = "stopped", _("The sending was cancelled")
    TOO_LATE = "too_late", _("Its time had passed")
    NO_ADDRESS = "no_address", _("The address does not exist")
    REFUSED = "refused", _("The mail server refused the message")
    DEFERRED = "deferred", _("The mail server asked to try again later")
    UNREACHABLE = "unreachable", _("The mail server could not be reached")
    GAVE_UP = "gave_up", _("Still refused after the last try")
    UNBUILDABLE = "unbuildable", _("The message could not be built")
    REPLY_LOST = "reply_lost", _("The connection broke before the server answered")
    WORKER_LOST = "worker_lost", _("The worker stopped while it was sending")
    RESOLVED_SENT = "resolved_sent", _("A person says that it arrived")
    RESOLVED_FAILED = "resolved_failed", _("A person says that it did not arrive")
    RESENT = "resent", _("Sent once more")


@tracked()
class Batch(BrandOwned, Model):
    """What the engine is handed: one source's messages, for whom, from whom, how fast.

    `approved_hash` is the hash that was approved (Rule A3); gates are asked about it at every claim.
    `dedupe_scope` is what nobody is mailed twice in: the wave, where there is one (Rule S2, S11).
    `rate` is in messages a second, empty for the brand's own. `messages_hash` seals the contents.
    `intended` is how many deliveries were frozen, written once: what the ledger must add up to.
    `brand` is empty for company mail, `location` for mail of no store.
    """

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's: see the module
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    mail_class = models.CharField(_("class"), max_length=15, choices=MailClass)
    channel = models.CharField(_("channel"), max_length=10, default="email")
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    approved_hash = models.CharField(max_length=64, blank=True)
    messages_hash = models.CharField(max_length=64, blank=True)
    dedupe_scope = models.UUIDField()
    sender_name = models.CharField(_("sender name"), max_length=200, blank=True)
    sender_address = models.CharField(_("sender address"), max_length=254)
    reply_to = models.CharField(_("replies go to"), max_length=254, blank=True)
    rate = models.DecimalField(_("rate"), max_digits=8, decimal_places=2, null=True, blank=True)
    holdout_share = models.DecimalField(_("held out"), max_digits=5, decimal_places=4, default=0)
    intended = models.PositiveIntegerField(_("recipients"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BatchState, default=BatchState.RUNNING)
    state_reason = models.TextField(_("because"), blank=True)
    expires_at = models.DateTimeField(_("not after"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(BatchQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "approved_hash"], name="batch_once_of_approval"
            ),
            models.CheckConstraint(
                condition=Q(brand__isnull=False)
                | Q(mail_class__in=[MailClass.TRANSACTIONAL, MailClass.DIGEST]),
                name="only_company_mail_has_no_brand",
            ),
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0, holdout_share__lt=1), name="holdout_is_a_share"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.COMPLETED) | Q(ended_at__isnull=False),
                name="completed_batch_has_ended",
            ),
        ]
        indexes = [
            # What is not over, by brand: a handful of rows however long the history is.
            models.Index(
                fields=["brand", "mail_class", "id"],
                condition=Q(ended_at__isnull=True),
                name="batch_not_over",
            ),
            models.Index(
                fields=["brand", "mail_class", "id"], condition=Q(state="running"), name="batch_running"
            ),
            models.Index(fields=["dedupe_scope"], name="batch_by_scope"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="batch_contents_are_fixed",
                fields=[
                    "location",
                    "mail_class",
                    "source_kind",
                    "source_id",
                    "approved_hash",
                    "messages_hash",
                    "dedupe_scope",
                    "sender_name",
                    "sender_address",
                    "reply_to",
                    "holdout_share",
                ],
            ),
            pgtrigger.Protect(
                name="batch_intends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__intended__isnull=False, old__intended__df=pgtrigger.F("new__intended")
                ),
            ),
            pgtrigger.FSM(
                name="batch_moves",
                field="state",
                transitions=[
                    (BatchState.RUNNING, BatchState.PAUSED),
                    (BatchState.PAUSED, BatchState.RUNNING),
                    (BatchState.RUNNING, BatchState.CANCELLED),
                    (BatchState.PAUSED, BatchState.CANCELLED),
                    (BatchState.RUNNING, BatchState.COMPLETED),
                    (BatchState.COMPLETED, BatchState.RUNNING),  # a person had an unknown one sent again
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_id}"


class BatchMessage(BrandOwned, Model):
    """One variant of a batch's message, immutable; recipients' fields are markers in it.

    `content_hash` is the SHA-256 of subject, HTML and text, computed again at every claim (Rule S4).
    """

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's: see the module
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="messages")
    variant = models.CharField(_("variant"), max_length=20, blank=True)
    subject = models.TextField(_("subject"))
    html = models.TextField(_("HTML"), blank=True)
    text = models.TextField(_("plain text"), blank=True)
    content_hash = models.CharField(max_length=64)

    class Meta(BrandOwned.Meta):
        ordering = ["batch", "variant"]
        constraints = [models.UniqueConstraint(fields=["batch", "variant"], name="variant_once_in_batch")]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="message_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.subject


class Delivery(BrandOwned, Model):
    """One contact of one batch: the ledger. Unique in (dedupe_scope, contact) (Rule S2).

    Its Message-ID and the key for providers that honour one are made from its id, so they are stable over
    every try and unique by construction. It holds no address: what a server answers may quote one, so only
    its codes are kept (`last_code`, `last_status`: RFC 5321, RFC 3463). `unknowns` counts how often it could
    not be told whether a try had arrived: any duplicate there ever is, is in a row with `unknowns > 0`.
    """

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's: see the module
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.ForeignKey(
        BatchMessage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="deliveries")
    dedupe_scope = models.UUIDField()
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=_S.QUEUED)
    reason = models.CharField(_("reason"), max_length=20, choices=DeliveryReason, blank=True)
    attempt = models.PositiveSmallIntegerField(_("tries"), default=0, db_default=0)
    next_at = models.DateTimeField(_("not before"))
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    unknowns = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_code = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    last_status = models.CharField(max_length=12, blank=True, default="", db_default="")
    esp_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(DeliveryQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["dedupe_scope", "contact"], name="contact_once_in_scope"),
            models.CheckConstraint(
                condition=~Q(state__in=[_S.LEASED, _S.SENDING])
                | Q(lease__isnull=False, lease_until__isnull=False),
                name="at_work_under_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state"], name="delivery_counts"),
            models.Index(
                fields=["batch", "next_at", "id"], condition=Q(state=_S.QUEUED), name="delivery_to_claim"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=[_S.LEASED, _S.SENDING]),
                name="delivery_to_reap",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="delivery_is_of_one_contact", fields=["batch", "contact", "dedupe_scope", "message"]
            ),
            pgtrigger.Protect(name="deliveries_stay", operation=pgtrigger.Delete),
            # Its audience is approved with a marketing message: nobody is added once it is frozen (Rule A3).
            pgtrigger.Trigger(
                name="nobody_is_added",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]
                func="""
                    IF EXISTS (SELECT FROM added JOIN mailing_batch b ON b.id = added.batch_id
                               WHERE b.intended IS NOT NULL AND b.mail_class = 'marketing') THEN
                        RAISE EXCEPTION 'a frozen batch gets no more recipients';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.FSM(name="delivery_moves", field="state", transitions=MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"


class EventKind(models.TextChoices):
    DEFERRED = "deferred", _("Asked to try again later")
    FAILED = "failed", _("Refused")
    UNKNOWN = "unknown", _("No answer")
    RESOLVED = "resolved", _("Resolved")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


class DeliveryEvent(BrandOwned):
    """What happened to a delivery beside being sent, append-only.

    `esp` and `event_id` name the event at a mail provider, so one that comes twice is one; our own events
    leave `event_id` empty.
    """

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's: see the module
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="events")
    kind = models.CharField(_("event"), max_length=15, choices=EventKind)
    reason = models.CharField(_("reason"), max_length=20, choices=DeliveryReason, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=12, blank=True, default="", db_default="")
    esp = models.CharField(max_length=40, blank=True, default="", db_default="")
    event_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    happened_at = models.DateTimeField(_("when"), db_default=Now())

    class Meta(BrandOwned.Meta):
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["esp", "event_id"], condition=~Q(event_id=""), name="esp_event_once"
            )
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="events_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Letter(models.Model):
    """The finished bytes of one company or test mail, for as long as it has not left.

    It may hold a link that signs somebody in, or a customer's name, so it is deleted as soon as its batch has
    ended.
    """

    batch = models.OneToOneField(Batch, models.CASCADE, primary_key=True, related_name="letter")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.batch_id}"


class RateLimit(models.Model):
    """A bucket of the limiter (GCRA): `tat` is when all permits given so far are paid for, database time.

    Unlogged it could be, but a crash would then let a burst through; the row is written once per permit.
    """

    key = models.CharField(max_length=80, primary_key=True)
    tat = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key


class Installation(models.Model):
    """Which database may send (Rule S12): a copy or a promoted standby has another fingerprint and waits.

    One row. `manage.py release_sending` writes it anew, when a person has reconciled the ledger.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    fingerprint = models.CharField(max_length=100)
    released_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.fingerprint

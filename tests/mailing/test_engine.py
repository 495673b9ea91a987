"""The engine against a real mail server that misbehaves (Rules S1 to S4, S6, S9, S10; faults 6 to 9, 12)."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from storesync.audience.actions import erase_contact, suppress
from storesync.audience.models import Contact, Suppression, SuppressionReason
from storesync.brands.models import Brand, Location, LocationStatus
from storesync.core.events import subscribe
from storesync.mailing import engine, verdicts
from storesync.mailing.actions import cancel_batches, pause_batches
from storesync.mailing.engine import reap, send_due
from storesync.mailing.events import BatchEnded, BatchPaused
from storesync.mailing.gates import register_gate
from storesync.mailing.messages import Message, Sender
from storesync.mailing.models import (
    Batch,
    BatchMessage,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    MailClass,
    RateLimit,
)
from storesync.mailing.queries import Ledger, ledgers
from storesync.mailing.tokens import read_token
from tests.conftest import Cast
from tests.mailing.conftest import HELLO, KIND, Freeze
from tests.mailing.smtp_servers import Misbehaving, misbehaving


@pytest.fixture
def server(settings: Any) -> Iterator[Misbehaving]:
    with misbehaving() as state:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", state.port
        yield state


def ledger(batch: Batch) -> Ledger:
    found = ledgers(KIND, [batch.source_id])[batch.source_id]
    assert found.adds_up
    return found


def run(cast: Cast, seconds: float = 10) -> float | None:
    return send_due(cast.acme.pk, seconds=seconds)


def run_until(cast: Cast, condition: Callable[[], bool], seconds: float = 180) -> None:
    """Come back as often as the sweeper would, while the mail server rests."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        run(cast)
        time.sleep(0.1)


def make_due() -> None:
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(next_at=timezone.now() - timedelta(seconds=1))


def test_everybody_gets_their_own_mail_once(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    told: list[BatchEnded] = []
    subscribe(BatchEnded, told.append)
    batch = freeze(45)
    assert run(in_acme) is None and run(in_acme) is None
    assert sorted(server.recipients) == sorted(f"person{n}@people.example" for n in range(45))
    assert ledger(batch) == Ledger(intended=45, sent=45)
    batch.refresh_from_db()
    assert batch.state == BatchState.COMPLETED and [event.batch_id for event in told] == [batch.pk]
    for mail in server.messages:
        number = str(mail["To"]).partition("@")[0].removeprefix("person")
        assert mail["Subject"] == f"Hello Person{number}"
        assert mail["From"] == "Leeds Arcade <news@acme.example>"
        assert mail["Reply-To"] == in_acme.leeds.email
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = str(mail["List-Unsubscribe"]).strip("<>").rstrip("/").rpartition("/")[2]
        key = read_token("unsubscribe", token)
        assert Delivery.objects.get(pk=key).contact.address == mail["To"]
        assert read_token("delivery", str(mail["X-StoreSync-Delivery"])) == key
        assert mail["Message-ID"] == f"<{key.hex}@acme.example>" if key else False
        assert f"/u/{token}/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert Delivery.objects.filter(attempt=1, last_code=250, sent_at__isnull=False, lease=None).count() == 45


def test_further_fields_of_a_contact_are_filled_in(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Recipient data is never compiled as a template (Rule T2), and escaped where it stands."""
    mark = "\ue000tier\ue001friend\ue002"
    batch = freeze(2, messages=[Message(f"Dear {mark}", f"<p>{mark}</p>", mark)])
    gold = Contact.objects.order_by("address").first()
    assert gold is not None
    Contact.objects.filter(pk=gold.pk).update(fields={"tier": "{{7*7}} <b>"})
    assert run(in_acme) is None and run(in_acme) is None
    assert ledger(batch).sent == 2
    mails = {str(mail["To"]): mail for mail in server.messages}
    mine = mails.pop(gold.address)
    assert mine["Subject"] == "Dear {{7*7}} <b>"
    assert "<p>{{7*7}} &lt;b&gt;</p>" in mine.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert [mail["Subject"] for mail in mails.values()] == ["Dear friend"]


def test_refusals_are_told_apart(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    """Faults 6 and 7: 451 comes again, 550 suppresses, 554 and 550 5.7.1 do not."""
    batch = freeze("a@h.example, 451.b@h.example, 550.c@h.example, 551.d@h.example, 554.e@h.example")
    wait = run(in_acme)
    assert wait is not None and 40 < wait < 80
    assert ledger(batch) == Ledger(intended=5, sent=1, waiting=1, failed=3)
    reasons = dict(Delivery.objects.values_list("contact__address", "reason"))
    assert reasons == {
        "a@h.example": "",
        "451.b@h.example": "deferred",
        "550.c@h.example": "no_address",
        "551.d@h.example": "refused",
        "554.e@h.example": "refused",
    }
    hashes = Suppression.objects.filter(reason=SuppressionReason.BOUNCED).values_list(
        "address_hash", flat=True
    )
    assert list(hashes) == [Contact.objects.get(address="550.c@h.example").address_hash]
    assert ledger(freeze("550.c@h.example")).suppressed == 1
    server.forgiving = True
    make_due()
    assert run(in_acme) is None
    assert ledger(batch).sent == 2 and server.tried["451.b@h.example"] == 2
    assert DeliveryEvent.objects.count() == 4
    assert not Delivery.objects.filter(last_status__contains="@").exists()


def test_a_deferral_is_given_up_in_the_end(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    batch = freeze("451.b@h.example")
    for _try in range(verdicts.MAX_ATTEMPTS):
        make_due()
        run(in_acme)
    assert ledger(batch).failed == 1 and server.tried["451.b@h.example"] == verdicts.MAX_ATTEMPTS
    assert Delivery.objects.get().reason == "gave_up"


def test_backoff_doubles_with_jitter() -> None:
    waits = [{round(verdicts.backoff(attempt), 3) for _n in range(50)} for attempt in range(1, 9)]
    assert all(len(found) > 40 for found in waits)
    assert min(waits[0]) >= 45 and max(waits[0]) <= 75 and min(waits[7]) >= 2700 and max(waits[7]) <= 4500


def test_a_lost_reply_is_unknown_held_for_marketing(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Rule S3: the mail arrived, nobody knows, and it is not sent again."""
    batch = freeze("dropdot.a@h.example, b@h.example")
    run_until(in_acme, lambda: ledger(batch).waiting == 0)
    assert ledger(batch) == Ledger(intended=2, sent=1, unknown=1)
    assert server.tried["dropdot.a@h.example"] == 1
    assert Delivery.objects.get(state=DeliveryState.UNKNOWN).unknowns == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.COMPLETED


def test_a_lost_reply_is_resent_once_for_transactional(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    batch = freeze("dropdata.a@h.example", mail_class=MailClass.TRANSACTIONAL)
    run_until(in_acme, lambda: ledger(batch).waiting == 0)
    assert server.tried["dropdata.a@h.example"] == 2
    assert ledger(batch).unknown == 1 and Delivery.objects.get().unknowns == 2


def test_transactional_mail_says_so_and_asks_no_suppression(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Rule C2."""
    freeze("a@h.example", mail_class=MailClass.TRANSACTIONAL)
    suppress(contact_id=Contact.objects.get().pk, reason=SuppressionReason.UNSUBSCRIBED)
    run(in_acme)
    mail = server.messages[0]
    assert mail["Auto-Submitted"] == "auto-generated" and mail["List-Unsubscribe"] is None


def test_a_server_that_is_away_costs_no_try(in_acme: Cast, freeze: Freeze, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    batch = freeze(3)
    wait = run(in_acme)
    assert wait is not None and wait > 0
    assert ledger(batch).waiting == 3
    assert set(Delivery.objects.values_list("state", "attempt")) == {("queued", 0)}


def test_a_421_rests_and_the_others_come_later(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    batch = freeze("421.a@h.example, b@h.example, c@h.example")
    wait = run(in_acme)
    assert wait is not None and wait > 0
    server.forgiving = True
    run_until(in_acme, lambda: ledger(batch).waiting == 0)
    assert ledger(batch) == Ledger(intended=3, sent=3)
    assert len(server.recipients) == 3


def test_one_that_cannot_be_built_holds_up_no_other(
    in_acme: Cast, freeze: Freeze, server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 9. A contact whose address cannot be encoded got past every check."""
    batch = freeze(3)
    Contact.objects.filter(address="person1@people.example").update(mailbox="pérson1@people.example")
    run(in_acme)
    assert ledger(batch) == Ledger(intended=3, sent=2, failed=1)
    assert Delivery.objects.get(state=DeliveryState.FAILED).reason == "unbuildable"


@pytest.mark.parametrize("poison", ["sender", "gate"])
def test_a_batch_that_breaks_holds_up_no_other(
    in_acme: Cast, freeze: Freeze, server: Misbehaving, poison: str
) -> None:
    """Fault 9, for whole batches: it is paused with a reason, whatever broke."""
    sender = Sender("Acme", "news@m\xfcnchen.example" if poison == "sender" else "news@acme.example")
    broken, other = freeze(2, sender=sender), freeze("x@h.example")

    def gate(batch: Batch) -> str | None:
        if poison == "gate" and batch.pk == broken.pk:
            raise KeyError("digest")
        return None

    register_gate(KIND, gate)
    run(in_acme)
    broken.refresh_from_db()
    assert broken.state == BatchState.PAUSED and broken.state_reason
    assert ledger(broken).waiting == 2
    assert ledger(other).sent == 1 and server.recipients == ["x@h.example"]


def test_two_contacts_sharing_an_address_in_two_brands_are_two_people(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Fault 9: within a brand an address is one contact, whatever its spelling."""
    batch = freeze("ada@h.example, ADA@h.example, Ada@H.example")
    run(in_acme)
    assert ledger(batch) == Ledger(intended=1, sent=1) and len(server.accepted) == 1


def test_unsubscribed_and_erased_between_freeze_and_claim(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Rule S4, fault 12."""
    batch = freeze(4)
    first, second, third, _last = Contact.objects.order_by("address")
    suppress(contact_id=first.pk, reason=SuppressionReason.COMPLAINED)
    suppress(contact_id=second.pk, reason=SuppressionReason.UNSUBSCRIBED, company=True)
    erase_contact(contact=third, actor=None)
    run(in_acme)
    assert ledger(batch) == Ledger(intended=4, sent=1, suppressed=3)
    reasons = dict(Delivery.objects.values_list("contact_id", "reason"))
    assert [reasons[one.pk] for one in (first, second, third)] == ["complained", "unsubscribed", "erased"]


def test_paused_cancelled_and_closed_send_nothing(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    paused, cancelled = freeze(2), freeze(2)
    pause_batches(source_kind=KIND, source_ids=[paused.source_id], actor=None)
    cancel_batches(source_kind=KIND, source_ids=[cancelled.source_id], actor=None)
    closed = freeze(2)
    told: list[BatchPaused] = []
    subscribe(BatchPaused, told.append)
    Location.objects.filter(pk=in_acme.leeds.pk).update(status=LocationStatus.TEMPORARILY_CLOSED)
    run(in_acme)
    assert server.accepted == []
    closed.refresh_from_db()
    assert closed.state == BatchState.PAUSED and "not open" in closed.state_reason
    assert [event.batch_id for event in told] == [closed.pk]
    assert set(closed.deliveries.values_list("state", "lease")) == {("queued", None)}


def test_pause_between_claim_and_intent_stops_what_was_claimed(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    batch = freeze(3)

    def gate(_batch: Batch) -> None:
        pause_batches(source_kind=KIND, source_ids=[batch.source_id], actor=None)

    register_gate(KIND, gate)
    run(in_acme)
    assert server.accepted == [] and ledger(batch).waiting == 3


def test_the_gate_is_asked_and_its_reason_shown(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    """Rule A3: an approval that is no longer in force stops the sending."""
    batch, other = freeze(2), freeze("x@h.example")
    register_gate(KIND, lambda asked: "Revoked" if asked.pk == batch.pk else None)
    run(in_acme)
    batch.refresh_from_db()
    assert (batch.state, batch.state_reason) == (BatchState.PAUSED, "Revoked")
    assert ledger(other).sent == 1 and server.recipients == ["x@h.example"]


def test_marketing_nobody_vouches_for_is_not_sent(
    in_acme: Cast, freeze: Freeze, server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = freeze(1)
    monkeypatch.delitem(__import__("storesync.mailing.gates", fromlist=["_gates"])._gates, KIND)
    run(in_acme)
    assert ledger(batch).waiting == 1 and server.accepted == []


def test_a_message_changed_past_every_trigger_is_not_sent(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    """Rules A3, S4: hashed anew, so that even the owner of the database cannot slip another text in."""
    batch = freeze(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE mailing_batchmessage SET html = 'Free money'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert BatchMessage.objects.get().html == "Free money"
    run(in_acme)
    batch.refresh_from_db()
    assert batch.state == BatchState.PAUSED and server.accepted == []


def test_too_late_expires_with_a_reason(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    """Rule S6."""
    batch = freeze(2, expires_at=timezone.now() - timedelta(minutes=1))
    run(in_acme)
    assert ledger(batch) == Ledger(intended=2, expired=2) and server.accepted == []
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"too_late"}


def test_a_wave_pauses_itself_above_the_limit(
    in_acme: Cast, freeze: Freeze, server: Misbehaving, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule S10, fault 7."""
    settings.MAIL_BOUNCE_MINIMUM = 20
    # So few are sent in less time than lies between two looks; a third is refused, in whatever order they go.
    monkeypatch.setattr(engine, "_SHARE_EVERY", 0)
    wave = uuid4()
    bad = ", ".join(f"554.p{n}@h.example" for n in range(30))
    good = ", ".join(f"p{n}@h.example" for n in range(60))
    first = freeze(f"{bad}, {good}", dedupe_scope=wave)
    second = freeze("last@h.example", dedupe_scope=wave)
    run(in_acme)
    for batch in (first, second):
        batch.refresh_from_db()
        assert batch.state == BatchState.PAUSED and "limit is 5 %" in batch.state_reason
    assert ledger(second).waiting == 1 and len(server.accepted) < 60


def test_a_lease_that_ran_out(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    """Rule S1: claimed goes back, sending is unknown, and what comes late is fenced off."""
    batch = freeze(3)
    claimed, sending, late = Delivery.objects.order_by("pk")
    lease, past = uuid4(), timezone.now() - timedelta(seconds=1)
    for row, state in ((claimed, "leased"), (sending, "sending"), (late, "sending")):
        Delivery.objects.filter(pk=row.pk).update(state="leased", lease=lease, lease_until=past)
        Delivery.objects.filter(pk=row.pk).update(state=state)
    assert reap() == {in_acme.acme.pk}
    assert ledger(batch) == Ledger(intended=3, waiting=1, unknown=2)
    assert set(DeliveryEvent.objects.values_list("kind", "reason")) == {("unknown", "worker_lost")}
    slice_ = engine._Slice(in_acme.acme.pk, engine.transport())
    slice_.prepare([batch.pk])
    sent = verdicts.Outcome(verdicts.Result.SENT, 250)
    refused = verdicts.Outcome(verdicts.Result.REFUSED, 554)
    answers = [verdicts.judge(late.pk, 1, sent), verdicts.judge(sending.pk, 1, refused)]
    slice_.record(uuid4(), answers, {late.pk: batch.pk, sending.pk: batch.pk})
    assert ledger(batch).unknown == 2
    slice_.record(lease, answers, {late.pk: batch.pk, sending.pk: batch.pk})
    assert ledger(batch) == Ledger(intended=3, waiting=1, unknown=1, sent=1)
    assert slice_.intend(lease, [claimed.pk]) == []
    run(in_acme)
    assert len(server.accepted) == 1


def test_the_intent_is_committed_in_small_steps_at_low_rates(
    in_acme: Cast, freeze: Freeze, server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    intend = engine._Slice.intend
    monkeypatch.setattr(
        engine._Slice, "intend", lambda self, lease, ids: sizes.append(len(ids)) or intend(self, lease, ids)
    )
    Brand.objects.filter(pk=in_acme.acme.pk).update(send_rate=20)
    freeze(3)
    run(in_acme)
    Brand.objects.filter(pk=in_acme.acme.pk).update(send_rate=1000)
    freeze(30)
    run(in_acme)
    assert sizes == [1, 1, 1, 20, 10]


def test_a_slow_brand_is_left_until_its_next_permit(
    in_acme: Cast, freeze: Freeze, server: Misbehaving
) -> None:
    Brand.objects.filter(pk=in_acme.acme.pk).update(send_rate="0.1")
    batch = freeze(2)
    wait = run(in_acme)
    assert wait is not None and 5 < wait <= 10
    assert ledger(batch) == Ledger(intended=2, sent=1, waiting=1)
    assert not Delivery.objects.filter(lease__isnull=False).exists()
    assert RateLimit.objects.get().key == f"brand:{in_acme.acme.pk}"


def test_a_batch_may_be_slower_than_its_brand(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    slow, fast = freeze(2, rate="0.1"), freeze("x@h.example, y@h.example")
    run(in_acme)
    assert (ledger(slow).sent, ledger(fast).sent) == (1, 2)


def test_variants_and_unknown_fields(in_acme: Cast, freeze: Freeze, server: Misbehaving) -> None:
    message = Message("S \ue000shoe_size\ue00142\ue002", "<p>x</p>", "x")
    freeze(1, messages=[message])
    run(in_acme)
    assert server.messages[0]["Subject"] == "S 42"
    assert HELLO.content_hash != message.content_hash

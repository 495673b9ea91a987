"""Freezing: everybody is in the ledger once, with a reason where they are not mailed (Rules S2, S11, C2)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storesync.audience.actions import add_recipients, erase_contact, suppress
from storesync.audience.models import Contact, SuppressionReason
from storesync.audience.queries import audience_of
from storesync.core.errors import ActionRefused
from storesync.core.events import subscribe
from storesync.core.models import new_id
from storesync.core.scoping import ScopeError, all_brands
from storesync.mailing.actions import cancel_batches, pause_batches, resume_batches
from storesync.mailing.events import BatchEnded
from storesync.mailing.lifecycle import end_batches
from storesync.mailing.messages import Message, Sender
from storesync.mailing.models import Batch, BatchMessage, BatchState, Delivery, DeliveryState, MailClass
from storesync.mailing.queries import Ledger, ledgers
from tests.conftest import Cast
from tests.mailing.conftest import HELLO, KIND, Freeze, frozen

REFUSED = (ProgrammingError, InternalError)


def ledger(batch: Batch) -> Ledger:
    return ledgers(KIND, [batch.source_id])[batch.source_id]


def test_everybody_is_queued_once(freeze: Freeze) -> None:
    batch = freeze(3)
    assert ledger(batch) == Ledger(intended=3, waiting=3) and ledger(batch).adds_up
    assert ledger(batch).percent == 0
    ids = list(Delivery.objects.values_list("pk", flat=True))
    assert all(key.version == 7 for key in ids)


def test_the_same_approval_frozen_twice_is_one_batch(freeze: Freeze) -> None:
    source = new_id()
    first = freeze(2, source_id=source)
    assert freeze(5, source_id=source) == first
    assert ledger(first).intended == 2


def test_suppressed_unsubscribed_and_erased_are_there_with_their_reason(
    in_acme: Cast, freeze: Freeze
) -> None:
    lists = {"brand": in_acme.acme, "source": "x", "actor": None, "locations": [in_acme.leeds]}
    report = add_recipients(text="a@x.example, b@x.example, c@x.example, d@x.example, e@x.example", **lists)
    people = {contact.address[0]: contact for contact in Contact.objects.all()}
    suppress(contact_id=people["a"].pk, reason=SuppressionReason.UNSUBSCRIBED)
    suppress(contact_id=people["b"].pk, reason=SuppressionReason.BOUNCED)
    suppress(contact_id=people["c"].pk, reason=SuppressionReason.UNSUBSCRIBED, company=True)
    erase_contact(contact=people["d"], actor=None)
    assert report.list is not None
    batch = freeze(report.list.pk)
    assert ledger(batch) == Ledger(intended=5, waiting=1, suppressed=4) and ledger(batch).adds_up
    reasons = dict(Delivery.objects.values_list("contact_id", "reason"))
    assert [reasons[people[key].pk] for key in "abcde"] == [
        "unsubscribed", "bounced", "unsubscribed", "erased", "",
    ]  # fmt: skip
    transactional = freeze(report.list.pk, mail_class=MailClass.TRANSACTIONAL)
    assert ledger(transactional) == Ledger(intended=5, waiting=4, suppressed=1)


def test_two_stores_of_a_wave_mail_one_person_once(in_acme: Cast, freeze: Freeze) -> None:
    """Rule S11."""
    wave = new_id()
    first = freeze("a@x.example, b@x.example", dedupe_scope=wave)
    second = freeze("b@x.example, c@x.example", dedupe_scope=wave, location=in_acme.york)
    assert (ledger(first).intended, ledger(second).intended) == (2, 1)


def test_the_holdout_is_chosen_by_a_keyed_hash_the_same_each_time(freeze: Freeze) -> None:
    wave = new_id()
    batch = freeze(300, dedupe_scope=wave, holdout_share=Decimal("0.2"))
    found = ledger(batch)
    assert 30 < found.held_out < 90 and found.adds_up
    held = set(Delivery.objects.filter(state=DeliveryState.HELD_OUT).values_list("reason", flat=True))
    assert held == {"holdout"}


def test_variants_share_the_contacts(freeze: Freeze) -> None:
    messages = [Message("A", "<p>a</p>", "a", "a"), Message("B", "<p>b</p>", "b", "b")]
    batch = freeze(200, messages=messages)
    counts = [batch.deliveries.filter(message__variant=variant).count() for variant in "ab"]
    assert sum(counts) == 200 and min(counts) > 60


def test_refusals(in_acme: Cast, freeze: Freeze) -> None:
    with pytest.raises(ActionRefused):
        freeze(1, messages=[])
    with pytest.raises(ActionRefused):
        freeze(1, sender=Sender("Acme", ""))
    with pytest.raises(ActionRefused):
        freeze(1, audience_digest="0" * 64)
    with pytest.raises(PermissionDenied):
        freeze(1, actor=in_acme.viewer)
    assert not Delivery.objects.exists()


def test_the_approved_audience_passes(in_acme: Cast, freeze: Freeze) -> None:
    report = add_recipients(
        brand=in_acme.acme, text="a@x.example", source="x", actor=None, locations=[in_acme.leeds]
    )
    assert report.list is not None
    digest = audience_of(report.list.pk, in_acme.leeds.pk)["digest"]
    assert ledger(freeze(report.list.pk, audience_digest=digest)).intended == 1


def test_the_scope_holds(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        frozen(cast, new_id())


def test_pause_resume_cancel(in_acme: Cast, freeze: Freeze) -> None:
    batch = freeze(3)
    sources = {"source_kind": KIND, "source_ids": [batch.source_id]}
    with pytest.raises(PermissionDenied):
        pause_batches(**sources, actor=in_acme.viewer)
    assert pause_batches(**sources, actor=in_acme.leeds_manager, reason="Wrong price") == 1
    assert pause_batches(**sources, actor=in_acme.leeds_manager) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.state_reason) == (BatchState.PAUSED, "Wrong price")
    assert resume_batches(**sources, actor=in_acme.leeds_manager) == 1
    assert cancel_batches(**sources, actor=in_acme.manager) == 1
    assert ledger(batch) == Ledger(intended=3, cancelled=3)
    assert resume_batches(**sources, actor=in_acme.manager) == 0


def test_a_batch_ends_once_and_tells_it_once(in_acme: Cast, freeze: Freeze) -> None:
    told: list[BatchEnded] = []
    subscribe(BatchEnded, told.append)
    waiting, cancelled = freeze(1), freeze(1)
    cancel_batches(source_kind=KIND, source_ids=[cancelled.source_id], actor=None)
    end_batches(in_acme.acme.pk)
    end_batches(in_acme.acme.pk)
    assert [event.batch_id for event in told] == [cancelled.pk]
    waiting.refresh_from_db()
    assert waiting.ended_at is None


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        (BatchMessage, {"html": "changed"}),
        (Batch, {"approved_hash": "b" * 64}),
        (Batch, {"sender_address": "x@y.example"}),
        (Batch, {"intended": 9}),
        (Delivery, {"dedupe_scope": new_id()}),
        (Delivery, {"state": DeliveryState.SENT}),
        (Delivery, {"state": DeliveryState.SENDING}),
    ],
)
def test_the_database_refuses_what_must_not_be(freeze: Freeze, rows: type, change: dict[str, object]) -> None:
    """Rule A3: not by the ORM, not by the admin."""
    freeze(1)
    with pytest.raises(REFUSED), transaction.atomic():
        rows.objects.update(**change)  # type: ignore[attr-defined]


def test_company_rows_are_seen_by_no_brand(in_acme: Cast, freeze: Freeze) -> None:
    freeze(1)
    with all_brands("the test makes company mail"):
        Batch.objects.create(
            brand=None, mail_class=MailClass.TRANSACTIONAL, source_kind="django", source_id=new_id(),
            dedupe_scope=new_id(), sender_address="x@y.example",
        )  # fmt: skip
        assert Batch.objects.count() == 2
    assert Batch.objects.count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_ledger_adds_up_whatever_happens(in_acme: Cast, data: st.DataObject) -> None:
    """Random people, suppressions, erasures, holdout and stops: intended is the sum of all states."""
    people = data.draw(st.sets(st.integers(0, 30), min_size=1, max_size=12))
    text = ",".join(f"p{n}@h.example" for n in people)
    with transaction.atomic():
        report = add_recipients(
            brand=in_acme.acme, text=text, source="x", actor=None, locations=[in_acme.leeds]
        )
        for contact in Contact.objects.filter(erased_at__isnull=True, address__endswith="@h.example"):
            fate = data.draw(st.sampled_from(["none", "none", *SuppressionReason.values]))
            if fate == SuppressionReason.ERASED:
                erase_contact(contact=contact, actor=None)
            elif fate != "none":
                suppress(contact_id=contact.pk, reason=SuppressionReason(fate))
        assert report.list is not None
        batch = frozen(
            in_acme, report.list.pk, holdout_share=Decimal(data.draw(st.sampled_from(["0", "0.5"])))
        )
        if data.draw(st.booleans()):
            cancel_batches(source_kind=KIND, source_ids=[batch.source_id], actor=None)
        found = ledger(batch)
        assert found.intended == len(people) and found.adds_up
        assert HELLO.content_hash == BatchMessage.objects.get(batch=batch).content_hash
        transaction.set_rollback(True)

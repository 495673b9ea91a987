"""Workers die while they send (fault 1, 2; Rules S1 to S3): nobody is lost, nobody is mailed twice unseen."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from storesync.brands.models import Brand
from storesync.core.scoping import brand_scope
from storesync.mailing.gates import register_gate
from storesync.mailing.models import Batch, BatchState, Delivery
from storesync.mailing.queries import Ledger, ledgers
from tests.conftest import Cast
from tests.mailing.conftest import KIND, frozen
from tests.services import SmtpSink, running_sink

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def worker(sink: SmtpSink) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on this test's database and mail server; dead afterwards, whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.mail_worker"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "STORESYNC_DB": connection.settings_dict["NAME"],
            "STORESYNC_PGDIR": str(settings.STORESYNC_PGDIR),
            "EMAIL_URL": f"smtp://{sink.host}:{sink.port}",
            "SECRET_KEY": settings.SECRET_KEY,
            "SWEEP_SECONDS": "0.5",
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Look until it is so; a test that waits for ever tells nothing."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def let_leases_end() -> None:
    """As if the minute of a dead worker's leases were over."""
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=past)


def ledger(batch: Batch) -> Ledger:
    return ledgers(KIND, [batch.source_id])[batch.source_id]


def assert_invariant(batch: Batch, sink: SmtpSink) -> Ledger:
    """INV of faults.md: none lost, each duplicate in a row with `unknowns`, all final, counts add up."""
    found = ledger(batch)
    accepted = Counter(message_id.strip("<>").partition("@")[0] for message_id in sink.message_ids)
    rows = {row.pk.hex: row for row in Delivery.objects.filter(batch=batch)}
    assert found.adds_up and found.waiting == 0
    assert {key for key, row in rows.items() if row.state == "sent"} <= set(accepted)
    assert set(accepted) <= set(rows)
    for key, times in accepted.items():
        assert times == 1 or rows[key].unknowns > 0
        assert rows[key].state == "sent" or rows[key].unknowns > 0
    assert found.sent + found.unknown == found.intended
    return found


@pytest.fixture
def batch(cast: Cast) -> Iterator[Batch]:
    register_gate(KIND, lambda batch: None)
    Brand.objects.filter(pk=cast.acme.pk).update(send_rate=400)
    with brand_scope([cast.acme.pk]):
        yield frozen(cast, 600)


def test_kill_9_in_the_middle_loses_nobody(batch: Batch) -> None:
    kills = random.randint(2, 3)
    with running_sink() as sink:
        for kill in range(1, kills + 1):
            with worker(sink) as process:
                wait_until(lambda kill=kill: len(sink.accepted) >= kill * 100 + random.randint(0, 50))
                process.send_signal(signal.SIGKILL)
                process.wait()
            let_leases_end()
        with worker(sink):
            wait_until(lambda: ledger(batch).waiting == 0)
        found = assert_invariant(batch, sink)
    # Marketing is held: what was on the wire when a worker died is never sent again by itself.
    assert max(Counter(sink.message_ids).values()) == 1
    assert found.unknown <= kills * 3 * settings.MAIL_INTENT_SIZE


def test_term_finishes_what_is_on_the_wire(batch: Batch) -> None:
    """Fault 2: a deploy in the middle of a send leaves nothing unknown."""
    Brand.objects.update(send_rate=60)
    with running_sink() as sink:
        with worker(sink) as process:
            wait_until(lambda: len(sink.accepted) >= 20)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=180) == 0
        assert ledger(batch).unknown == 0 and ledger(batch).waiting > 0
        assert not Delivery.objects.filter(state="sending").exists()
        let_leases_end()
        with worker(sink):
            wait_until(lambda: Batch.objects.get(pk=batch.pk).state == BatchState.COMPLETED)
        assert assert_invariant(batch, sink).sent == 600
        assert len(sink.accepted) == 600

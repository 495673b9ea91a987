"""A worker that is killed in the middle of a send, and started again (Rules S1 to S3, faults 1 and 2).

Nothing here is simulated: the worker is a process, the kill is SIGKILL, the mail server is one. It answers
slowly, so that some messages have arrived and nobody knows it. (test_mail_kill.py has the engine alone.)
"""

import random
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from storesync.campaigns.models import Rollout
from storesync.campaigns.statuses import Status
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from storesync.mailing.actions import Resolution, resolve_unknown
from storesync.mailing.models import WAITING, Delivery, DeliveryState, MailClass
from storesync.mailing.queries import Ledger, ledgers
from tests.conftest import Cast
from tests.mailing.conftest import frozen
from tests.services import SmtpSink, Worker
from tests.waves import approved_wave, campaigns_of

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = pytest.param(2, 400, id="2-kills")
LONG = pytest.param(50, 5000, id="50-kills", marks=pytest.mark.faults)


@pytest.mark.parametrize(("kills", "people"), [SHORT, LONG])
def test_a_wave_loses_nobody_and_mails_nobody_twice(
    cast: Cast, worker: Worker, smtp_sink: SmtpSink, kills: int, people: int
) -> None:
    """Marketing: what nobody knows is held for a person to decide; then only those may get it twice."""
    with brand_scope([cast.acme.pk]):
        campaigns = approved_wave(cast, each=people // 2)
        wave = campaigns[0].rollout
        assert wave is not None
        kill_in_the_middle(worker, smtp_sink, kills, people)
        check_everybody(smtp_sink, people)
        assert max(smtp_sink.recipients.values()) == 1
        wait_for(lambda: {one.status for one in campaigns_of(wave)} == {Status.COMPLETED}, 180, worker)
        held = ledger_of(wave)
        assert held == Ledger(intended=people, sent=people - held.unknown, unknown=held.unknown)

        resolve_unknown(
            brand_id=cast.acme.pk,
            source_kind="campaign",
            source_ids=[one.pk for one in campaigns],
            resolution=Resolution.RESEND,
            actor=cast.manager,
        )
        wait_for(lambda: ledger_of(wave).sent == people, 180, worker)
        check_everybody(smtp_sink, people)
        assert set(smtp_sink.recipients) == set(Delivery.objects.values_list("contact__address", flat=True))


@pytest.mark.parametrize(("kills", "people"), [LONG])
def test_mail_that_somebody_waits_for_is_sent_once_more(
    cast: Cast, worker: Worker, smtp_sink: SmtpSink, kills: int, people: int
) -> None:
    """Transactional: what nobody knows is sent again, once; a second one says so in its row."""
    with brand_scope([cast.acme.pk]):
        source = new_id()
        frozen(cast, people, mail_class=MailClass.TRANSACTIONAL, source_id=source)
        kill_in_the_middle(worker, smtp_sink, kills, people)
        check_everybody(smtp_sink, people)
        assert ledgers("test", [source])[source].adds_up


def kill_in_the_middle(worker: Worker, sink: SmtpSink, kills: int, people: int) -> None:
    """Kill it so many times, each time when it has sent some more; then let it finish."""
    sink.delay = 0.01
    share = people * 9 // 10 // kills
    for number in range(kills):
        worker.start()
        goal = number * share + random.randint(1, share)  # noqa: S311 - any moment will do
        wait_for(lambda goal=goal: len(sink.accepted) >= goal, 180, worker)  # type: ignore[misc]
        worker.kill()
        assert Delivery.objects.filter(state__in=WAITING).exists(), "it was done before it was killed"
        let_leases_run_out()
    worker.start()
    wait_for(lambda: not Delivery.objects.filter(state__in=WAITING).exists(), 180 + people / 20, worker)


def let_leases_run_out() -> None:
    """What a minute does after a worker died; when the database has let go of what it was at."""
    with connection.cursor() as cursor:
        for _try in range(500):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.02)
    Delivery.objects.exclude(lease=None).update(lease_until=timezone.now())


def check_everybody(sink: SmtpSink, people: int) -> None:
    """Nobody is lost, and nobody has it more often than their row allows: once, and once per unknown."""
    got = sink.recipients
    rows = Delivery.objects.values_list("contact__address", "state", "unknowns")
    assert len(rows) == people and set(got) <= {address for address, *_rest in rows}
    for address, state, unknowns in rows:
        assert state in {DeliveryState.SENT, DeliveryState.UNKNOWN}, (address, state)
        assert got[address] or state == DeliveryState.UNKNOWN, f"{address} was lost"
        assert got[address] <= 1 + unknowns, f"{address} got {got[address]}, unknown {unknowns} times"
    # Whoever has it twice has it under one Message-ID, so that a mail reader can tell.
    assert sorted(Counter(sink.message_ids).values()) == sorted(got.values())


def ledger_of(wave: Rollout) -> Ledger:
    """The ledgers of its campaigns, added."""
    found = list(ledgers("campaign", [one.pk for one in campaigns_of(wave)]).values())
    assert all(ledger.adds_up for ledger in found)
    return Ledger(**{name: sum(getattr(one, name) for one in found) for name in Ledger.__slots__})


def wait_for(condition: Callable[[], object], seconds: float, worker: Worker) -> None:
    """Until it holds; a worker that ended by itself, or too long a time, fails the test."""
    until = time.monotonic() + seconds
    while not condition():
        assert worker.is_running, "the worker ended by itself"
        assert time.monotonic() < until, "nothing happened for too long"
        time.sleep(0.02)

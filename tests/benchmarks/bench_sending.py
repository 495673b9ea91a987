"""Sending 20,000 messages into a local sink, with the ledger on.

Peer: a loop of Django's send_messages over one connection, the same mails to the same sink in the same run.
Limit: Postfix's smtp-source on as many reused connections, where it is installed. Our figure counts from the
first claim to the end of the batch: claims, gate, permits, intents and results are all committed.
"""

import multiprocessing
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import connections
from django.test import override_settings

from storesync.audience.actions import add_recipients
from storesync.brands.models import Brand, Location
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from storesync.mailing.actions import freeze_batch
from storesync.mailing.engine import send_due
from storesync.mailing.gates import register_gate
from storesync.mailing.lifecycle import end_batches
from storesync.mailing.messages import Message, Sender
from storesync.mailing.queries import ledgers
from tests.benchmarks import Result

MESSAGES = 20_000
PROCESSES, THREADS = 2, 2
KIND = "benchmark"
NAME = "\ue000first_name\ue001there\ue002"
LINK = "\ue000unsubscribe_url\ue001\ue002"
PARAGRAPH = "<p>Ten per cent off everything at our store, this week only. Come in and have a look.</p>\n"
MESSAGE = Message(
    subject=f"Hello {NAME}",
    html=f"<body><p>Hello {NAME},</p>{PARAGRAPH * 40}<p><a href='{LINK}'>Unsubscribe</a></p></body>",
    text=f"Hello {NAME},\n\n" + "Ten per cent off everything at our store.\n" * 10 + LINK,
)


@contextmanager
def running_sink() -> Iterator[tuple[int, list[int]]]:
    """A sink in a process of its own: its port, and afterwards how many messages it accepted."""
    counts: list[int] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.sink"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    )
    try:
        port = int(process.stdout.readline())  # type: ignore[union-attr]
        yield port, counts
    finally:
        output, _errors = process.communicate("")
        counts.append(int(output))


def run(scale: float) -> Iterator[Result]:
    """Measure; `scale` 1 is 20,000 messages."""
    count = max(200, int(MESSAGES * scale))
    brand = Brand.objects.create(
        name="Bench", slug="bench-sending", sender_email="news@bench.example", send_rate=100_000
    )
    with brand_scope([brand.pk]):
        location = Location.objects.create(
            brand=brand, store_number="1", name="Bench", time_zone="UTC", email="one@bench.example"
        )
        people = "\n".join(f"Person{n} Test <person{n}@people.example>" for n in range(count))
        report = add_recipients(brand=brand, text=people, source="bench", actor=None, locations=[location])
        assert report.list is not None
        source = new_id()
        begun = time.perf_counter()
        freeze_batch(
            brand_id=brand.pk,
            location_id=location.pk,
            approved_hash="0" * 64,
            dedupe_scope=source,
            source_kind=KIND,
            source_id=source,
            sender=Sender.of(brand, location),
            messages=[MESSAGE],
            audience_list_id=report.list.pk,
            actor=None,
        )
        freezing = count / (time.perf_counter() - begun)
        with running_sink() as (port, accepted):
            ours = count / measure_engine(brand, port)
        end_batches(brand.pk)
        found = ledgers(KIND, [source])[source]
    assert accepted == [count] and found.sent == count and found.adds_up, (accepted, found)
    with running_sink() as (port, accepted):
        peer = measure_django(port, count)
    with running_sink() as (port, _accepted):
        limit = measure_postfix(port, count)
    note = (
        f"{count} messages of 5 kB, {PROCESSES} processes of {THREADS} threads; "
        "peer: Django's send_messages; "
        f"limit: {'smtp-source' if limit else 'smtp-source is not installed'}"
    )
    yield Result("sending", round(ours), round(peer), round(limit) if limit else None, "messages/s", note)
    yield Result("freezing", round(freezing), None, None, "deliveries/s", f"{count} deliveries in one batch")


def measure_engine(brand: Brand, port: int) -> float:
    """Seconds until the workers found nothing left."""
    context = multiprocessing.get_context("fork")
    ready, go = context.Barrier(PROCESSES + 1), context.Event()
    connections.close_all()
    workers = [context.Process(target=_worker, args=(brand, port, ready, go)) for _n in range(PROCESSES)]
    for worker in workers:
        worker.start()
    ready.wait()
    begun = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - begun
    assert all(worker.exitcode == 0 for worker in workers)
    return seconds


def _worker(brand: Brand, port: int, ready: "threading.Barrier", go: "threading.Event") -> None:
    register_gate(KIND, lambda batch: None)

    def lane() -> None:
        with brand_scope([brand.pk]):
            while send_due(brand.pk, seconds=30) is not None:
                time.sleep(0.01)
        connections.close_all()

    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        lanes = [threading.Thread(target=lane) for _n in range(THREADS)]
        ready.wait()
        go.wait()
        for thread in lanes:
            thread.start()
        for thread in lanes:
            thread.join()


def measure_django(port: int, count: int) -> float:
    """Messages a second of the plain way: an EmailMultiAlternatives for each, over one connection."""
    sent = min(count, 3000)
    backend = EmailBackend(host="127.0.0.1", port=port, username="", password="", use_tls=False)
    begun = time.perf_counter()
    for start in range(0, sent, 500):
        batch = []
        for n in range(start, min(start + 500, sent)):
            message = EmailMultiAlternatives(
                f"Hello Person{n}", MESSAGE.text, "Bench <news@bench.example>", [f"person{n}@people.example"]
            )
            message.attach_alternative(MESSAGE.html, "text/html")
            batch.append(message)
        backend.send_messages(batch)
    return sent / (time.perf_counter() - begun)


def measure_postfix(port: int, count: int) -> float:
    """Messages a second of Postfix's own load generator; 0 where it is not installed."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        return 0.0
    sessions = PROCESSES * THREADS
    begun = time.perf_counter()
    subprocess.run(
        [program, "-d", "-s", str(sessions), "-l", "5000", "-m", str(count), "-f", "news@bench.example",
         "-t", "person@people.example", f"inet:127.0.0.1:{port}"],
        check=True,
    )  # fmt: skip
    return count / (time.perf_counter() - begun)

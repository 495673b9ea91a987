"""Queue and cache on a real Redis, the worker with the settings of a real installation.

Redis carries messages only: when it forgets them all, every row is still there and is found (Rule S1).
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis import Redis
from redis.exceptions import RedisError

from storesync.core.queue import HUEY, make_huey
from storesync.core.scoping import brand_scope
from storesync.mailing.models import WAITING, Delivery, DeliveryState
from tests.conftest import Cast
from tests.core.worker_program import said, say, wait_for_go
from tests.mailing.conftest import frozen
from tests.requirements import require
from tests.services import SmtpSink, Worker

PEOPLE = 60


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def redis(tmp_path: Path, settings: Settings) -> Iterator[Redis]:
    """A Redis server on a free port; this process, too, has its cache there."""
    program = require("redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    client = Redis(port=port)

    def answers() -> bool:
        assert server.poll() is None, "redis-server ended by itself"
        try:
            return bool(client.ping())
        except RedisError:
            return False

    try:
        wait_until(answers)
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": f"redis://127.0.0.1:{port}/0",
            }
        }
        yield client
    finally:
        client.close()
        server.terminate()
        server.wait(30)


@pytest.fixture
def redis_worker(
    worker: Worker, redis: Redis, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> Worker:
    """A worker that is not started yet; it and this process share the queue on Redis."""
    url = f"redis://127.0.0.1:{redis.connection_pool.connection_kwargs['port']}/0"
    monkeypatch.setattr(HUEY, "storage", make_huey(url, configured.SECRET_KEY).storage)
    database = connection.settings_dict
    worker.environment |= {
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
        "REDIS_URL": url,
        "SECRET_KEY": configured.SECRET_KEY,
        "ALLOWED_HOSTS": "storesync.example.com",
        "DEFAULT_FROM_EMAIL": "storesync@example.com",
    }
    worker.command = [sys.executable, "-m", "tests.core.worker_program"]
    return worker


def test_task_goes_by_redis(redis_worker: Worker, redis: Redis) -> None:
    wait_for_go.wake()
    assert HUEY.storage.queue_size() == 1
    redis_worker.start()
    wait_until(lambda: said("begun"))
    say("go")
    wait_until(lambda: said("done"))


def test_killed_worker_and_emptied_redis_lose_no_mail(
    cast: Cast, redis_worker: Worker, redis: Redis, smtp_sink: SmtpSink
) -> None:
    with brand_scope([cast.acme.pk]):
        smtp_sink.delay = 0.02
        frozen(cast, PEOPLE)
        redis_worker.start()
        wait_until(lambda: len(smtp_sink.accepted) >= 5)
        redis_worker.kill()
        frozen(cast, 3)
        redis.flushall()
        assert HUEY.storage.queue_size() == 0
        assert Delivery.objects.filter(state__in=WAITING).exists(), "it was done before it was killed"
        Delivery.objects.exclude(lease=None).update(lease_until=timezone.now())
        redis_worker.start()
        wait_until(lambda: not Delivery.objects.filter(state__in=WAITING).exists())
        rows = Delivery.objects.values_list("contact__address", "state")
        assert len(rows) == PEOPLE + 3
        for address, state in rows:
            assert smtp_sink.recipients[address] or state == DeliveryState.UNKNOWN, f"{address} was lost"


def test_emptied_redis_signs_nobody_out(cast: Cast, redis: Redis, client: Client) -> None:
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    cache.set("kept", 1)
    assert redis.dbsize() >= 1
    redis.flushall()
    assert cache.get("kept") is None
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/b/acme/", 302)]
    assert answer.context["user"] == cast.manager

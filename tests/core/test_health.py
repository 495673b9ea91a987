"""`/healthz`, as load balancers and strangers see it."""

import pytest
from django.test import Client

from storesync.core import health, sweeper
from storesync.core.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_says_what_works_without_signing_in(client: Client) -> None:
    sweeper.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "queue": True, "worker": True, "clocks": True}
    assert "no-store" in answer["Cache-Control"]


def test_silent_worker_is_said_but_keeps_the_web_server_in_service(client: Client) -> None:
    sweeper.beat()
    Heartbeat.objects.update(seen_at="2026-01-01T00:00:00Z")
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz").json()["worker"] is False
    assert client.get("/healthz?worker=1").status_code == 503


@pytest.mark.parametrize("part", ["database_works", "queue_works"])
def test_broken_part_is_503(client: Client, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(health, part, lambda: False)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()[part.removesuffix("_works")] is False


def test_nothing_but_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405

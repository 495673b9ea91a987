"""Wakes, lanes and the sweep (Rule S1)."""

from typing import Any

import pytest
from django.core import mail

from storesync.brands.models import Brand
from storesync.mailing import tasks
from storesync.mailing.models import Delivery
from storesync.mailing.outbox import post_letter
from storesync.mailing.tasks import send_mail, sweep_mail
from tests.conftest import Cast
from tests.mailing.conftest import Freeze
from tests.mailing.smtp_servers import misbehaving


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, float]]:
    found: list[tuple[Any, float]] = []
    monkeypatch.setattr(tasks, "wake_engine", lambda brand, after=0.0: found.append((brand, after)))
    return found


def test_a_lost_poke_is_found_by_the_sweep(in_acme: Cast, freeze: Freeze, settings: Any) -> None:
    freeze(2)
    with misbehaving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        sweep_mail()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_brand_that_breaks_holds_up_no_other(
    in_acme: Cast, freeze: Freeze, woken: list[tuple[Any, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(1)
    post_letter(mail.EmailMessage("Hello", "Hello", "a@storesync.example", ["b@people.example"]))
    served = []

    def send_due(brand_id: Any, *, seconds: float) -> None:
        served.append(brand_id)
        if brand_id is not None:
            raise ValueError("broken")

    monkeypatch.setattr(tasks, "send_due", send_due)
    sweep_mail()
    assert served == [in_acme.acme.pk, None]


def test_a_slow_brand_takes_one_thread_and_is_looked_at_again(
    in_acme: Cast, woken: list[tuple[Any, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = in_acme.acme.pk
    Brand.objects.filter(pk=brand).update(send_rate=5)
    calls = []

    def send_due(brand_id: Any, *, seconds: float) -> None:
        calls.append(brand_id)
        if len(calls) == 1:
            send_mail.run(brand)  # another thread's poke meanwhile

    monkeypatch.setattr(tasks, "send_due", send_due)
    send_mail.run(brand)
    assert calls == [brand] and woken == [(brand, 0.0)]
    send_mail.run(brand)
    assert len(calls) == 2 and len(woken) == 1


@pytest.mark.parametrize(("wait", "expected"), [(None, []), (0.0, [0.0]), (3.0, [3.0]), (60.0, [])])
def test_when_it_is_called_again(
    in_acme: Cast,
    woken: list[tuple[Any, float]],
    monkeypatch: pytest.MonkeyPatch,
    wait: float | None,
    expected: list[float],
) -> None:
    monkeypatch.setattr(tasks, "send_due", lambda brand_id, seconds: wait)
    send_mail.run(in_acme.acme.pk)
    assert [after for _brand, after in woken] == expected


def test_a_slice_that_fails_leaves_its_lane(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(brand_id: Any, *, seconds: float) -> None:
        raise RuntimeError

    monkeypatch.setattr(tasks, "send_due", fail)
    for _try in range(5):
        with pytest.raises(RuntimeError):
            send_mail.run(in_acme.acme.pk)
    assert tasks._lanes[in_acme.acme.pk] == 0

"""The ceiling and the limiter hold over all workers; who dies leaves nothing reserved (Rule T8, fault 21)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.utils import timezone

from storesync.ai.actions import save_settings
from storesync.ai.availability import Available, Unavailable, availability
from storesync.ai.door import Answered, NotAnswered, budget
from storesync.ai.models import AiRun, AiSpend
from storesync.ai.outcomes import Outcome
from storesync.ai.tasks import erase_texts, sweep_ai
from storesync.core.scoping import brand_scope
from tests.ai.asking import ask_for_a_word
from tests.conftest import Cast, make_cast, without_scope
from tests.model_server import ModelServer, Reply

WORKERS = 8


@pytest.fixture
def real_cast(transactional_db: None) -> Iterator[Cast]:
    """The cast in transactions that other threads see."""
    cast = make_cast()
    with brand_scope([cast.acme.pk]):
        yield cast


def allow(cast: Cast, **values: Any) -> None:
    save_settings(brand=cast.acme, actor=cast.manager, values=values)


def in_workers(cast: Cast, n: int) -> list[Any]:
    """What so many workers get that ask at the same moment."""
    barrier, answers = threading.Barrier(n), []

    def work() -> None:
        try:
            with brand_scope([cast.acme.pk]):
                barrier.wait(10)
                answers.append(ask_for_a_word(cast.acme))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_workers_at_the_ceiling(real_cast: Cast, model_server: ModelServer) -> None:
    """Eight ask at once where two calls fit at their worst: two are called, nobody passes the ceiling."""
    ask_for_a_word(real_cast.acme)
    worst = AiRun.objects.get().reserved
    spent = AiSpend.objects.get().cost
    ceiling = (spent + worst * 2).quantize(Decimal("0.01")) + Decimal("0.01")
    fit = int((ceiling - spent) / worst)
    allow(real_cast, monthly_ceiling=ceiling)
    model_server.delay = 0.5
    answers = in_workers(real_cast, WORKERS + fit)
    denied = [answer for answer in answers if isinstance(answer, NotAnswered)]
    assert {answer.outcome for answer in denied} == {Outcome.CEILING}
    assert len(model_server.asked) - 1 == fit == WORKERS + fit - len(denied)
    assert AiSpend.objects.get().cost <= ceiling
    # What was reserved and not used is free again.
    assert isinstance(ask_for_a_word(real_cast.acme), Answered)


def test_calls_a_minute_hold_over_workers(real_cast: Cast, model_server: ModelServer) -> None:
    allow(real_cast, calls_per_minute=3)
    answers = in_workers(real_cast, WORKERS)
    busy = [answer for answer in answers if isinstance(answer, NotAnswered)]
    assert len(model_server.asked) == 3
    assert {answer.outcome for answer in busy} == {Outcome.BUSY}
    assert all(50 < (answer.wait or 0) <= 60 for answer in busy)
    AiRun.objects.update(created_at=F("created_at") - timedelta(minutes=1))
    assert isinstance(ask_for_a_word(real_cast.acme), Answered)


@pytest.mark.django_db
def test_at_the_ceiling_nothing_is_called(in_acme: Cast, model_server: ModelServer) -> None:
    assert isinstance(availability(in_acme.acme, in_acme.manager), Available)
    allow(in_acme, monthly_ceiling=0)
    answer = ask_for_a_word(in_acme.acme)
    assert isinstance(answer, NotAnswered)
    assert (answer.outcome, answer.run_id) == (Outcome.CEILING, None)
    assert "ceiling" in answer.reason
    assert not AiRun.objects.exists()
    assert model_server.asked == []
    for person, sees_link in ((in_acme.manager, True), (in_acme.leeds_manager, False)):
        state = availability(in_acme.acme, person)
        assert isinstance(state, Unavailable)
        assert bool(state.url) is sees_link


@pytest.mark.django_db
def test_without_key_or_switched_off(in_acme: Cast, model_server: ModelServer, settings: Any) -> None:
    allow(in_acme, enabled=False)
    off = ask_for_a_word(in_acme.acme)
    allow(in_acme, enabled=True)
    settings.OPENAI_API_KEY = ""
    assert isinstance(ask_for_a_word(in_acme.acme), Answered), "a server of one's own needs no key"
    settings.OPENAI_BASE_URL = ""
    missing = ask_for_a_word(in_acme.acme)
    assert isinstance(off, NotAnswered)
    assert isinstance(missing, NotAnswered)
    assert (off.outcome, missing.outcome) == (Outcome.OFF, Outcome.NO_KEY)
    assert len(model_server.asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("tries", "share"), [(0, 0), (1, 1), (2, 2)])
def test_the_reservation_of_a_killed_worker_ends(
    in_acme: Cast, model_server: ModelServer, tries: int, share: int
) -> None:
    """One that had called nothing costs nothing; one that had may have been billed, and counts as assumed."""
    facts = {"purpose": "test", "model": "gpt-4.1-mini"}
    run = budget.reserve(brand=in_acme.acme, worst=Decimal("0.3"), seconds=45, facts=facts)
    assert isinstance(run, AiRun)
    if tries:
        budget.begin_try(run, tries)
    without_scope(sweep_ai)
    assert budget.budget_of(in_acme.acme, Decimal(1)).reserved == Decimal("0.3"), "it may still be at work"
    AiRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    without_scope(sweep_ai)
    without_scope(sweep_ai)
    run.refresh_from_db()
    assert (run.outcome, run.cost) == (Outcome.LOST, Decimal("0.1") * share)
    now = budget.budget_of(in_acme.acme, Decimal(1))
    assert (now.reserved, now.spent) == (0, run.cost)
    # What the dead one says after all changes nothing more.
    budget.settle(run, outcome=Outcome.ANSWERED, cost=Decimal(5), assumed=Decimal(0))
    assert AiSpend.objects.aggregate(n=Sum("cost"))["n"] == run.cost


@pytest.mark.django_db
def test_texts_are_erased_after_the_retention(in_acme: Cast, model_server: ModelServer) -> None:
    model_server.script(Reply('{"word": "spring", "times": 2}'))
    ask_for_a_word(in_acme.acme)
    ask_for_a_word(in_acme.acme)
    old, young = AiRun.objects.order_by("created_at")
    AiRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=366))
    without_scope(erase_texts)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.request, old.answer) == (None, None)
    assert old.erased_at
    assert old.cost > 0
    assert young.request

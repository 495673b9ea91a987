"""The limiter and the budget of a brand: rows in PostgreSQL, so they hold over all workers (Rule T8).

Every call first reserves what it can cost at worst, in one transaction in which the brand's meter is locked:
month's spending + all reservations + this one never pass the ceiling, whoever asks at the same time. Then the
reservation gives way to the real cost. One whose worker died ends with its lease.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from storesync.ai.models import AiMeter, AiRun, AiSettings, AiSpend
from storesync.ai.outcomes import Outcome
from storesync.brands.models import Brand
from storesync.core.scoping import require_scope

MINUTE: Final = timedelta(minutes=1)
GRACE: Final = timedelta(seconds=30)
"""How long after its deadline a call may take to be settled, before it counts as lost."""
MOST_TRIES: Final = 3
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Denied:
    """A reservation that was not given; `wait` are the seconds after which asking again may help."""

    outcome: Outcome
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a brand stands this month, in US dollars."""

    ceiling: Decimal
    spent: Decimal
    reserved: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be spent; never less than nothing."""
        return max(_NOTHING, self.ceiling - self.spent - self.reserved)


def settings_of(brand: Brand) -> AiSettings:
    """The brand's settings; those that everybody begins with where nobody has saved any."""
    require_scope(brand.pk)
    found: AiSettings | None = AiSettings.objects.filter(brand=brand).first()
    return found or AiSettings(brand=brand)


def month_of(brand: Brand) -> Any:
    """The first day of the month that it is now where the brand is."""
    return timezone.localdate(timezone=ZoneInfo(brand.time_zone)).replace(day=1)


def budget_of(brand: Brand, ceiling: Decimal) -> Budget:
    """What is spent and reserved. Exact only for who holds the meter."""
    spent = AiSpend.objects.filter(brand=brand, month=month_of(brand)).aggregate(n=Sum("cost"))["n"]
    running = AiRun.objects.filter(brand=brand, outcome=Outcome.RUNNING).aggregate(n=Sum("reserved"))["n"]
    return Budget(ceiling, spent or _NOTHING, running or _NOTHING)


def reserve(*, brand: Brand, worst: Decimal, seconds: float, facts: dict[str, Any]) -> AiRun | Denied:
    """Make the row of a call and hold its worst cost, or say why not.

    Args:
        worst: US dollars that all tries together can cost.
        seconds: after which the call will have ended.
        facts: further fields of the row.
    """
    require_scope(brand.pk)
    with transaction.atomic(durable=True):
        meter, now = _locked(brand)
        found = settings_of(brand)
        if not found.enabled:
            return Denied(Outcome.OFF)
        if meter.held_until > now:
            return Denied(Outcome.BUSY, (meter.held_until - now).total_seconds())
        if (wait := _wait_for_a_call(brand, found.calls_per_minute, now)) > 0:
            return Denied(Outcome.BUSY, wait)
        if worst > budget_of(brand, found.monthly_ceiling).left:
            return Denied(Outcome.CEILING)
        made: AiRun = AiRun.objects.create(
            brand=brand,
            reserved=worst,
            month=month_of(brand),
            lease_until=now + timedelta(seconds=seconds) + GRACE,
            **facts,
        )
    return made


def begin_try(run: AiRun, number: int) -> None:
    """Note that the server is asked for the n-th time, before it is: a lost call may have cost so much."""
    AiRun.objects.filter(pk=run.pk, outcome=Outcome.RUNNING).update(tries=number)
    run.tries = number


def settle(run: AiRun, *, outcome: Outcome, cost: Decimal, assumed: Decimal, **facts: Any) -> None:
    """Put the cost in place of the reservation; nothing when the sweeper has given the call up meanwhile.

    Args:
        cost: US dollars in all. assumed: the part of it that nobody knows for sure.
    """
    with transaction.atomic(durable=True):
        _locked(run.brand)
        _end(run, outcome=outcome, cost=cost, assumed=assumed, **facts)


def hold_back(brand: Brand, seconds: float) -> None:
    """Ask nothing for so long, whichever worker: the server said so. An hour at most; it may be mistaken."""
    until = Now() + timedelta(seconds=min(seconds, 3600))
    AiMeter.objects.filter(brand=brand).update(held_until=Greatest("held_until", until))


def release_lost(brand: Brand) -> int:
    """End the calls whose worker died, and with them their reservations; how many there were.

    One that never asked the server costs nothing. One that did may have been billed: the tries that it had
    begun count at their worst, as assumed.
    """
    ended = 0
    with transaction.atomic():
        _meter, now = _locked(brand)
        for run in AiRun.objects.filter(brand=brand, outcome=Outcome.RUNNING, lease_until__lt=now):
            cost = run.reserved * run.tries / MOST_TRIES
            seconds = (now - run.created_at).total_seconds()
            ended += _end(run, outcome=Outcome.LOST, cost=cost, assumed=cost, seconds=seconds)
    return ended


def _locked(brand: Brand) -> tuple[AiMeter, Any]:
    """The brand's meter, ours until the transaction ends, and the database's clock."""
    AiMeter.objects.bulk_create([AiMeter(brand=brand)], ignore_conflicts=True)
    meter = AiMeter.objects.select_for_update(of=("self",)).filter(brand=brand).annotate(now=ClockNow()).get()
    return meter, meter.now


def _wait_for_a_call(brand: Brand, most: int, now: Any) -> float:
    """Seconds until one more call fits into the minute; 0 when it does now. Every try is a call."""
    recent = AiRun.objects.filter(brand=brand, created_at__gt=now - MINUTE)
    made = recent.aggregate(n=Coalesce(Sum(Greatest("tries", 1)), 0))["n"]
    if made < most:
        return 0.0
    first = recent.order_by("created_at").values_list("created_at", flat=True)[0]
    return max(0.1, float((first + MINUTE - now).total_seconds()))


def _end(run: AiRun, *, outcome: Outcome, cost: Decimal, assumed: Decimal, **facts: Any) -> int:
    ended = AiRun.objects.filter(pk=run.pk, outcome=Outcome.RUNNING).update(
        outcome=outcome, cost=cost, cost_assumed=assumed > 0, ended_at=Now(), updated_at=Now(), **facts
    )
    if not ended:
        return 0
    row = {"brand": run.brand, "month": run.month, "purpose": run.purpose}
    AiSpend.objects.bulk_create([AiSpend(**row)], ignore_conflicts=True)
    AiSpend.objects.filter(**row).update(
        runs=F("runs") + 1,
        failed=F("failed") + int(outcome != Outcome.ANSWERED),
        tokens_in=F("tokens_in") + facts.get("tokens_in", 0),
        tokens_out=F("tokens_out") + facts.get("tokens_out", 0),
        cost=F("cost") + cost,
        assumed=F("assumed") + assumed,
    )
    return 1


class ClockNow(Now):
    """The database's clock as it is, not as it was when the transaction began, which may have waited."""

    template = "CLOCK_TIMESTAMP()"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, **extra)

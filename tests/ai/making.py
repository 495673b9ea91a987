"""Calls of the past, for pages that show them."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from storesync.accounts.models import User
from storesync.ai.models import AiRun, AiSpend
from storesync.ai.outcomes import Outcome
from storesync.brands.models import Brand


def past_run(brand: Brand, person: User | None, **facts: Any) -> AiRun:
    """A call that was answered, and its part of the month's sum."""
    now = timezone.now()
    given = {
        "purpose": "test",
        "prompt": "connection_test",
        "prompt_version": 1,
        "model": "gpt-4.1-mini",
        "outcome": Outcome.ANSWERED,
        "tries": 1,
        "tokens_in": 210,
        "tokens_out": 12,
        "cost": Decimal("0.000104"),
        "reserved": Decimal("0.01"),
        "seconds": 1.2,
        "subject_name": f"Question of {brand.name}",
        "request": {"instructions": "Say the word.", "inputs": {"word": "spring"}},
        "answer": {"word": "spring"},
        "month": now.date().replace(day=1),
        "lease_until": now,
        "ended_at": now,
    } | facts
    run: AiRun = AiRun.objects.create(brand=brand, actor=person, **given)
    spend, _made = AiSpend.objects.get_or_create(brand=brand, month=run.month, purpose=run.purpose)
    spend.runs += 1
    spend.tokens_in += run.tokens_in
    spend.cost += run.cost
    spend.save()
    return run

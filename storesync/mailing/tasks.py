"""Waking the engine. A message is only a poke: the sweep finds the same rows without it (Rule S1)."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.conf import settings

from storesync.brands.models import Brand
from storesync.core.queue import task
from storesync.core.scoping import all_brands
from storesync.mailing.engine import reap, send_due, unfinished

# Work on one brand is cut into slices, so that the queue's threads serve every brand and every other task.
SLICE_SECONDS: Final = 5.0
_ONE_LANE_BELOW: Final = 50.0

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_lanes: Counter[UUID | None] = Counter()
_missed: set[UUID | None] = set()


@task(name="mailing.send_mail")
def send_mail(brand_id: UUID) -> None:
    """Send what is due of one brand."""
    _drive(brand_id)


@task(name="mailing.send_company_mail", all_brands="company mail belongs to no brand")
def send_company_mail() -> None:
    """Send what is due of the company's own mail."""
    _drive(None)


def wake_engine(brand_id: UUID | None, *, after: float = 0.0) -> None:
    """Have what is due sent, once the current transaction commits, or so many seconds later."""
    if brand_id is None:
        send_company_mail.wake_in(after) if after else send_company_mail.wake()
    else:
        send_mail.wake_in(after, brand_id) if after else send_mail.wake(brand_id)


def sweep_mail() -> None:
    """Take back what dead workers held, and send what a lost message left behind.

    It sends by itself instead of waking tasks, so a queue that is down holds up no mail.
    """
    with all_brands("leases of every brand's deliveries are looked after together"):
        brands = reap() | unfinished()
    for brand_id in sorted(brands, key=str):
        try:
            if brand_id is None:
                send_company_mail.run()
            else:
                send_mail.run(brand_id)
        except Exception:
            # What is wrong with the mail of one brand holds up no other's.
            logger.exception("mail of brand %s could not be sent in this round", brand_id)


def _drive(brand_id: UUID | None) -> None:
    with _lane(brand_id) as free:
        if not free:
            return
        wait = send_due(brand_id, seconds=SLICE_SECONDS)
    with _lock:
        missed = brand_id in _missed
        _missed.discard(brand_id)
    if missed or wait == 0:
        wake_engine(brand_id)
    elif wait is not None and wait < settings.SWEEP_SECONDS:
        wake_engine(brand_id, after=wait)


@contextmanager
def _lane(brand_id: UUID | None) -> Iterator[bool]:
    """A place among the threads that work on one brand: one for a slow sender, several for a fast one."""
    rate = settings.MAIL_COMPANY_RATE
    if brand_id is not None:
        rate = float(Brand.objects.values_list("send_rate", flat=True).get(pk=brand_id))
    lanes = 1 if rate < _ONE_LANE_BELOW else settings.MAIL_CONNECTIONS
    with _lock:
        free = _lanes[brand_id] < lanes
        if free:
            _lanes[brand_id] += 1
        else:
            # Somebody is at it; what this poke was for may be newer than what they look at.
            _missed.add(brand_id)
    try:
        yield free
    finally:
        if free:
            with _lock:
                _lanes[brand_id] -= 1

"""Waking the engine. A message is only a poke: the sweep finds the same rows without it (Rule S1)."""

from uuid import UUID

from storesync.core.queue import task
from storesync.mailing.lifecycle import end_batches, expire_deliveries


@task(name="mailing.send_mail")
def send_mail(brand_id: UUID) -> None:
    """Send what is due of one brand."""
    expire_deliveries(brand_id)
    end_batches(brand_id)


@task(name="mailing.send_company_mail", all_brands="company mail belongs to no brand")
def send_company_mail() -> None:
    """Send what is due of the company's own mail."""
    expire_deliveries(None)
    end_batches(None)


def wake_engine(brand_id: UUID | None) -> None:
    """Have what is due sent, once the current transaction commits."""
    if brand_id is None:
        send_company_mail.wake()
    else:
        send_mail.wake(brand_id)

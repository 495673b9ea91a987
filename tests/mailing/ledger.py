"""Bringing deliveries into states by the legal moves only."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from storesync.mailing.models import Delivery, DeliveryState


def as_unknown(deliveries: QuerySet[Delivery]) -> None:
    """Queued ones, as a worker that died while sending leaves them once they are reaped."""
    ids = list(deliveries.values_list("pk", flat=True))
    rows = Delivery.objects.filter(pk__in=ids)
    rows.update(state=DeliveryState.LEASED, lease=uuid4(), lease_until=timezone.now() + timedelta(seconds=60))
    rows.update(state=DeliveryState.SENDING, attempt=1)
    rows.update(state=DeliveryState.UNKNOWN, unknowns=1)

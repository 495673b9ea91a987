"""Unknown deliveries are decided by a person, one by one or all (Rule S3)."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.core.errors import ActionRefused
from storesync.mailing.actions import Resolution, cancel_batches, resolve_unknown
from storesync.mailing.lifecycle import end_batches
from storesync.mailing.models import Batch, BatchState, Delivery, DeliveryEvent, DeliveryState
from storesync.mailing.queries import Ledger, ledgers
from tests.conftest import Cast
from tests.mailing.conftest import KIND, Freeze
from tests.mailing.ledger import as_unknown


def ledger(batch: Batch) -> Ledger:
    return ledgers(KIND, [batch.source_id])[batch.source_id]


def resolve(cast: Cast, batch: Batch, resolution: Resolution, **given: object) -> int:
    return resolve_unknown(
        brand_id=cast.acme.pk,
        source_kind=KIND,
        source_ids=[batch.source_id],
        resolution=resolution,
        **{"actor": cast.manager, **given},  # type: ignore[arg-type]
    )


def test_one_by_one_and_all(in_acme: Cast, freeze: Freeze) -> None:
    batch = freeze(4)
    as_unknown(Delivery.objects.all())
    first, second, *_others = Delivery.objects.order_by("pk")
    assert resolve(in_acme, batch, Resolution.SENT, delivery_ids=[first.pk]) == 1
    assert resolve(in_acme, batch, Resolution.FAILED, delivery_ids=[second.pk, first.pk]) == 1
    end_batches(in_acme.acme.pk)
    assert resolve(in_acme, batch, Resolution.RESEND) == 2
    assert ledger(batch) == Ledger(intended=4, sent=1, failed=1, waiting=2)
    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING and batch.ended_at is not None
    assert DeliveryEvent.objects.count() == 4
    assert set(Delivery.objects.filter(state=DeliveryState.QUEUED).values_list("unknowns", flat=True)) == {1}


def test_refusals(in_acme: Cast, freeze: Freeze) -> None:
    batch = freeze(1)
    as_unknown(Delivery.objects.all())
    with pytest.raises(PermissionDenied):
        resolve(in_acme, batch, Resolution.SENT, actor=in_acme.viewer)
    cancel_batches(source_kind=KIND, source_ids=[batch.source_id], actor=None)
    with pytest.raises(ActionRefused):
        resolve(in_acme, batch, Resolution.RESEND)
    assert resolve(in_acme, batch, Resolution.SENT) == 1

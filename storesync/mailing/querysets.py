"""Named filters over batches and deliveries."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self
from uuid import UUID

from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.mailing.models import Batch, Delivery  # noqa: F401 - used in type arguments


class BatchQuerySet(BrandQuerySet["Batch"]):
    """Batches by what they are of, and whether they are over."""

    def of(self, source_kind: str, source_ids: Iterable[UUID]) -> Self:
        """Those of these sources."""
        return self.filter(source_kind=source_kind, source_id__in=list(source_ids))

    def not_over(self) -> Self:
        """Those with something left to do, or whose end has not been told yet."""
        return self.filter(ended_at__isnull=True)


class DeliveryQuerySet(BrandQuerySet["Delivery"]):
    """Deliveries by contact and state."""

    def of(self, source_kind: str, source_ids: Iterable[UUID]) -> Self:
        """Those of these sources."""
        return self.filter(batch__source_kind=source_kind, batch__source_id__in=list(source_ids))

    def waiting(self) -> Self:
        """Those the engine still has something to do for."""
        return self.filter(state__in=["queued", "leased", "sending"])

    def unknown(self) -> Self:
        """Those of which nobody knows whether they arrived (Rule S3)."""
        return self.filter(state="unknown")

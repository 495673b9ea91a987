"""Named filters over revisions and approvals."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self
from uuid import UUID

from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.content.models import Approval, Revision  # noqa: F401 - used in type arguments


class RevisionQuerySet(BrandQuerySet["Revision"]):
    """Revisions as pages ask for them."""

    def of_owner(self, kind: str, owner_id: UUID) -> Self:
        """The revisions of one campaign (or what else owns revisions), oldest first."""
        return self.filter(owner_kind=kind, owner_id=owner_id).order_by("number")

    def without_bodies(self) -> Self:
        """Without the heavy columns, for lists."""
        return self.defer("blocks", "html", "text")


class ApprovalQuerySet(BrandQuerySet["Approval"]):
    """Approvals by whether they hold."""

    def in_force(self) -> Self:
        """Not revoked."""
        return self.filter(revoked_at__isnull=True)

    def of_revisions(self, revision_ids: Iterable[UUID]) -> Self:
        """Those of these revisions."""
        return self.filter(revision_id__in=list(revision_ids))

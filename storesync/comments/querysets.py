"""Named filters over threads and mentions."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, Subquery

from storesync.brands.models import Location
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.comments.models import Mention, Thread  # noqa: F401 - used in type arguments


class ThreadQuerySet(BrandQuerySet["Thread"]):
    """Threads by what they are about, and who may read them."""

    def of_owner(self, kind: str, owner_id: UUID) -> Self:
        """Those about one campaign (or what else owns revisions)."""
        return self.filter(owner_kind=kind, owner_id=owner_id)

    def at(self, block_id: str, field: str) -> Self:
        """Those at one place of their owner."""
        return self.filter(block_id=block_id, field=field)

    def open(self) -> Self:
        """Those that still wait for somebody."""
        return self.filter(resolved_at__isnull=True)

    def resolved(self) -> Self:
        """Those that are done with."""
        return self.filter(resolved_at__isnull=False)

    def older_from(self, thread_id: UUID) -> Self:
        """One thread and those begun before it. An id tells when its form was shown, not when it was sent."""
        begun = self.model._default_manager.filter(pk=thread_id).values("created_at")
        return self.alias(begun=Subquery(begun)).filter(
            Q(created_at__lt=F("begun")) | Q(created_at=F("begun"), pk__lte=thread_id)
        )

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of the locations whose campaigns the person may see."""
        return self.filter(location__in=Location.objects.visible_to(user, VIEW_CAMPAIGN).order_by())


class MentionQuerySet(BrandQuerySet["Mention"]):
    """Mentions by whether their person has been told."""

    def waiting(self) -> Self:
        """Those that nobody has been told of yet; a comment struck out before is left alone."""
        return self.filter(settled_at__isnull=True, comment__struck_at__isnull=True)

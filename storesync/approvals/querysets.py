"""Named filters over submissions, their items and steps."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q

from storesync.brands.models import Location
from storesync.brands.rights import DECIDE, VIEW_CAMPAIGN
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.models import (  # noqa: F401 - used in type arguments
        ApprovalStep,
        Submission,
        SubmissionItem,
    )


class SubmissionQuerySet(BrandQuerySet["Submission"]):
    """Submissions by who may see them."""

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Those with an item at a location on which the person holds the right."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(items__location__in=Location.objects.visible_to(user, right).order_by()).distinct()


class SubmissionItemQuerySet(BrandQuerySet["SubmissionItem"]):
    """Items by state, and by who may see or decide them (Rule A10: asked when used)."""

    def waiting(self) -> Self:
        """Those not decided yet."""
        return self.filter(state="waiting")

    def decided(self) -> Self:
        """Those that somebody decided; moved ones live on in a child submission."""
        return self.exclude(state__in=["waiting", "moved"])

    def visible_to(self, user: "User | AnonymousUser", right: str = VIEW_CAMPAIGN) -> Self:
        """Those of the locations on which the person holds the right."""
        if getattr(user, "is_superuser", False) and getattr(user, "is_active", False):
            return self
        return self.filter(location__in=Location.objects.visible_to(user, right).order_by())

    def not_of(self, user: "User | AnonymousUser") -> Self:
        """Those that the person neither submitted nor edited last (Rule A5)."""
        return self.exclude(submitter_id=user.pk).exclude(author_id=user.pk)

    def decidable_by(self, user: "User | AnonymousUser") -> Self:
        """What waits for this person: the right to decide there, and nothing of their own."""
        return self.waiting().visible_to(user, DECIDE).not_of(user)

    def matching(self, text: str) -> Self:
        """Search by name, and by what identifies the location."""
        places = Location.objects.matching(text).order_by().values("pk")
        return self.filter(Q(name__icontains=text) | Q(location__in=places))

    def with_people(self) -> Self:
        """With all that a row of a list shows, and without the bodies of the revisions."""
        heavy = [f"revision__{name}" for name in ("blocks", "html", "text", "facts", "values")]
        return self.select_related(
            "brand", "submission", "revision", "location", "submitter", "author"
        ).defer(*heavy, "location__search")

    def in_queue_order(self) -> Self:
        """What is due first comes first, then the oldest."""
        return self.order_by(F("due_at").asc(nulls_last=True), "id")

    def after(self, item: "SubmissionItem") -> Self:
        """Those that come after `item` in the order of the queue."""
        if item.due_at is None:
            return self.filter(due_at__isnull=True, id__gt=item.pk)
        later = Q(due_at__gt=item.due_at) | Q(due_at__isnull=True)
        return self.filter(later | Q(due_at=item.due_at, id__gt=item.pk))

    def before(self, item: "SubmissionItem") -> Self:
        """Those that come before `item` in the order of the queue."""
        if item.due_at is None:
            return self.filter(Q(due_at__isnull=False) | Q(id__lt=item.pk))
        return self.filter(Q(due_at__lt=item.due_at) | Q(due_at=item.due_at, id__lt=item.pk))


class StepQuerySet(BrandQuerySet["ApprovalStep"]):
    """Steps by what they were about."""

    def of_owner(self, kind: str, owner_id: UUID) -> Self:
        """Everything decided about one campaign (or what else owns revisions), oldest first."""
        return self.filter(owner_kind=kind, owner_id=owner_id).order_by("id")

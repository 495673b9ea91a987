"""Digests made, and people told at once of what is urgent (Rule A11)."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from storesync.accounts.models import User
from storesync.approvals.absences import absent_now
from storesync.approvals.digest import wishes
from storesync.approvals.digest.claims import LATEST
from storesync.approvals.digest.entries import Waiting, entries_of
from storesync.approvals.digest.letters import post_digest, post_urgent
from storesync.approvals.models import (
    ApprovalDigest,
    DigestState,
    State,
    Submission,
    SubmissionItem,
    UrgentTelling,
)
from storesync.approvals.notices import URGENT, WAITING
from storesync.approvals.seating import Panel
from storesync.brands.models import Brand, Membership
from storesync.core.audit import audited
from storesync.core.models import new_id
from storesync.core.scoping import all_brands, brand_scope

if TYPE_CHECKING:
    from storesync.approvals.querysets import SubmissionItemQuerySet

logger = logging.getLogger(__name__)

LISTED: Final = 20
"""Entries that a digest lists; of more it says how many."""
_PAUSE: Final = timedelta(seconds=30)
URGENT_FOR: Final = timedelta(hours=24)
"""How long a mail about something urgent is of use."""


def make_next_digest(now: datetime) -> bool:
    """Make the digest that is due first and that no other worker is at; False when there is none.

    The row is settled in the transaction that writes the mail: both happen, or neither. One that fails is
    tried again later and keeps no other waiting.
    """
    due = Q(state=DigestState.DUE) & (Q(next_try_at__isnull=True) | Q(next_try_at__lte=now))
    taken: UUID | None = None
    try:
        with all_brands("digests of every brand are made in turn"), transaction.atomic():
            digest = (
                ApprovalDigest.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("person", "brand")
                .filter(due)
                .order_by("due_at", "pk")
                .first()
            )
            if digest is None:
                return False
            taken = digest.pk
            with brand_scope([digest.brand_id]), audited("digest.made", actor=None):
                _settle(digest, now)
    except Exception:
        if taken is None:
            raise
        logger.exception("the digest %s could not be made", taken)
        with all_brands("digests of every brand are made in turn"):
            ApprovalDigest.objects.filter(pk=taken, state=DigestState.DUE).update(
                tries=F("tries") + 1, next_try_at=now + _PAUSE
            )
    return True


def make_digest_now(*, person: User, brand: Brand, now: datetime) -> ApprovalDigest:
    """Make today's digest of a person before its time, or after it; the day's other one is left out.

    Returns it as it is; one that was made already stays as it was.
    """
    with audited("digest.made", actor=None):
        day = now.astimezone(ZoneInfo(person.time_zone)).date()
        digest, made = ApprovalDigest.objects.get_or_create(
            person=person, brand=brand, local_date=day, defaults={"due_at": now}
        )
        if made:
            _settle(digest, now)
    return digest


def _settle(digest: ApprovalDigest, now: datetime) -> None:
    person = digest.person
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        digest.state, digest.items = _send(digest, now)
    digest.made_at = now
    digest.save(update_fields=["state", "items", "made_at"])


def _send(digest: ApprovalDigest, now: datetime) -> tuple[DigestState, int]:
    person, brand = digest.person, digest.brand
    if now >= digest.due_at + LATEST:
        return DigestState.TOO_LATE, 0
    if not person.is_active:
        return DigestState.UNWANTED, 0
    if absent_now(brand.pk).get(person.pk) is not None:
        return DigestState.AWAY, 0
    wanted = bool(wishes.wanting([person.pk], WAITING))
    waiting = _waiting_for(person, digest.brand_id) if wanted else Waiting([], 0, 0)
    told = wishes.collected(person, brand, queue=wanted)
    if not waiting.entries and not told.entries:
        return DigestState.NOTHING if wanted else DigestState.UNWANTED, 0
    post_digest(
        person=person,
        brand=brand,
        waiting=waiting,
        notices=told.entries,
        key=digest.pk,
        expires_at=digest.due_at + LATEST,
    )
    wishes.mark_told(told, now)
    return DigestState.SENT, waiting.items


def _waiting_for(person: User, brand_id: UUID) -> Waiting:
    """What waits for a person; of an Admin without a role there only what waits for them by name or nobody
    else can decide (Rule A5)."""
    mine: SubmissionItemQuerySet = SubmissionItem.objects.decidable_by(person)
    if person.is_superuser and not _has_a_role(person, brand_id):
        mine = _last_resort(mine, person)
    return entries_of(mine, person, limit=LISTED)


def _has_a_role(person: User, brand_id: UUID) -> bool:
    found: bool = Membership.objects.active().filter(user=person, brand=brand_id).exists()
    return found


def _last_resort(items: "SubmissionItemQuerySet", person: User) -> "SubmissionItemQuerySet":
    rows = list(items.select_related("submission").in_queue_order()[:1000])
    if not rows:
        return items.none()
    panel = Panel.of(rows)
    return items.filter(pk__in=[item.pk for item in rows if person.pk in panel.able(item)])


def tell_urgent(*, submission_id: UUID, now: datetime) -> int:
    """Tell everybody for whom a submission waits that it is urgent, each once; how many were told.

    Nothing when another worker is at it.
    """
    with audited("submission.told_urgent", actor=None):
        submission = (
            Submission.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("brand")
            .filter(pk=submission_id, state=State.WAITING)
            .first()
        )
        if submission is None:
            return 0
        told = _told_before(submission)
        people = _able(submission) - told
        wanted = wishes.wanting(people, URGENT)
        count = sum(_tell(person, submission, now) for person in _people(wanted))
        UrgentTelling.objects.update_or_create(
            submission=submission,
            defaults={
                "brand_id": submission.brand_id,
                "stage": submission.stage,
                "told": sorted(told | people),
                "looked_at": now,
            },
        )
    return count


def _told_before(submission: Submission) -> set[int]:
    """Who was told at this stage, of this part or of the whole that it was split from."""
    family = UrgentTelling.objects.filter(
        submission__root=submission.root_id, stage=submission.stage
    ).order_by()
    return {person for told in family.values_list("told", flat=True) for person in told}


def _able(submission: Submission) -> set[int]:
    items = list(SubmissionItem.objects.waiting().filter(submission=submission).select_related("submission"))
    if not items:
        return set()
    panel = Panel.of(items)
    return {person for item in items for person in panel.able(item)}


def _people(ids: Iterable[int]) -> Iterable[User]:
    return User.objects.filter(pk__in=list(ids), is_active=True).order_by("pk")


def _tell(person: User, submission: Submission, now: datetime) -> bool:
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        mine = SubmissionItem.objects.decidable_by(person).filter(submission=submission)
        waiting = entries_of(mine, person, limit=1)
        if not waiting.entries:
            return False
        post_urgent(
            person=person,
            brand=submission.brand,
            waiting=waiting,
            key=new_id(),
            expires_at=now + URGENT_FOR,
        )
    return True

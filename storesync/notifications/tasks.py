"""What the worker does for notices. All work is rows; a message only wakes (Rule S1)."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from storesync.accounts.models import User
from storesync.core.audit import audited
from storesync.core.periodic import periodic
from storesync.core.queue import task
from storesync.core.scoping import all_brands, brand_scope
from storesync.notifications.announcing import teller_of
from storesync.notifications.kinds import is_bundled
from storesync.notifications.mails import mail_notices
from storesync.notifications.models import Announcement, Notice

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Announcements, or people, that one round looks at."""
SETTLED: Final = timedelta(minutes=1)
"""Kinds of which several are one mail wait so long for more, after the last of them,"""
LONGEST: Final = timedelta(minutes=15)
"""and at most so long after the first."""
PORTION: Final = 5000
"""Old notices that one statement deletes."""


@task(priority=40)
def expand(brand_id: UUID) -> None:
    """Tell people of what was announced in a brand."""
    for pk in list(Announcement.objects.values_list("pk", flat=True)[:AT_ONCE]):
        _guarded_expand(pk)


def _guarded_expand(pk: UUID) -> None:
    try:
        settle_announcement(pk)
    except Exception:
        # One that cannot be told holds up no other; the next sweep tries it again, after those that are new.
        logger.exception("announcement %s could not be told", pk)
        Announcement.objects.filter(pk=pk).update(tries=F("tries") + 1)


def settle_announcement(pk: UUID) -> bool:
    """Tell of one announcement and delete it, in one transaction; False when another worker is at it."""
    with transaction.atomic():
        found = Announcement.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if found is None:
            return False
        teller = teller_of(found.source)
        if teller is None:
            logger.error("nobody tells of announcements of %s", found.source)
        else:
            teller(found.brand_id, found.facts)
        found.delete()
        return True


@task(priority=40)
def write_mails(brand_id: UUID) -> None:
    """Write the mails that are due in a brand."""
    waiting = Notice.objects.to_mail().order_by().values_list("person_id", flat=True).distinct()
    for person_id in list(waiting[:AT_ONCE]):
        try:
            mail_person(person_id)
        except Exception:
            # Who cannot be told holds up nobody; the next sweep tries again.
            logger.exception("person %s could not be mailed their notices", person_id)


def mail_person(person_id: int) -> int:
    """Write a person the mails that are due in the brand in scope; how many mails.

    The rows are locked, marked and the mails written to the ledger in one transaction, so that two workers,
    or one that dies, never write twice and never forget.
    """
    with audited("notice.mailed", actor=None):
        rows = list(
            Notice.objects.to_mail()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("brand")
            .filter(person=person_id)
            .order_by("happened_at", "pk")
        )
        rows = _settled(rows)
        person = User.objects.filter(pk=person_id, is_active=True).first()
        unread = [one for one in rows if one.is_unread]
        sent = mail_notices(person, unread) if person is not None and unread else []
        now = timezone.now()
        Notice.objects.filter(pk__in=[one.pk for one in rows]).update(mail_due=False, updated_at=now)
        told = [one.pk for part in sent for one in part]
        Notice.objects.filter(pk__in=told).update(mailed_at=now)
        return len(sent)


def _settled(rows: list[Notice]) -> list[Notice]:
    """Those to be mailed now: of bundled kinds only when no more come, so that a wave is one mail."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        if is_bundled(row.kind):
            moments[row.kind].append(row.happened_at)
    now = timezone.now()
    growing = {
        kind for kind, when in moments.items() if max(when) > now - SETTLED and min(when) > now - LONGEST
    }
    return [row for row in rows if row.kind not in growing]


def sweep_notices() -> None:
    """Find what a lost message or a dead worker left behind."""
    for brand_id in _brands_waiting():
        with brand_scope([brand_id]):
            expand.function(brand_id)
            write_mails.function(brand_id)


def _brands_waiting() -> Iterator[UUID]:
    with all_brands("notices of every brand are looked after together"):
        announced = Announcement.objects.order_by().values_list("brand_id", flat=True).distinct()
        due = Notice.objects.to_mail().order_by().values_list("brand_id", flat=True).distinct()
        found = [*dict.fromkeys([*announced[:AT_ONCE], *due[:AT_ONCE]])]
    yield from found


@periodic("notifications.forget", every=timedelta(days=1), offset=timedelta(hours=2, minutes=30))
def forget_notices() -> None:
    """Delete notices older than `settings.NOTICE_DAYS`; what they told of has a history of its own."""
    before = timezone.now() - timedelta(days=settings.NOTICE_DAYS)
    with all_brands("old notices of every brand are deleted"):
        while True:
            old = Notice.objects.filter(happened_at__lt=before).order_by("happened_at")[:PORTION]
            deleted, _by_model = Notice.objects.filter(pk__in=old.values("pk")).delete()
            if deleted < PORTION:
                return

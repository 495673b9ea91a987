"""Whose digest is due: one row for each person, brand and local date, written by whoever looks first.

09:00 is that of each person's own zone, on the date that it is there, so clocks that change need no rule of
their own (Rules A11, S5). A row is written for everybody who approves, also where nothing waits, so that what
comes at ten is not told in a mail of nine.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from storesync.accounts.models import User
from storesync.approvals.models import ApprovalDigest
from storesync.approvals.querysets import DECIDING_ROLES
from storesync.brands.models import Brand, Membership

AT: Final = time(9)
"""When a digest is due, in its reader's zone."""
LATEST: Final = timedelta(hours=6)
"""Later than that it is left out: the next day's tells what waits then (Rule S6)."""


def claim_due(now: datetime) -> int:
    """Write the rows of those whose 09:00 has come; how many. The caller's scope holds every brand.

    Three queries and no more while nothing is due.
    """
    zones = open_zones(now)
    rows = [
        ApprovalDigest(brand_id=brand, person_id=person, local_date=day, due_at=due_on(day, zone))
        for day, names in zones.items()
        for person, zone, brand in (*_members(day, names), *_admins(day, names))
    ]
    ApprovalDigest.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def due_on(day: date, zone: str) -> datetime:
    """The moment at which the digest of a date is due in a zone."""
    return datetime.combine(day, AT, tzinfo=ZoneInfo(zone))


def open_zones(now: datetime) -> dict[date, list[str]]:
    """The zones of our people in which it is after nine and not too late, by the date there."""
    found: dict[date, list[str]] = defaultdict(list)
    for zone in User.objects.filter(is_active=True).order_by().values_list("time_zone", flat=True).distinct():
        day = now.astimezone(ZoneInfo(zone)).date()
        if due_on(day, zone) <= now < due_on(day, zone) + LATEST:
            found[day].append(zone)
    return found


def _members(day: date, zones: list[str]) -> Iterator[tuple[int, str, UUID]]:
    """Who holds a role that decides, in each of these zones, and has no digest of the day yet."""
    made = ApprovalDigest.objects.filter(
        person=OuterRef("user_id"), brand=OuterRef("brand_id"), local_date=day
    ).order_by()
    found = (
        Membership.objects.active()
        .filter(~Exists(made), role__in=DECIDING_ROLES, user__is_active=True, user__time_zone__in=zones)
        .order_by()
        .values_list("user_id", "user__time_zone", "brand_id")
        .distinct()
    )
    yield from found.iterator()


def _admins(day: date, zones: list[str]) -> Iterator[tuple[int, str, UUID]]:
    """The Admins, for every brand: what nobody else can decide waits for them (Rule A5)."""
    admins = User.objects.filter(is_superuser=True, is_active=True, time_zone__in=zones).order_by()
    people = list(admins.values_list("pk", "time_zone"))
    if not people:
        return
    rows = ApprovalDigest.objects.filter(local_date=day, person__in=[pk for pk, _zone in people]).order_by()
    made = set(rows.values_list("person_id", "brand_id"))
    for brand in Brand.objects.order_by("pk").values_list("pk", flat=True):
        yield from ((pk, zone, brand) for pk, zone in people if (pk, brand) not in made)

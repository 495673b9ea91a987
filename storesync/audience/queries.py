"""Reads over lists of recipients and suppressions, as plain rows."""

import hashlib
from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import Cast

from storesync.audience.models import AudienceEntry, Suppression
from storesync.audience.querysets import EntryQuerySet
from storesync.core.scoping import all_brands, require_scope

NOBODY = hashlib.sha256(b"").hexdigest()
"""The digest of an empty audience."""


class Audience(TypedDict):
    """Who a revision is for, as its hash covers it: a list, how many of it, and their digest."""

    list: str
    count: int
    digest: str


def audience_of(list_id: UUID, location_id: UUID) -> Audience:
    """The recipients of one location in a list."""
    return audiences_of(list_id, [location_id])[location_id]


def audiences_of(list_id: UUID, location_ids: Iterable[UUID] | None = None) -> dict[UUID, Audience]:
    """The recipients by location, in one query; locations asked for and not in the list have none.

    Args:
        location_ids: None for every location that is in the list.

    The digest is the SHA-256 of the sorted ids of the contacts, so the same people give the same digest.
    """
    entries = AudienceEntry.objects.filter(list_id=list_id)
    wanted = None if location_ids is None else list(location_ids)
    if wanted is not None:
        entries = entries.filter(location_id__in=wanted)
    rows = (
        entries.order_by()
        .values("location_id")
        .annotate(
            n=Count("pk"),
            ids=StringAgg(
                Cast("contact_id", CharField()), delimiter=Value(","), order_by=F("contact_id").asc()
            ),
        )
    )
    found = {
        row["location_id"]: Audience(
            list=str(list_id), count=row["n"], digest=hashlib.sha256(row["ids"].encode()).hexdigest()
        )
        for row in rows
    }
    for location_id in wanted or []:
        found.setdefault(location_id, Audience(list=str(list_id), count=0, digest=NOBODY))
    return found


def entries_of(list_id: UUID, location_id: UUID) -> EntryQuerySet:
    """The people of one location in a list, with their contacts; unordered."""
    found: EntryQuerySet = AudienceEntry.objects.filter(list_id=list_id, location_id=location_id)
    return found.select_related("contact")


def suppression_reasons(brand_id: UUID, hashes: Iterable[str]) -> dict[str, str]:
    """Why the brand, or the whole company, is not to mail these addresses: the first reason, in words."""
    require_scope(brand_id)
    with all_brands("the company's suppressions hold for each of its brands"):
        rows = Suppression.objects.filter(
            Q(brand_id=brand_id) | Q(brand__isnull=True), address_hash__in=list(hashes)
        )
        return {row.address_hash: row.get_reason_display() for row in rows.order_by("-created_at")}


def suppressed_hashes(brand_id: UUID, hashes: Iterable[str]) -> set[str]:
    """Which of these address hashes the brand, or the whole company, is not to mail."""
    require_scope(brand_id)
    with all_brands("the company's suppressions hold for each of its brands"):
        rows = Suppression.objects.filter(
            Q(brand_id=brand_id) | Q(brand__isnull=True), address_hash__in=list(hashes)
        )
        return set(rows.values_list("address_hash", flat=True))

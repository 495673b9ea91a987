"""Reads over threads: what is said about an owner, and how much at which of its places."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.http import urlencode

from storesync.comments.models import Comment, Mention, Thread
from storesync.comments.querysets import ThreadQuerySet


def threads_of(owner_kind: str, owner_id: UUID) -> ThreadQuerySet:
    """The threads about an owner with their comments and people, newest first; four queries in all."""
    told = Mention.objects.select_related("person")
    comments = Comment.objects.select_related("author").prefetch_related(Prefetch("mentions", told))
    threads: ThreadQuerySet = (
        Thread.objects.of_owner(owner_kind, owner_id)
        .select_related("location", "resolved_by", "reopened_by")
        .prefetch_related(Prefetch("comments", comments))
        .order_by("-created_at", "-pk")
    )
    return threads


@dataclass(frozen=True, slots=True)
class Counts:
    """How many threads there are."""

    open: int = 0
    resolved: int = 0

    @property
    def total(self) -> int:
        """Open and resolved."""
        return self.open + self.resolved


def count_threads(
    owner_kind: str, owner_ids: Collection[UUID], *, place: tuple[str, str] | None = None
) -> Counts:
    """The threads about these owners (at one place of them), counted in one query."""
    threads = Thread.objects.filter(owner_kind=owner_kind, owner_id__in=list(owner_ids))
    if place is not None:
        threads = threads.at(*place)
    open_, resolved = Q(resolved_at__isnull=True), Q(resolved_at__isnull=False)
    return Counts(
        **threads.order_by().aggregate(open=Count("pk", filter=open_), resolved=Count("pk", filter=resolved))
    )


def open_by_owner(owner_kind: str, owner_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many threads are open about each of these owners, in one query; those without any are left out."""
    threads = Thread.objects.filter(owner_kind=owner_kind, owner_id__in=list(owner_ids)).open().order_by()
    return dict(threads.values_list("owner_id").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """What a page shows beside one place: how much is said there, and the way to it.

    Attributes:
        key: the place, as `places.place_key` writes it.
        url: its threads, and the form for another.
        threads: ids of its threads, for links that name one.
    """

    key: str
    url: str
    open: int = 0
    resolved: int = 0
    threads: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of its element on a page."""
        return f"place-{self.key.replace('.', '--')}"

    @property
    def total(self) -> int:
        """Open and resolved threads."""
        return self.open + self.resolved


@dataclass(frozen=True, slots=True)
class PlaceMarks:
    """The marks of an owner's places; a place where nothing was said yet has one too."""

    url: str
    counts: Counts
    said: dict[str, PlaceMark] = field(default_factory=dict)

    def at(self, key: str) -> PlaceMark:
        """The mark of one place ("hello.text", "subject", "" for the whole)."""
        return self.said.get(key) or PlaceMark(key, self._url(key))

    def _url(self, key: str) -> str:
        return f"{self.url}?{urlencode({'place': key, 'show': 'all'})}"


def place_marks(brand_slug: str, owner_kind: str, owner_id: UUID) -> PlaceMarks:
    """How much is said at each place of an owner, in one query."""
    url = reverse("comments:owner", args=[brand_slug, owner_kind, owner_id])
    rows = Thread.objects.of_owner(owner_kind, owner_id).only("block_id", "field", "resolved_at", "brand_id")
    by_place: dict[str, list[Any]] = {}
    for thread in rows:
        by_place.setdefault(thread.key, []).append(thread)
    marks = PlaceMarks(url, _counted(thread for threads in by_place.values() for thread in threads))
    for key, threads in by_place.items():
        counts = _counted(threads)
        ids = tuple(str(thread.pk) for thread in threads)
        marks.said[key] = PlaceMark(key, marks._url(key), counts.open, counts.resolved, ids)
    return marks


def _counted(threads: Iterable[Thread]) -> Counts:
    states = [thread.is_open for thread in threads]
    return Counts(states.count(True), states.count(False))

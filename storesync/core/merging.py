"""Keyset pages over several tables as one list, newest first: what happened, wherever it was written down.

Each table gives a stream of places; a page asks each for as many as it shows and keeps the newest of all, in
one query whatever their number, and however far down the page is. What a place stands for is read by whoever
asked. Within one second the rank of a stream decides, which its owner chose by what causes what: the moments
of one transaction are written by several clocks.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.db.models import CharField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, LPad, TruncSecond

from storesync.core.paging import COUNT_CEILING, PAGE_SIZES, count_up_to

_SIGNER: Final = Signer(salt="storesync.core.merging")
_DIGITS: Final = 20


class Place(NamedTuple):
    """Where something stands in a merged list: when, in which stream, and under which key there."""

    moment: datetime
    rank: int
    key: str


@dataclass(frozen=True, slots=True)
class Stream:
    """One table's part: a queryset with the annotations `moment` and `key` (`moment_of`, `key_of`).

    Attributes:
        rank: its number among the streams of a list; within one second what has the higher one is newer.
    """

    rank: int
    rows: "QuerySet[Any]"


@dataclass(frozen=True)
class MergedPage:
    """One page of places and the way to its neighbours; what `components/pager.html` shows.

    Attributes are those of `core.paging.Page`; `rows` are what the places stand for, set by the caller.
    """

    places: list[Place]
    start: int
    total: int
    more_than_total: bool
    previous: str
    next: str
    size: int
    rows: list[Any] = field(default_factory=list)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The page sizes that a person may choose."""
        return PAGE_SIZES

    @property
    def end(self) -> int:
        """The number of the last row."""
        return self.start + len(self.places) - 1 if self.places else 0


def moment_of(path: str) -> TruncSecond:
    """The second of a moment; in UTC, where no hour comes twice."""
    return TruncSecond(path, tzinfo=UTC)


def key_of(path: str) -> LPad:
    """A number as a key that sorts as a text; UUIDs sort by themselves (`Cast`)."""
    return LPad(Cast(path, CharField()), _DIGITS, Value("0"))


def merged_page(streams: Sequence[Stream], *, cursor: str, size: int, at: Place | None = None) -> MergedPage:
    """Cut one page out of a merged list, newest first.

    Args:
        cursor: as a page gave it, or "" for the first page; a broken one is the first.
        size: rows a page, one of PAGE_SIZES (else the smallest).
        at: begin with this place instead: the page that a link to one entry opens.
    """
    size = size if size in PAGE_SIZES else PAGE_SIZES[0]
    way, number, place = _decode(cursor) or ("on", 1, None)
    if at is not None:
        way, place = "on", at
        number = count_up_to_all(streams, newer_than=at) + 1
    backwards = way == "back" and place is not None
    found = _take(streams, place, size + 1, backwards=backwards, including=at is not None)
    further = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    start = max(1, number - len(found)) if backwards else number
    total = count_up_to_all(streams)
    has_previous = further if backwards else place is not None and number > 1
    has_next = True if backwards else further
    return MergedPage(
        places=found,
        start=start if found else 0,
        total=min(total, COUNT_CEILING),
        more_than_total=total > COUNT_CEILING,
        previous=_encode("back", start, found[0]) if found and has_previous else "",
        next=_encode("on", start + len(found), found[-1]) if found and has_next else "",
        size=size,
    )


def walk_merged(streams: Sequence[Stream], *, size: int) -> Iterator[list[Place]]:
    """All places of a merged list, newest first, in stretches; no connection is held between two."""
    place: Place | None = None
    while found := _take(streams, place, size):
        yield found
        place = found[-1]


def count_up_to_all(streams: Sequence[Stream], *, newer_than: Place | None = None) -> int:
    """How many places there are in all (newer than one), counted up to a little over COUNT_CEILING."""
    if newer_than is not None:
        streams = [Stream(s.rank, s.rows.filter(_beyond(s.rank, newer_than, newer=True))) for s in streams]
    parts = [stream.rows.order_by().values("key")[: COUNT_CEILING + 1] for stream in streams]
    if not parts:
        return 0
    return count_up_to(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])


def _take(
    streams: Sequence[Stream],
    place: Place | None,
    most: int,
    *,
    backwards: bool = False,
    including: bool = False,
) -> list[Place]:
    """The next places after (or before) one, in the order in which they were walked."""
    order = ("moment", "key") if backwards else ("-moment", "-key")
    parts = []
    for stream in streams:
        rows = stream.rows
        if place is not None:
            beyond = _beyond(stream.rank, place, newer=backwards)
            if including and stream.rank == place.rank:
                beyond |= Q(moment=place.moment, key=place.key)
            rows = rows.filter(beyond)
        ranked = rows.annotate(rank=Value(stream.rank, IntegerField())).order_by(*order)
        parts.append(ranked.values_list("moment", "rank", "key")[:most])
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    return sorted((Place(*row) for row in found), reverse=not backwards)[:most]


def _beyond(rank: int, place: Place, *, newer: bool) -> Q:
    """What of the stream of this rank comes after a place, or before it."""
    compare = "gt" if newer else "lt"
    beyond = Q(**{f"moment__{compare}": place.moment})
    if rank == place.rank:
        return beyond | Q(moment=place.moment, **{f"key__{compare}": place.key})
    comes = rank > place.rank if newer else rank < place.rank
    return beyond | Q(moment=place.moment) if comes else beyond


def _encode(way: str, number: int, place: Place) -> str:
    values = [way, number, place.moment.isoformat(), place.rank, place.key]
    return _SIGNER.sign(b64_encode(json.dumps(values, separators=(",", ":")).encode()).decode())


def _decode(cursor: str) -> tuple[str, int, Place] | None:
    """What a cursor says. It is signed, so that no value in it was made up."""
    try:
        way, number, moment, rank, key = json.loads(b64_decode(_SIGNER.unsign(cursor).encode()))
    except BadSignature:
        return None
    return way, number, Place(datetime.fromisoformat(moment), rank, key)

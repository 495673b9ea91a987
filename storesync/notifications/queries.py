"""What a person is told now: which notices they may read, in which words, and how many are unread."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from storesync.notifications.kinds import Channel, Kind, UnknownKind, Visibility, Words, kind_of
from storesync.notifications.models import Notice, NoticePreference

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from storesync.accounts.models import User
    from storesync.brands.models import Brand

MOST_COUNTED: Final = 99
"""The bell counts so far: beyond stands "99+"."""
_STRETCH: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice as its reader sees it."""

    notice: Notice
    kind: Kind
    words: Words


def visible(person: "User", notices: Sequence[Notice]) -> set[UUID]:
    """Which of these notices the person may read now (Rule A10): one question for each kind of check."""
    asked: dict[Visibility, list[Notice]] = defaultdict(list)
    for notice in notices:
        try:
            asked[kind_of(notice.kind).visible_to].append(notice)
        except UnknownKind:  # of an app that is not there any more
            continue
    return {pk for check, rows in asked.items() for pk in check(person, rows)}


def entries(person: "User", notices: Sequence[Notice]) -> list[Entry]:
    """These notices in words, in their order, without those that the person may not read or that are gone."""
    may = visible(person, notices)
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.pk in may:
            by_kind[notice.kind].append(notice)
    words = {pk: one for key, rows in by_kind.items() for pk, one in kind_of(key).renderer(rows).items()}
    return [Entry(one, kind_of(one.kind), words[one.pk]) for one in notices if one.pk in words]


def count_unread(person: "User") -> int:
    """How many unread notices the person may read in the brands in scope; MOST_COUNTED + 1 says more."""
    found = Notice.objects.unread().filter(person=person).order_by("-happened_at", "-pk")
    count = 0
    for rows in _stretches(found):
        count += len(visible(person, rows))
        if count > MOST_COUNTED:
            return MOST_COUNTED + 1
    return count


def _stretches(found: "QuerySet[Notice]") -> Iterator[list[Notice]]:
    """Rows of an ordered queryset a stretch at a time; most people have one."""
    begin = 0
    while rows := list(found[begin : begin + _STRETCH]):
        yield rows
        if len(rows) < _STRETCH:
            return
        begin += _STRETCH


def choices_of(person: "User") -> dict[str, frozenset[Channel]]:
    """What the person has chosen, by the key of the kind; kinds without a choice are left out."""
    return {
        row.kind: frozenset(one for one in Channel if getattr(row, one.value))
        for row in NoticePreference.objects.filter(person=person)
    }


def wanting(people: Iterable[int], kind: str, channel: Channel | str) -> set[int]:
    """Who of these people wants notices of a kind by a channel."""
    asked, wanted = set(people), Channel(channel)
    rows = NoticePreference.objects.filter(person__in=asked, kind=kind).values_list("person_id", wanted.value)
    chosen: dict[int, Any] = dict(rows)
    default = wanted in kind_of(kind).default
    return {one for one in asked if chosen.get(one, default)}


def collected_for(person: "User", brand: "Brand") -> list[Notice]:
    """What waits for the person's next digest of a brand, newest first: what they have neither read nor been
    mailed, and may read now. `entries(person, rows)` says it in words."""
    found = list(Notice.objects.to_collect().filter(person=person, brand=brand))
    may = visible(person, found)
    return [one for one in found if one.pk in may]


def people_collecting(brand: "Brand", people: Collection[int] | None = None) -> set[int]:
    """Who has something to collect in a brand, before their rights are asked."""
    found = Notice.objects.to_collect().filter(brand=brand)
    if people is not None:
        found = found.filter(person__in=people)
    return set(found.order_by().values_list("person_id", flat=True).distinct())

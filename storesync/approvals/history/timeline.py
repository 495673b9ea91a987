"""A timeline: entries of several sources as one list, filtered, paged, walked."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.db.models import Q

from storesync.approvals.history.entries import Entry, Kind
from storesync.approvals.history.of_campaigns import Batches, Edits, Moves, Tests
from storesync.approvals.history.of_comments import Comments, Threads
from storesync.approvals.history.of_reviews import (
    ArchivedStepGroups,
    ArchivedSteps,
    Clock,
    StepGroups,
    Steps,
    step_entry,
)
from storesync.approvals.history.sources import Source, Subject
from storesync.approvals.models import ApprovalStep, Submission, SubmissionItem
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.core.merging import MergedPage, Place, Stream, count_up_to_all, merged_page, walk_merged

if TYPE_CHECKING:
    from storesync.accounts.models import User

_CAMPAIGN: Final = (Edits, Tests, Comments, Threads, ArchivedSteps, Steps, Clock, Moves, Batches)
_SUBMISSION: Final = (Comments, Threads, ArchivedStepGroups, StepGroups, Clock)
NOBODY: Final = 0
"""The person of what the clock, the engine or a rule did."""
_MOST_PEOPLE: Final = 200
_KEY: Final = re.compile(r"[0-9a-f-]{1,100}")
"""How keys are written: numbers and UUIDs. Anything else, a NUL above all, is not asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader filters by; empty means everything.

    Attributes:
        person: an id, or NOBODY.
        since, until: the first moment, and the first that is too late.
        words: searched in comments, reasons, rules, what was done, and names of people.
    """

    kinds: Collection[str] = ()
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


EVERYTHING: Final = Asked()


class Timeline:
    """What happened to one subject, newest first."""

    def __init__(self, sources: Sequence[Source], asked: Asked = EVERYTHING) -> None:
        self._sources = sources
        self._by_rank = {source.rank: source for source in self._sources}
        self._asked = asked
        self.kinds = [kind for kind in Kind if kind in {source.kind for source in self._sources}]

    def asking(self, asked: Asked) -> "Timeline":
        """The same, narrowed to what a reader asks for."""
        return Timeline(self._sources, asked)

    def count(self) -> int:
        """How many entries there are, counted a little beyond `core.paging.COUNT_CEILING`."""
        return count_up_to_all(self._streams())

    def page(self, *, cursor: str, size: int, entry: str = "") -> MergedPage:
        """One page of entries.

        Args:
            entry: the anchor of an entry to begin with; one that is not there is left aside.
        """
        at = self._place(entry) if entry else None
        page = merged_page(self._streams(), cursor=cursor, size=size, at=at)
        page.rows.extend(self._tell(page.places))
        return page

    def walk(self, *, size: int) -> Iterator[list[Entry]]:
        """All entries in stretches."""
        for places in walk_merged(self._streams(), size=size):
            yield self._tell(places)

    def people(self) -> "list[User]":
        """Who did something in it, by name; whatever is filtered by."""
        parts = [source.rows().order_by().values_list("who").distinct() for source in self._sources]
        people = get_user_model().objects.filter(pk__in=parts[0].union(*parts[1:]))
        return list(people.order_by("name", "pk")[:_MOST_PEOPLE])

    def _streams(self) -> list[Stream]:
        wanted = [one for one in self._sources if not self._asked.kinds or one.kind in self._asked.kinds]
        named = self._named()
        return [Stream(one.rank, one.keyed(one.rows().filter(self._condition(one, named)))) for one in wanted]

    def _named(self) -> list[int]:
        """The people whose name holds the words."""
        if not self._asked.words:
            return []
        people = get_user_model().objects.filter(name__icontains=self._asked.words)
        return list(people.order_by().values_list("pk", flat=True)[:_MOST_PEOPLE])

    def _condition(self, source: Source, named: list[int]) -> Q:
        asked, condition = self._asked, Q()
        if asked.since is not None:
            condition &= Q(**{f"{source.at}__gte": asked.since})
        if asked.until is not None:
            condition &= Q(**{f"{source.at}__lt": asked.until})
        if asked.person is not None:
            condition &= Q(who=asked.person) if asked.person != NOBODY else Q(who__isnull=True)
        if asked.words:
            found = source.about(asked.words)
            condition &= found | Q(who__in=named) if found and named else found
        return condition

    def _place(self, anchor: str) -> Place | None:
        name, _dash, key = anchor.partition("-")
        if not _KEY.fullmatch(key):
            return None
        for source in self._sources:
            if source.name == name:
                moment = source.keyed(source.rows()).filter(key=key).values_list("moment", flat=True).first()
                return Place(moment, source.rank, key) if moment else None
        return None

    def _tell(self, places: Sequence[Place]) -> list[Entry]:
        """The entries of these places, each source asked once, all people in one query."""
        keys: dict[int, list[str]] = {}
        for place in places:
            keys.setdefault(place.rank, []).append(place.key)
        told = {rank: self._by_rank[rank].tell(these) for rank, these in keys.items()}
        entries = []
        for place in places:
            entry = told[place.rank][place.key]
            entry.anchor = f"{self._by_rank[place.rank].name}-{place.key}"
            entries.append(entry)
        _name_people(entries)
        return entries


def _name_people(entries: Sequence[Entry]) -> None:
    ids = {pk for one in entries for pk in (one.person_id, one.in_place_of_id, one.handed_to_id)} - {None}
    people = get_user_model().objects.in_bulk(ids) if ids else {}

    def name(pk: int | None) -> str:
        return str(people[pk].display_name) if pk in people else ""

    for one in entries:
        one.who, one.in_place_of = name(one.person_id), name(one.in_place_of_id)
        one.handed_to = name(one.handed_to_id)


def entries_of(steps: Sequence[ApprovalStep]) -> list[Entry]:
    """Steps as entries, in their order: for a panel beside what is decided about."""
    entries = [step_entry(step) for step in steps]
    _name_people(entries)
    return entries


def of_campaign(campaign: LocationCampaign) -> Timeline:
    """Everything that happened to a campaign. Whoever may see the campaign may see it all (Rule A10)."""
    items = SubmissionItem.objects.filter(owner_kind=KIND, owner_id=campaign.pk)
    subject = Subject(campaign.brand.slug, KIND, [campaign.pk], items)
    return Timeline([source(subject) for source in _CAMPAIGN])


def of_submission(submission: Submission, user: "User") -> Timeline:
    """What happened to a submission and all parts it was split into, of what the reader may see (A10)."""
    items = SubmissionItem.objects.filter(submission__root=submission.root_id).visible_to(user)
    owners = items.order_by().values("owner_id")
    subject = Subject(submission.brand.slug, KIND, owners, items, since=submission.root.created_at)
    return Timeline([source(subject) for source in _SUBMISSION])

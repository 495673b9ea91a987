"""What waits for one person, grouped like the queue, for the mail and for the pages behind it.

One entry is what one submission asks of one person: a wave of 1,000 clones is one entry with its count and
what differs in it. The number of queries does not grow with the items.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DecimalField,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    TextField,
    UUIDField,
    Value,
    Window,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Collate, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.accounts.models import User
from storesync.approvals.facts import base_of
from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.approvals.permissions import acting_for
from storesync.content.differences import Difference, content_of, differences, most_telling
from storesync.content.excerpts import excerpt
from storesync.content.language import show_recipient_fields
from storesync.content.media import SMALL, is_media, media_url
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo, describe
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.approvals.querysets import SubmissionItemQuerySet

TOLD: Final = 4
"""Differences of the content that an entry tells."""
APART: Final = 3
"""Campaigns of a wave that an entry names because they differ."""
TOLD_APART: Final = 2
"""Differences that it tells of each of those."""
EXCERPT: Final = 220
"""Letters of the text that an entry shows."""
SOON: Final = timedelta(hours=24)
"""A start that is so near is urgent."""


_PIN: Final = Concat(
    "owner_kind",
    Value(":"),
    Cast("owner_id", TextField()),
    Value(":"),
    "content_hash",
    output_field=TextField(),
)


def digest_of_items() -> Func:
    """`models.digest_of` of a group of items, made by the database, so that no list has to be loaded."""
    lines = StringAgg(_PIN, "\n", order_by=Collate(_PIN, "C"))
    return Func(
        lines,
        template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')",
        output_field=TextField(),
    )


@dataclass(frozen=True, slots=True)
class Apart:
    """A campaign of a wave that is no copy of its template, with what differs."""

    item: SubmissionItem
    told: list[Difference]
    more: int


@dataclass(slots=True)
class Entry:
    """What one submission asks of one person.

    Attributes:
        count, differing: campaigns, and how many of them differ from their template.
        digest: of the (campaign, revision hash) list (Rule A2).
        due, start: the first of them; None where none has a date. overdue: due is past.
        discount, warnings: the largest discount in percent, the warnings of the checks.
        example: one of them, one that differs where there is any.
        compared: what `told` is held against: the version approved last, the one sent back, the template.
        apart: of a wave those that differ, the first few.
        in_place_of: who is away, or handed it over, where the person acts for somebody.
    """

    submission: Submission
    count: int
    differing: int
    digest: str
    due: datetime | None
    start: datetime | None
    overdue: bool
    discount: Decimal | None
    warnings: int
    ai_written: bool
    example: SubmissionItem
    owner: OwnerInfo | None = None
    compared: str = ""
    told: list[Difference] = field(default_factory=list)
    more: int = 0
    apart: list[Apart] = field(default_factory=list)
    in_place_of: str = ""

    @property
    def title(self) -> str:
        """What it is called: the campaign, or what was handed in together."""
        return self.example.name if self.count == 1 else self.submission.title

    @property
    def extent(self) -> str:
        """How many campaigns it is, and the stage at which they wait."""
        many = ngettext("%(n)s campaign", "%(n)s campaigns", self.count) % {"n": formats.number(self.count)}
        return " · ".join(word for word in (many, self.submission.stage_name) if word)

    @property
    def subject(self) -> str:
        """The subject line of the example, as its reader has it."""
        return show_recipient_fields(self.example.revision.rendered_subject)

    @property
    def excerpt(self) -> str:
        """How its text begins."""
        text = show_recipient_fields(self.example.revision.text)
        return excerpt(text, brand=self.example.brand.name, most=EXCERPT)

    @property
    def picture(self) -> str:
        """The complete address of its first picture in the media library; "" where it has none."""
        for block in self.example.revision.blocks:
            src = block.get("src") if isinstance(block, Mapping) else None
            if isinstance(src, str) and is_media(src):
                return media_url(src, width=SMALL)
        return ""

    @property
    def apart_more(self) -> int:
        """Campaigns that differ besides those that are named."""
        return self.differing - len(self.apart) if self.count > 1 else 0

    @property
    def risks(self) -> list[str]:
        """What a decision has to look at, in words."""
        words = []
        if self.discount is not None:
            share = {"percent": formats.percent(self.discount / 100)}
            words.append(
                _("discount of %(percent)s") % share
                if self.count == 1
                else _("discount of up to %(percent)s") % share
            )
        if self.warnings:
            words.append(ngettext("%(n)d warning", "%(n)d warnings", self.warnings) % {"n": self.warnings})
        if self.count == 1:
            words.append(_("differs from its template") if self.differing else _("as its template has it"))
        elif self.differing:
            words.append(
                ngettext("%(n)s differs from the template", "%(n)s differ from the template", self.differing)
                % {"n": formats.number(self.differing)}
            )
        else:
            words.append(_("all as their template has them"))
        if self.ai_written:
            words.append(_("written with AI"))
        return words


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person: the most urgent entries, and how much there is in all."""

    entries: list[Entry]
    submissions: int
    items: int

    @property
    def more(self) -> int:
        """Submissions besides those that are listed."""
        return self.submissions - len(self.entries)


def entries_of(items: "SubmissionItemQuerySet", person: User, *, limit: int) -> Waiting:
    """What these items ask of a person, the first due on top.

    Who may decide what is the expensive question, so it is asked by one statement alone.

    Args:
        items: those that wait for them.
        limit: entries to tell of; the rest is only counted.
    """
    telling = [F("differs").desc(), F("due_at").asc(nulls_last=True), F("pk").asc()]
    groups = list(
        items.order_by()
        .values("submission_id")
        .annotate(
            count=Count("pk"),
            differing=Count("pk", filter=Q(differs=True)),
            due=Min("due_at"),
            start=Min("start_at"),
            discount=Max(Cast(KT("facts__discount"), DecimalField(max_digits=9, decimal_places=2))),
            warnings=Max(Cast(KT("facts__warnings"), IntegerField())),
            ai=Count("pk", filter=Q(facts__ai_written=True)),
            list_digest=digest_of_items(),
            examples=_first(ArrayAgg("pk", order_by=telling)),
            submissions=Window(Count("*")),
            items=Window(_Sum(Count("pk"))),
        )
        .order_by(F("due").asc(nulls_last=True), "submission_id")[:limit]
    )
    if not groups:
        return Waiting([], 0, 0)
    examples = _examples([pk for group in groups for pk in group["examples"]])
    now = timezone.now()
    entries = [
        Entry(
            submission=examples[group["submission_id"]][0].submission,
            count=group["count"],
            differing=group["differing"],
            digest=group["list_digest"],
            due=group["due"],
            start=group["start"],
            overdue=group["due"] is not None and group["due"] < now,
            discount=group["discount"],
            warnings=group["warnings"] or 0,
            ai_written=bool(group["ai"]),
            example=examples[group["submission_id"]][0],
        )
        for group in groups
        # What was decided since the statement above waits no more.
        if examples[group["submission_id"]]
    ]
    _compare(entries, examples)
    _name_absent(entries, person)
    return Waiting(entries, groups[0]["submissions"], int(groups[0]["items"]))


class _Sum(Func):
    """The sum of a count over all groups, which Django's own Sum refuses."""

    function = "SUM"
    window_compatible = True
    output_field = IntegerField()


def _first(keys: ArrayAgg) -> Func:
    """The first few of an array of keys."""
    return Func(keys, template=f"(%(expressions)s)[1:{APART}]", output_field=ArrayField(UUIDField()))


def _examples(keys: Iterable[UUID]) -> dict[UUID, list[SubmissionItem]]:
    """These items by their submission, those that differ first; of those that are alike one."""
    heavy = ("revision__html", "location__search")
    found: dict[UUID, list[SubmissionItem]] = defaultdict(list)
    for item in (
        SubmissionItem.objects.waiting()
        .filter(pk__in=list(keys))
        .select_related("brand", "submission__submitter", "revision", "location")
        .defer(*heavy)
        .order_by("submission_id", "-differs", F("due_at").asc(nulls_last=True), "pk")
    ):
        if item.differs or not found[item.submission_id]:
            found[item.submission_id].append(item)
    return found


def _compare(entries: Sequence[Entry], examples: Mapping[UUID, Sequence[SubmissionItem]]) -> None:
    """What differs, in words: since it was sent back, since the last approval, against the template."""
    rows = [item for entry in entries for item in examples[entry.submission.pk]]
    owners = describe([item.revision for item in rows])
    before = _before([entry.example.revision for entry in entries if entry.count == 1])
    for entry in entries:
        item = entry.example
        entry.owner = owner = owners.get(item.revision_id)
        if entry.count > 1:
            entry.apart = [_apart(one, owners) for one in examples[entry.submission.pk] if one.differs]
            continue
        known = before.get((item.owner_kind, item.owner_id))
        if known is not None:
            entry.compared = known[0]
            found = _against(known[1], item.revision, owner)
        else:
            base = owner.base_content if owner else None
            entry.compared = _("Against %(template)s") % {"template": base.label} if base else ""
            found = _against_base(item.revision, owner)
        entry.told, entry.more = found[:TOLD], max(0, len(found) - TOLD)


def _apart(item: SubmissionItem, owners: Mapping[UUID, OwnerInfo]) -> Apart:
    found = _against_base(item.revision, owners.get(item.revision_id))
    return Apart(item, found[:TOLD_APART], max(0, len(found) - TOLD_APART))


def _against_base(revision: Revision, owner: OwnerInfo | None) -> list[Difference]:
    made_from, base = base_of(owner), owner.base_content if owner else None
    if made_from is None or base is None:
        return []
    return most_telling(differences(made_from, content_of(revision), base.variables))


def _against(was: Revision, revision: Revision, owner: OwnerInfo | None) -> list[Difference]:
    variables = owner.base_content.variables if owner and owner.base_content else {}
    return most_telling(differences(content_of(was), content_of(revision), variables))


def _before(revisions: Collection[Revision]) -> dict[tuple[str, UUID], tuple[str, Revision]]:
    """What a reviewer saw before of these owners, whichever is later: approved last, or sent back."""
    if not revisions:
        return {}
    # What waits is the newest of its owner: every other revision is older.
    owners = Q(
        owner_kind__in={one.owner_kind for one in revisions}, owner_id__in=[one.owner_id for one in revisions]
    )
    older = Revision.objects.filter(owners).exclude(pk__in=[one.pk for one in revisions]).order_by()
    approvals = (
        Approval.objects.filter(revision__in=older.values("pk"))
        .select_related("revision")
        .defer("revision__html")
        .order_by("revision__owner_kind", "revision__owner_id", "-revision__number", "-approved_at")
        .distinct("revision__owner_kind", "revision__owner_id")
    )
    steps = (
        ApprovalStep.objects.filter(
            owners,
            revision__in=older.values("pk"),
            decision__in=[Decision.REJECTED, Decision.CHANGES_REQUESTED],
            person__isnull=False,
        )
        .select_related("revision", "person")
        .defer("revision__html")
        .order_by("owner_kind", "owner_id", "-pk")
        .distinct("owner_kind", "owner_id")
    )
    found: dict[tuple[str, UUID], tuple[datetime, str, Revision]] = {}
    for approval in approvals:
        label = _("Since revision %(number)d, which was approved last") % {"number": approval.revision.number}
        key = (approval.revision.owner_kind, approval.revision.owner_id)
        found[key] = (approval.approved_at, label, approval.revision)
    for step in steps:
        key = (step.owner_kind, step.owner_id)
        if key not in found or found[key][0] < step.created_at:
            label = _("Since %(who)s sent it back on %(when)s") % {
                "who": step.person.display_name if step.person else "",
                "when": formats.moment(step.created_at),
            }
            found[key] = (step.created_at, label, step.revision)
    return {key: (label, revision) for key, (_at, label, revision) in found.items()}


def _name_absent(entries: Sequence[Entry], person: User) -> None:
    """In whose place the person acts, so that they know why it is theirs."""
    acting = acting_for(person, [entry.example for entry in entries])
    names = User.objects.in_bulk(set(acting.values())) if acting else {}
    for entry in entries:
        if (pk := acting.get(entry.example.pk)) in names:
            entry.in_place_of = names[pk].display_name

"""What has to be known of revisions before they are handed in: what stops them, and what makes them risky."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils.translation import gettext as _

from storesync.approvals.models import SubmissionItem
from storesync.approvals.stages import Facts
from storesync.brands.models import Location
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.campaigns.checking import Checks
from storesync.content.checks import Finding, Wording
from storesync.content.differences import Content, content_of, differences
from storesync.content.models import Approval, Revision
from storesync.content.owners import OwnerInfo
from storesync.content.querysets import written
from storesync.guidelines.checking.message import Message
from storesync.guidelines.checking.offers import discounts
from storesync.guidelines.queries import location_paths

if TYPE_CHECKING:
    from storesync.accounts.models import User

_CENT: Final = Decimal("0.01")
_KEPT: Final = 200
"""Different wordings that are remembered at a time."""
_ADDRESSED: Final = ("audience", "sender", "channel", "variant")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a revision cannot be submitted now, in words.

    Attributes:
        findings: the errors of its content, all of them; none where the reason is another.
    """

    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found out about revisions.

    Attributes:
        problems: those that cannot be handed in, and why.
        facts: of the others, what the conditions of stages look at.
        guidelines: the number of the version they were held against; None without any.
    """

    problems: dict[UUID, Unfit] = field(default_factory=dict)
    facts: dict[UUID, Facts] = field(default_factory=dict)
    guidelines: int | None = None


def inspect(revisions: Sequence[Revision], owners: Mapping[UUID, OwnerInfo], user: "User") -> Inspection:
    """Which of these revisions of one brand this person can hand in now, and the facts of those.

    Eight queries at most for those that can. The bodies are read in a stream: ten thousand need no more
    memory than a few.
    """
    barred = _barred(revisions, user)
    fine = [revision.pk for revision in revisions if revision.pk not in barred]
    if not fine:
        return Inspection(barred)
    places = {revision.location_id for revision in revisions}
    checks, paths = Checks(revisions[0].brand, places), location_paths(places)
    found = Inspection(barred, guidelines=_version(checks))
    offered, wordings = _as_offered(revisions), _Wordings()
    for revision in Revision.objects.filter(pk__any_of=fine).order_by().shared():
        owner = owners.get(revision.pk)
        words = wordings.of(revision, owner)
        findings = checks.of_owned(revision, owner, words.wording)
        errors = [one for one in findings if one.level == "error"]
        if errors:
            said = " ".join(f"{one.message} {one.mend}" for one in errors)
            found.problems[revision.pk] = Unfit(said, tuple(errors))
            continue
        region = paths.get(revision.location_id, ())
        found.facts[revision.pk] = _facts(revision, owner, findings, region, offered, words, found.guidelines)
    return found


def facts_of(revision: Revision, owner: OwnerInfo | None) -> Facts:
    """The facts of one revision, whether it could be handed in or not."""
    places = [revision.location_id]
    checks = Checks(revision.brand, places)
    findings = checks.of_owned(revision, owner)
    regions = location_paths(places).get(revision.location_id, ())
    offered, words = _as_offered([revision]), _Words(revision, owner)
    return _facts(revision, owner, findings, regions, offered, words, _version(checks))


def _version(checks: Checks) -> int | None:
    """The version of the guidelines that these checks hold messages against."""
    return checks.guidelines.number if checks.guidelines else None


class _Words:
    """What depends on the words and values of a revision and what it was made from, and not on its store."""

    def __init__(self, revision: Revision, owner: OwnerInfo | None) -> None:
        base = owner.base_content if owner else None
        self.base = base
        self.wording = Wording(
            subject=revision.subject,
            preheader=revision.preheader,
            blocks=revision.blocks,
            variables=base.variables if base else {},
            template_blocks=base.blocks if base else (),
        )
        self.discount = largest_discount(revision, owner)
        self.differs = differs_from_base(revision, owner)


class _Wordings:
    """The words of many revisions, each wording looked at once; for revisions read by `shared`."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], _Words] = {}

    def of(self, revision: Revision, owner: OwnerInfo | None) -> _Words:
        """What is known of its words."""
        data = (getattr(revision, written(name)) for name in ("blocks", "values", "schedule"))
        # The base lives as long as its words here, so its id is its own.
        base = id(owner.base_content) if owner else None
        key = (base, revision.subject, revision.preheader, *data)
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = _Words(revision, owner)
        return self._known[key]


def _as_offered(revisions: Iterable[Revision]) -> dict[UUID, list[Any]]:
    """To whom and from whom each roll-out offered it: the first revision of each owner, which it made."""
    owners = {revision.owner_id for revision in revisions}
    first = Revision.objects.filter(owner_id__any_of=owners, number=1).order_by()
    return {owner: rest for owner, *rest in first.values_list("owner_id", *_ADDRESSED)}


def _facts(
    revision: Revision,
    owner: OwnerInfo | None,
    findings: Sequence[Finding],
    regions: tuple[UUID, ...],
    offered: Mapping[UUID, Sequence[Any]],
    words: _Words,
    guidelines: int | None,
) -> Facts:
    addressed = [getattr(revision, name) for name in _ADDRESSED]
    # Without a roll-out nobody above the store chose the recipients: they are a difference (Rule A3).
    known = offered.get(revision.owner_id) if owner and owner.wave_id else [{}, *addressed[1:]]
    return Facts(
        campaign_type=owner.campaign_type if owner else "",
        discount=words.discount,
        warnings=sum(one.level != "error" for one in findings),
        regions=regions,
        differs=words.differs or known is None or list(known) != addressed,
        guidelines=guidelines,
    )


def _barred(revisions: Sequence[Revision], user: "User") -> dict[UUID, Unfit]:
    """Those that the person may not hand in, that wait already, or that are approved as they are."""
    places = Location.objects.visible_to(user, EDIT_CAMPAIGN).order_by()
    open_ = SubmissionItem.objects.waiting().order_by()
    approvals = Approval.objects.in_force().order_by()
    asked = (
        Revision.objects.filter(pk__any_of=[revision.pk for revision in revisions])
        .annotate(
            may=Exists(places.filter(pk=OuterRef("location"))),
            waits=Exists(open_.filter(owner_kind=OuterRef("owner_kind"), owner_id=OuterRef("owner_id"))),
            approved=Exists(approvals.filter(revision=OuterRef("pk"))),
        )
        .exclude(may=True, waits=False, approved=False)
        .order_by()
    )
    found = {pk: states for pk, *states in asked.values_list("pk", "may", "waits", "approved")}
    barred = [revision for revision in revisions if revision.pk in found]
    prefetch_related_objects(barred, "location")
    waiting = {}
    if barred:
        theirs = open_.filter(owner_id__any_of=[revision.owner_id for revision in barred])
        names = theirs.values_list("owner_kind", "owner_id", "submitter__name")
        waiting = {(kind, owner_id): name for kind, owner_id, name in names}
    problems: dict[UUID, Unfit] = {}
    for revision in barred:
        may, waits, _approved = found[revision.pk]
        if not may:
            words = _("You may not submit for %(location)s.") % {"location": revision.location.name}
            problems[revision.pk] = Unfit(words)
        elif waits:
            name = waiting.get((revision.owner_kind, revision.owner_id), "")
            words = _("It is in review already, submitted by %(name)s.") % {"name": name}
            problems[revision.pk] = Unfit(words)
        else:
            problems[revision.pk] = Unfit(_("It is approved already and has not changed since."))
    return problems


def largest_discount(revision: Revision, owner: OwnerInfo | None) -> Decimal | None:
    """The largest discount in the offers, prices and values of a revision, in percent; None without any."""
    variables = owner.base_content.variables if owner and owner.base_content else {}
    numbers = [number for _block, _field, number in discounts(Message.of_revision(revision, variables))]
    return max(numbers).quantize(_CENT, ROUND_HALF_UP) if numbers else None


def base_of(owner: OwnerInfo | None) -> Content | None:
    """What a revision was made from, as it is compared: the template version with the roll-out's values."""
    base = owner.base_content if owner else None
    if base is None:
        return None
    return Content(base.subject, base.preheader, base.blocks, base.values, schedule=base.schedule or None)


def differs_from_base(revision: Revision, owner: OwnerInfo | None) -> bool:
    """Whether a revision says anything else than its template version or roll-out; True if it has none."""
    base = base_of(owner)
    return base is None or bool(differences(base, content_of(revision)))

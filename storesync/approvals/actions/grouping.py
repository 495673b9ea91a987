"""Grouping at submit: one submission for each set of stages and people that its revisions need."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.approvals.entering import set_clock, week_for
from storesync.approvals.models import Seat, Submission, SubmissionItem
from storesync.approvals.queries import due_at
from storesync.approvals.routing import Route, policies_of, route_of
from storesync.approvals.seating import Panel, seat_key, seats_for
from storesync.approvals.stages import Facts, write_stages
from storesync.brands.models import Brand
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo

if TYPE_CHECKING:
    from storesync.accounts.models import User

NOBODY_SITS = gettext_lazy("Nobody of this stage may decide it")
"""The rule of Rule A5, as its step names it."""


@dataclass(slots=True)
class Group:
    """What becomes one submission; nothing of it is saved yet.

    Attributes:
        rule: by which it passes at once, "" where people decide (Rule A13).
    """

    submission: Submission
    items: list[SubmissionItem]
    seats: list[Seat]
    rule: str


def item_of(revision: Revision, owner: OwnerInfo | None, facts: Facts, submitter: "User") -> SubmissionItem:
    """The item of a revision, of no submission yet."""
    start = due_at(revision.schedule, revision.location.time_zone)
    return SubmissionItem(
        brand_id=revision.brand_id,
        revision=revision,
        content_hash=revision.content_hash,
        owner_kind=revision.owner_kind,
        owner_id=revision.owner_id,
        location=revision.location,
        submitter=submitter,
        author_id=revision.author_id,
        name=(owner.name if owner else revision.rendered_subject)[:200],
        wave_id=owner.wave_id if owner else None,
        template_id=owner.template_id if owner else None,
        start_at=start,
        due_at=start,
        differs=facts.differs,
        facts=facts.model_dump(mode="json"),
    )


def grouped(items: Sequence[SubmissionItem], brand: Brand) -> list[Group]:
    """Items in groups of equal policy, needed stages and people, the largest first; nothing is saved."""
    policies = policies_of(brand.pk)
    found: dict[Route, list[SubmissionItem]] = defaultdict(list)
    for item in items:
        found[route_of(policies, item.risk)].append(item)
    week = week_for(brand, (stage for route in found for stage in route.stages[:1]))
    groups = []
    for route, members in found.items():
        for seats, part in _seated(route, members):
            groups.append(_group(route, brand, part, seats, week))
    return sorted(groups, key=lambda group: -len(group.items))


def _seated(
    route: Route, items: list[SubmissionItem]
) -> Iterable[tuple[list[dict[str, Any]], list[SubmissionItem]]]:
    """Parts of a group by who sits at its first stage, reinforced where nobody could decide (Rule A5)."""
    stage = route.stages[0]
    probe = Submission(brand_id=items[0].brand_id)
    seats = seats_for(probe, stage.people)
    if route.passes or (stage.people.anybody and not stage.several):
        return [(_plain(seats), items)]
    panel = Panel.of(items, seats=False)
    parts: dict[tuple[Any, ...], tuple[list[dict[str, Any]], list[SubmissionItem]]] = {}
    for item in items:
        more = panel.reinforced(item, probe, stage, seats)
        key = tuple(seat_key(seat) for seat in more)
        parts.setdefault(key, (_plain([*seats, *more]), []))[1].append(item)
    return list(parts.values())


def _plain(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    names = ("kind", "role", "group_id", "person_id", "escalated")
    return [{name: getattr(seat, name) for name in names} for seat in seats]


def _group(
    route: Route, brand: Brand, items: list[SubmissionItem], seats: list[dict[str, Any]], week: Any
) -> Group:
    submission = Submission(
        brand=brand,
        stages=write_stages(route.stages),
        policy_name=route.policy.name if route.policy else "",
        policy_version=route.policy.version if route.policy else 0,
    )
    starts = [item.start_at for item in items if item.start_at is not None]
    found = set_clock(submission, now=timezone.now(), first_start=min(starts) if starts else None, week=week)
    for item in items:
        item.submission = submission
        item.due_at = min(
            (one for one in (item.start_at, found.due_by_hours) if one is not None), default=None
        )
    rule = ""
    if route.passes and route.policy is not None:
        rule = _("Policy “%(policy)s”: what does not differ from its template passes by itself") % {
            "policy": route.policy.name
        }
    made = [Seat(brand_id=brand.pk, submission=submission, stage=0, **seat) for seat in seats]
    return Group(submission, items, [] if rule else made, rule)

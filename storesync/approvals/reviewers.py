"""Who could sit at the stages of a policy: people by role, group and name, and what would be left without."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.models import GroupMember
from storesync.approvals.stages import People, Stage
from storesync.brands.models import Brand, Location, Membership
from storesync.brands.permissions import holding
from storesync.brands.rights import DECIDE, ROLE_RIGHTS

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide in a brand, and through which Memberships; read in six queries whatever their number.

    Attributes:
        people: by id; Admins too.
        memberships: of roles that decide, with their limits.
        groups: ids of the members by group, whether they may decide or not.
    """

    people: dict[int, "User"]
    memberships: list[Membership]
    groups: dict[UUID, set[int]]

    @classmethod
    def of_brand(cls, brand: Brand) -> "Deciders":
        """As it is now."""
        roles = [role for role, rights in ROLE_RIGHTS.items() if DECIDE in rights]
        held = Membership.objects.active().filter(brand=brand, role__in=roles)
        groups: dict[UUID, set[int]] = {}
        rows = GroupMember.objects.filter(brand=brand).order_by().values_list("group_id", "person_id")
        for group, person in rows:
            groups.setdefault(group, set()).add(person)
        return cls(
            {person.pk: person for person in holding(DECIDE, brand)},
            list(held.prefetch_related("regions", "locations")),
            groups,
        )

    def through(self, people: People) -> list[Membership]:
        """The Memberships by which these people may sit."""
        if people.anybody:
            return self.memberships
        named = self._named(people)
        return [one for one in self.memberships if one.role in people.roles or one.user_id in named]

    def sitting(self, people: People) -> list["User"]:
        """Who that is, by name. Admins only where they are named: they may always step in."""
        ids = {one.user_id for one in self.through(people)} | self._named(people)
        found = [self.people[pk] for pk in ids if pk in self.people]
        return sorted(found, key=lambda person: (person.display_name, person.pk))

    def _named(self, people: People) -> set[int]:
        return set(people.people).union(*(self.groups.get(group, set()) for group in people.groups))


def doubts_about(stage: Stage, deciders: Deciders) -> list[str]:
    """What the people of a stage would not be enough for, in words; what lacks people goes on (Rule A5)."""
    there = deciders.sitting(stage.people)
    if not there:
        return [_("Nobody can decide here now. What arrives escalates at once.")]
    doubts = []
    asked = stage.count if stage.rule == "count" else 1
    if asked > len(there):
        words = ngettext(
            "%(asked)d have to approve, but only %(there)d person may.",
            "%(asked)d have to approve, but only %(there)d people may.",
            len(there),
        )
        doubts.append(words % {"asked": asked, "there": len(there)})
    elif len(there) == 1:
        doubts.append(
            _("What %(name)s submits or edits escalates at once: nobody else sits here.")
            % {"name": there[0].display_name}
        )
    elif asked == len(there):
        doubts.append(_("What one of them submits or edits leaves one too few; it escalates at once."))
    if beyond := _stores_beyond(stage, deciders, there):
        words = ngettext(
            "%(count)d open store is out of their reach; what comes from there escalates at once.",
            "%(count)d open stores are out of their reach; what comes from there escalates at once.",
            beyond,
        )
        doubts.append(words % {"count": beyond})
    return doubts


def _stores_beyond(stage: Stage, deciders: Deciders, there: Iterable["User"]) -> int:
    """How many open stores none of these people may decide for."""
    if any(person.is_superuser for person in there):
        return 0
    regions: set[UUID] = set()
    locations: set[UUID] = set()
    for membership in deciders.through(stage.people):
        mine = {node.pk for node in membership.regions.all()}
        stores = {node.pk for node in membership.locations.all()}
        if not mine and not stores:
            return 0
        regions |= mine
        locations |= stores
    beyond = Location.objects.open().exclude(pk__in=locations)
    if regions:
        beyond = beyond.exclude(region__path__overlap=list(regions))
    count: int = beyond.count()
    return count

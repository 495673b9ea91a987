"""Whom an item waits for, and how much waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from babel.lists import format_list
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.approvals.models import SubmissionItem
from storesync.approvals.seating import Panel
from storesync.core import formats

COUNTED = 1000
"""The badge counts so far and no further."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom an item waits for.

    Attributes:
        people: who may decide it now, by name; for those who are away their delegates.
        escalated: nobody of the stage itself can, so it went on to others (Rule A5).
    """

    people: list[User]
    escalated: bool

    @property
    def words(self) -> str:
        """The names, or what has to happen when there is nobody at all."""
        if not self.people:
            return _("Nobody else may decide this yet: give one more person the role of Approver.")
        names = [person.display_name for person in self.people]
        if len(names) > 3:
            return _("%(names)s and %(count)d more") % {
                "names": ", ".join(names[:2]),
                "count": len(names) - 2,
            }
        return str(format_list(names, style="or", locale=formats.active_locale()))


def waits_for(item: SubmissionItem) -> Waiting:
    """Who may decide an item now: those who sit at its stage, with the right, and nothing of their own.

    When that leaves nobody, others sit there too, in the end the Admins: it never deadlocks (Rule A5).
    """
    return waits_for_these([item])[item.pk]


def waits_for_these(items: Sequence[SubmissionItem]) -> dict[UUID, Waiting]:
    """The same for many items of one brand, in a constant number of queries."""
    if not items:
        return {}
    panel = Panel.of(items)
    able = {item.pk: panel.able(item) for item in items}
    people = User.objects.in_bulk({person for one in able.values() for person in one})
    found = {}
    for item in items:
        names = sorted((people[pk] for pk in able[item.pk]), key=lambda one: (one.name, one.pk))
        found[item.pk] = Waiting(names, escalated=panel.is_escalated(item))
    return found


def count_waiting(user: User) -> int:
    """How many items wait for this person in the brands in scope, counted up to COUNTED."""
    count: int = SubmissionItem.objects.decidable_by(user).order_by()[:COUNTED].count()
    return count

"""Whom an item waits for, and how much waits for a person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.lists import format_list
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from storesync.approvals.models import SubmissionItem
from storesync.brands.permissions import holders
from storesync.brands.rights import DECIDE
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User

COUNTED = 1000
"""The badge counts so far and no further."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom an item waits for.

    Attributes:
        people: who may decide it now, by name.
        escalated: nobody with the role may, so it went on to the Admins (Rule A5).
    """

    people: list["User"]
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
    """Who may decide an item: those with the right at its location, but not who submitted or edited it.

    When that leaves nobody, it goes on to the Admins, so it never deadlocks (Rule A5).
    """
    own = {item.submitter_id, item.author_id}
    people = [person for person in holders(DECIDE, item.location) if person.pk not in own]
    if people:
        return Waiting(people, escalated=False)
    admins = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).order_by("name")
    return Waiting([admin for admin in admins if admin.pk not in own], escalated=True)


def count_waiting(user: "User") -> int:
    """How many items wait for this person in the brands in scope, counted up to COUNTED."""
    count: int = SubmissionItem.objects.decidable_by(user).order_by()[:COUNTED].count()
    return count

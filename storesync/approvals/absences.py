"""Who is away now, and who stands in for them; asked when it is needed (Rule A10)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from storesync.brands.models import Absence

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who is away, and in whose place another may decide today."""

    person_id: int
    is_admin: bool
    brand_id: UUID


def absent_now(brand_id: UUID) -> dict[int, int | None]:
    """Everybody of the brand who is away today, where they are, with their delegate (None: nobody)."""
    rows = Absence.objects.on().filter(brand_id=brand_id).order_by()
    return {
        person: delegate if active else None
        for person, delegate, active in rows.values_list("person_id", "delegate_id", "delegate__is_active")
    }


def stands_in_for(user: "User | AnonymousUser") -> list[StandIn]:
    """Whose delegate somebody is today, in the brands in scope; of active people only."""
    if user.pk is None:
        return []
    rows = Absence.objects.on().delegated_to(user).filter(person__is_active=True).order_by()
    return [StandIn(*row) for row in rows.values_list("person_id", "person__is_superuser", "brand_id")]

"""Who may hand in recipients."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from storesync.brands.models import Brand
from storesync.brands.permissions import can, can_all
from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_CONTACT

if TYPE_CHECKING:
    from storesync.accounts.models import User


def can_add_recipients(user: "User", brand: Brand, location_ids: Iterable[UUID]) -> bool:
    """Whoever manages the brand's contacts, or may edit the campaigns of every store concerned."""
    return can(user, MANAGE_CONTACT, brand) or can_all(user, EDIT_CAMPAIGN, location_ids)

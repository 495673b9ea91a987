"""Whether AI is there for a brand: every button asks this, and says why not."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from storesync.ai.door import budget
from storesync.ai.door.servers import server_of
from storesync.ai.outcomes import WORDS, Outcome
from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Available:
    """AI may be asked. `left` is what this month still allows, in US dollars; for Brand Managers alone."""

    left: Decimal


@dataclass(frozen=True, slots=True)
class Unavailable:
    """AI cannot be asked now.

    Attributes:
        reason: why, in words. advice: where it is set, and by whom.
        url: of the AI settings, for who may change them; "" for everybody else.
    """

    outcome: Outcome
    reason: str
    advice: str
    url: str


def availability(brand: Brand, person: "User | AnonymousUser") -> Available | Unavailable:
    """Whether a model can be asked for this brand now; three queries, no call."""
    found = budget.settings_of(brand)
    server = server_of(found)
    left = budget.budget_of(brand, found.monthly_ceiling).left
    outcome = server if isinstance(server, Outcome) else None if left > 0 else Outcome.CEILING
    if outcome is None:
        return Available(left)
    words = WORDS[outcome]
    url = reverse("ai:settings", args=[brand.slug]) if can(person, MANAGE_BRAND, brand) else ""
    return Unavailable(outcome, str(words.reason), str(words.advice), url)

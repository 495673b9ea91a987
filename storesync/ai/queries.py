"""What the page of AI shows: costs by purpose and month."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from storesync.ai.models import AiSpend
from storesync.brands.models import Brand

MONTHS = 12


@dataclass(slots=True)
class Month:
    """One month: what each purpose has cost, and all of them together. US dollars."""

    month: date
    purposes: list[AiSpend] = field(default_factory=list)

    @property
    def runs(self) -> int:
        return sum(row.runs for row in self.purposes)

    @property
    def failed(self) -> int:
        return sum(row.failed for row in self.purposes)

    @property
    def cost(self) -> Decimal:
        return sum((row.cost for row in self.purposes), Decimal(0))

    @property
    def assumed(self) -> Decimal:
        return sum((row.assumed for row in self.purposes), Decimal(0))


def months_of(brand: Brand) -> list[Month]:
    """The last MONTHS months in which a model was asked, newest first, the dearest purpose first in each."""
    months = AiSpend.objects.filter(brand=brand).order_by("-month").values_list("month", flat=True).distinct()
    rows = AiSpend.objects.filter(brand=brand, month__in=list(months[:MONTHS])).order_by("-month", "-cost")
    found: dict[date, Month] = {}
    for row in rows:
        found.setdefault(row.month, Month(row.month)).purposes.append(row)
    return list(found.values())

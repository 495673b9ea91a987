"""What models cost, by a table in a file: `prices.toml`, or the one that AI_PRICES names."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

_MILLION: Final = Decimal(1_000_000)
_STEP: Final = Decimal("0.000001")
# Providers name dated snapshots of a model: gpt-4.1-mini-2025-04-14.
_SNAPSHOT: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; `assumed` where the table does not know the model."""

    input: Decimal
    output: Decimal
    assumed: bool = False

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        """What so many tokens cost, rounded up to a millionth of a dollar."""
        exact = (self.input * tokens_in + self.output * tokens_out) / _MILLION
        return exact.quantize(_STEP, rounding=ROUND_UP)


@cache
def _table(path: Path) -> tuple[tuple[str, date, Price], ...]:
    rows = tomllib.loads(path.read_text())["price"]
    return tuple(
        (row["model"], row["from"], Price(Decimal(row["input"]), Decimal(row["output"]))) for row in rows
    )


def price_of(model: str, day: date) -> Price:
    """The price of a model on a day; what is assumed where the table does not have it."""
    path = Path(settings.AI_PRICES) if settings.AI_PRICES else Path(__file__).with_name("prices.toml")
    wanted = _SNAPSHOT.sub("", model)
    found = [(since, price) for name, since, price in _table(path) if name == wanted and since <= day]
    if found:
        return max(found, key=lambda row: row[0])[1]
    return Price(settings.AI_ASSUMED_PRICE_IN, settings.AI_ASSUMED_PRICE_OUT, assumed=True)

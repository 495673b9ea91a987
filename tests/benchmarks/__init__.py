"""Benchmarks: what StoreSync costs against a peer and a limit, measured in the same run.

`make bench` runs every `bench_*.py` here; each has one function `run(scale)` that yields Results. Ratios are
what counts: a number of seconds says little about another machine. Never a test, never a timed assert.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured thing.

    Attributes:
        name: what was measured.
        ours, peer, limit: in `unit` (None where there is none); for rates more is better.
        note: how the peer and the limit were measured, and at what size.
    """

    name: str
    ours: float
    peer: float | None
    limit: float | None
    unit: str
    note: str = ""

    def line(self) -> str:
        """The JSON object that `make bench` prints."""
        ratios = {
            "vs_peer": round(self.ours / self.peer, 3) if self.peer else None,
            "vs_limit": round(self.ours / self.limit, 3) if self.limit else None,
        }
        facts = {
            "name": self.name,
            "ours": self.ours,
            "peer": self.peer,
            "limit": self.limit,
            "unit": self.unit,
        }
        return json.dumps(facts | ratios | ({"note": self.note} if self.note else {}))

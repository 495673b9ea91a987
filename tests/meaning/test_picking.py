"""What goes into a prompt."""

import random
from datetime import date, timedelta
from typing import Any

from storesync.meaning.picking import HALF_LIFE, Candidate, pick, rough_tokens

TODAY = date(2026, 11, 20)


def candidate(key: str, **facts: Any) -> Candidate:
    given: dict[str, Any] = {
        "text": key,
        "similarity": 0.8,
        "starts_on": TODAY,
        "score": None,
        "vector": [1.0 if letter == key[0] else 0.0 for letter in "abcdefgh"],
    }
    return Candidate(key, **(given | facts))


def keys(candidates: list[Candidate], **options: Any) -> list[object]:
    picked = pick(candidates, today=TODAY, **({"budget": 1000} | options))
    return [row.candidate.key for row in picked]


def test_alike_recent_and_successful_come_first() -> None:
    old = TODAY - timedelta(days=2 * HALF_LIFE)
    assert keys([candidate("a", similarity=0.5), candidate("b", similarity=0.9)]) == ["b", "a"]
    assert keys([candidate("a", starts_on=old), candidate("b")]) == ["b", "a"]
    assert keys([candidate("a", score=0.1), candidate("b", score=0.9), candidate("c")]) == ["b", "c", "a"]
    (first,) = pick([candidate("a", starts_on=old, score=1.0)], today=TODAY, budget=9)
    assert (first.recency, first.outcome, first.worth) == (0.25, 1.0, 0.8 * 0.25)
    assert keys([candidate("a", similarity=-0.2)]) == [], "what is unlike helps nobody"


def test_the_same_twice_gives_way_to_another() -> None:
    rows = [candidate("a1"), candidate("a2", similarity=0.79), candidate("b", similarity=0.6)]
    assert keys(rows, limit=2) == ["a1", "b"]
    assert keys(rows) == ["a1", "b", "a2"]
    shuffled = random.Random(3).sample(rows, 3)
    assert keys(shuffled) == keys(rows)


def test_the_budget_holds() -> None:
    rows = [candidate("a", text="x" * 300), candidate("b", text="y" * 3000), candidate("c", text="z" * 30)]
    picked = pick(rows, today=TODAY, budget=120)
    assert [row.candidate.key for row in picked] == ["a", "c"]
    assert sum(row.tokens for row in picked) <= 120 and rough_tokens("") == 0
    assert keys(rows, budget=0) == keys([]) == []

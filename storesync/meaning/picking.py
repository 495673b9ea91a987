"""What of the past goes into a prompt: alike, recent, successful, diverse, within a budget."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

HALF_LIFE: Final = 365
"""Days after which a campaign counts half: a year, so that last year's season is still worth more."""
UNKNOWN_SCORE: Final = 0.5
DIVERSITY: Final = 0.3
"""Share of a choice that is how unlike it is to what was chosen before it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be picked.

    Attributes:
        key: whatever names it to the caller.
        similarity: to what is being written, -1 to 1.
        starts_on: when it ran; None counts as HALF_LIFE ago.
        score: how well it did, 0 to 1; None when nobody knows.
        vector: of its text, unit length, to see who says the same.
    """

    key: object
    text: str
    similarity: float
    starts_on: date | None
    score: float | None
    vector: Sequence[float]


@dataclass(frozen=True, slots=True)
class Picked:
    """A picked text and why: the factors whose product is `worth`, and how like it is to those before it."""

    candidate: Candidate
    similarity: float
    recency: float
    outcome: float
    worth: float
    likeness: float
    tokens: int


def rough_tokens(text: str) -> int:
    """Tokens of a text, rather too many: three characters each, where models need about four."""
    return math.ceil(len(text) / 3)


def pick(
    candidates: Sequence[Candidate],
    *,
    today: date,
    budget: int,
    limit: int = 5,
    count_tokens: Callable[[str], int] = rough_tokens,
) -> list[Picked]:
    """The best of `candidates` for a prompt, best first, within `budget` tokens and `limit` texts.

    A candidate is worth similarity x recency (halved every HALF_LIFE days) x outcome (0.5 to 1). One after
    the other is taken by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): (1 - DIVERSITY) x
    worth - DIVERSITY x its greatest likeness to one taken before. A text too long for what is left is passed
    over, never cut. Pure: the same candidates in any order give the same picks.
    """
    waiting = [_weighed(candidate, today, count_tokens) for candidate in candidates]
    waiting.sort(key=lambda row: (-row.worth, row.candidate.text, str(row.candidate.key)))
    vectors = np.array([row.candidate.vector for row in waiting], dtype=np.float32)
    likeness = np.clip(vectors @ vectors.T, 0, 1) if waiting else vectors
    taken: list[int] = []
    picked: list[Picked] = []
    left = budget
    while len(picked) < limit:
        best: tuple[float, int, float] | None = None
        for index, row in enumerate(waiting):
            if index in taken or row.tokens > left or row.worth <= 0:
                continue
            like = float(likeness[index, taken].max()) if taken else 0.0
            margin = (1 - DIVERSITY) * row.worth - DIVERSITY * like
            if best is None or margin > best[0]:
                best = (margin, index, like)
        if best is None:
            break
        _margin, index, like = best
        row = waiting[index]
        taken.append(index)
        left -= row.tokens
        picked.append(
            Picked(row.candidate, row.similarity, row.recency, row.outcome, row.worth, like, row.tokens)
        )
    return picked


def _weighed(candidate: Candidate, today: date, count_tokens: Callable[[str], int]) -> Picked:
    days = HALF_LIFE if candidate.starts_on is None else max(0, (today - candidate.starts_on).days)
    similarity = max(0.0, candidate.similarity)
    recency = 0.5 ** (days / HALF_LIFE)
    outcome = 0.5 + (UNKNOWN_SCORE if candidate.score is None else candidate.score) / 2
    worth = similarity * recency * outcome
    return Picked(candidate, similarity, recency, outcome, worth, 0.0, count_tokens(candidate.text))

"""What the door gives back."""

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from pydantic import BaseModel

from storesync.ai.outcomes import WORDS, Outcome

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is for: a kind (`campaigns.LocationCampaign`), its id, its name as pages show it."""

    kind: str
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """The model's answer, checked against its schema. A draft, until a person has accepted it (Rule T5).

    `canned` says that no model wrote it: the demo's server of samples did.
    """

    value: T
    run_id: UUID
    model: str
    canned: bool


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """There is no answer. `wait` are seconds after which asking again may help; None where it will not.

    `run_id` is None where nothing was called.
    """

    outcome: Outcome
    run_id: UUID | None = None
    wait: float | None = None

    @property
    def reason(self) -> str:
        """Why, in the language that is in force when it is read."""
        return str(WORDS[self.outcome].reason)

    @property
    def advice(self) -> str:
        """What to do about it."""
        return str(WORDS[self.outcome].advice)

    @property
    def message(self) -> str:
        """Both, as one line for a job or an alert."""
        return f"{self.reason} {self.advice}"


Answer: TypeAlias = Answered[T] | NotAnswered


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of the first `len(vectors)` texts, by one model; `failure` says why the others have none."""

    model: str
    vectors: list[list[float]]
    failure: NotAnswered | None

"""What a three-way merge is asked and what it answers: places, choices, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from storesync.content.blocks import BlockError

Take = Literal["mine", "theirs", "typed"]
Outcome = Literal["kept", "changed", "conflict"]


class _Absent:
    """Stands for a value that a side does not have, and is equal to none that one could have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose at a conflict: the store's, the template's, or words typed instead."""

    take: Take
    text: str = ""


Choices = Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class Place:
    """What became of one place of a message.

    Attributes:
        key: names the place in choices and on pages: "block.field", ".subject", "list.products.Name.price".
        outcome: kept (the store's edit stands on the new version), changed (the new version's value where the
            store had touched nothing), conflict (not both could stand).
        place: what people call it. words: a whole sentence, where before and after say too little.
        base, mine, theirs, result: the values as plain data; ABSENT where a side has none.
        why: of a conflict, for people. options: what may be chosen there. default: without a choice.
        taken: what was.
    """

    key: str
    outcome: Outcome
    place: str
    block_id: str = ""
    field: str = ""
    base: Any = ABSENT
    mine: Any = ABSENT
    theirs: Any = ABSENT
    result: Any = ABSENT
    words: str = ""
    why: str = ""
    options: tuple[Take, ...] = ()
    default: Take = "theirs"
    taken: Take = "theirs"

    @property
    def is_lost(self) -> bool:
        """Whether the store had written something here that the result does not hold."""
        return bool(self.mine != self.base and self.mine != self.result)


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged message, and every place where it differs from what the store or the template had.

    `errors` says which choices cannot be taken (a text beyond its limit, two that do not go together); the
    message holds the defaults there, and must not be saved.
    """

    subject: str
    preheader: str
    blocks: tuple[dict[str, Any], ...]
    places: tuple[Place, ...] = ()
    errors: tuple[BlockError, ...] = field(default=())

    @property
    def kept(self) -> list[Place]:
        """Local edits that stand."""
        return [one for one in self.places if one.outcome == "kept"]

    @property
    def changed(self) -> list[Place]:
        """What comes new from the template."""
        return [one for one in self.places if one.outcome == "changed"]

    @property
    def conflicts(self) -> list[Place]:
        """Where a person has to choose, or to know."""
        return [one for one in self.places if one.outcome == "conflict"]

    @property
    def lost(self) -> list[Place]:
        """Local edits that the result does not hold: never silently, each is named."""
        return [one for one in self.places if one.is_lost]

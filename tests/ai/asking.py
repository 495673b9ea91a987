"""A small question, as tests ask it."""

from typing import Any

from pydantic import BaseModel, Field

from storesync.ai.door import Answer, ask
from storesync.ai.prompting import get_prompt
from storesync.ai.purposes import TEST
from storesync.brands.models import Brand


class Word(BaseModel):
    """What the small question wants."""

    word: str = Field(max_length=20)
    times: int = Field(ge=1, le=9)


def ask_for_a_word(brand: Brand, *, deadline: float = 5.0, **more: Any) -> Answer[Word]:
    """Ask it."""
    inputs = more.pop("inputs", {"word": "spring"})
    output: type[Any] = more.pop("output", Word)
    return ask(
        brand=brand,
        purpose=TEST,
        prompt=get_prompt("connection_test"),
        inputs=inputs,
        output=output,
        actor=more.pop("actor", None),
        deadline=deadline,
        **more,
    )

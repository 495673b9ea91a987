"""The one door to a model: `ask` for text in a schema, `embed` for vectors. For tasks, never in a request.

Takes and returns values: what a person typed stays where it was typed, whatever happens here.
"""

from storesync.ai.door.answers import Answer, Answered, Embedded, NotAnswered, Subject
from storesync.ai.door.asking import DEADLINE, ask, cost_at_most
from storesync.ai.door.embedding import MOST_CHARACTERS, embed

__all__ = [
    "DEADLINE",
    "MOST_CHARACTERS",
    "Answer",
    "Answered",
    "Embedded",
    "NotAnswered",
    "Subject",
    "ask",
    "cost_at_most",
    "embed",
]

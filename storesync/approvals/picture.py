"""The picture of a review: its way through the stages as boxes and arrows, drawn on the server as SVG.

Everything is measured in the units of its view box. Words stand in the picture and, whole, in its text for
people who do not see it.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from storesync.approvals.queries.way import WayStep

WIDTH: Final = 140
HEIGHT: Final = 76
GAP: Final = 32
EDGE: Final = 6
LETTERS: Final = 16
"""Letters of a title that fit on one line of a box; of the smaller words below it a few more."""


@dataclass(frozen=True, slots=True)
class Box:
    """One step: where it stands, what is written in it, in which state it is."""

    x: int
    y: int
    lines: list[str]
    below: str
    state: str

    @property
    def middle(self) -> int:
        """Where its words are centred."""
        return self.x + WIDTH // 2

    @property
    def first_line(self) -> int:
        """Where the first line of its words stands."""
        return self.y + (27 if len(self.lines) > 1 else 36)


@dataclass(frozen=True, slots=True)
class Picture:
    """All that `approvals/_picture.html` draws."""

    boxes: list[Box]
    arrows: list[tuple[int, int]]
    width: int
    height: int
    text: str

    @property
    def box_width(self) -> int:
        """How wide each box is."""
        return WIDTH

    @property
    def box_height(self) -> int:
        """How high each box is."""
        return HEIGHT

    @property
    def line(self) -> int:
        """Where the arrows run."""
        return EDGE + HEIGHT // 2


def picture_of(way: Sequence[WayStep]) -> Picture:
    """The picture of a way, from left to right."""
    boxes = [
        Box(EDGE + place * (WIDTH + GAP), EDGE, _lines(step.title), _word(step), step.state or "next")
        for place, step in enumerate(way)
    ]
    arrows = [(box.x + WIDTH + 4, box.x + WIDTH + GAP - 4) for box in boxes[:-1]]
    width = len(boxes) * (WIDTH + GAP) - GAP + 2 * EDGE
    return Picture(boxes, arrows, width, HEIGHT + 2 * EDGE, " ".join(_sentence(step) for step in way))


def _lines(title: str) -> list[str]:
    return textwrap.wrap(title, LETTERS, max_lines=2, placeholder="…") or [title]


def _word(step: WayStep) -> str:
    """The state in one word, so that no colour has to tell it."""
    if step.state == "now" and step.overdue:
        return _("overdue")
    return {
        "done": _("done"),
        "now": _("here now"),
        "failed": _("ended here"),
        "skipped": _("not needed"),
    }.get(step.state, _("to come"))


def _sentence(step: WayStep) -> str:
    parts = [_word(step), step.who, step.note.rstrip(".")]
    return f"{step.title}: {', '.join(part for part in parts if part)}."

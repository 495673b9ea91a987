"""How a form of the editor is laid out: sections of rows of fields."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.forms.boundfield import BoundField


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a form: its title, and rows of fields that stand beside one another where there is room.

    `note` names the kind of section, for pages that add something to it ("words", "look", "locks").
    """

    title: str
    rows: list[list[BoundField]] = field(default_factory=list)
    note: str = ""

    @property
    def fields(self) -> Iterable[BoundField]:
        """All fields, in order."""
        return (one for row in self.rows for one in row)

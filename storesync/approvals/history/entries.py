"""One entry of a timeline, as pages and files show it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.campaigns.statuses import Status


class Kind(models.TextChoices):
    """What an entry is about; what a reader filters by."""

    MOVE = "move", _("Status and dates")
    EDIT = "edit", _("Edits")
    REVIEW = "review", _("Review")
    COMMENT = "comment", _("Comments")
    SENDING = "sending", _("Sending")


@dataclass(slots=True)
class Entry:
    """Something that happened: who, when, from where to where, why, by which way.

    Attributes:
        kind: what it is about.
        person_id: who did it; None when the clock, the engine or a rule did. `who` is their name, and
            `in_place_of` and `handed_to` are names too, filled in by the timeline.
        before, after: states of a campaign, as codes; empty where none changed.
        why: what a person wrote, or the rule.
        notes: further facts in words.
        changes: as `components/diff.html` shows them.
        number, hash: of a step in its chain. archived: it is kept in the archive (Rule A12).
        anchor: its name in addresses, unique in a timeline.
    """

    kind: Kind
    at: datetime
    icon: str
    title: str
    person_id: int | None = None
    in_place_of_id: int | None = None
    handed_to_id: int | None = None
    who: str = ""
    in_place_of: str = ""
    handed_to: str = ""
    before: str = ""
    after: str = ""
    why: str = ""
    way: str = ""
    notes: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    action: str = ""
    number: int | None = None
    hash: str = ""
    archived: bool = False
    anchor: str = ""

    @property
    def before_words(self) -> str:
        """The state that it left, in words."""
        return _state(self.before)

    @property
    def after_words(self) -> str:
        """The state that it came to, in words."""
        return _state(self.after)


def _state(code: str) -> str:
    return str(Status(code).label) if code else ""

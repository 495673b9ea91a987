"""What is compared, and what a difference is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from storesync.content.language import recipient_fallbacks

if TYPE_CHECKING:
    from storesync.content.models import Revision

Kind = Literal["added", "removed", "changed", "moved"]
About = Literal[
    "legal",
    "number",
    "link",
    "line",
    "block",
    "text",
    "audience",
    "schedule",
    "sender",
    "channel",
    "fallback",
    "fact",
    "order",
    "look",
]
ORDER: Final[tuple[About, ...]] = About.__args__  # type: ignore[attr-defined]
"""What a decision looks at first: what binds the company, what is read, who gets it, when, from whom."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a compared text: kept ("same"), put in ("ins") or taken out ("del")."""

    kind: Literal["same", "ins", "del"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, in words, and for texts word by word.

    `block_id` and `field` name the place for the page; `place` names it for people. `about` says how telling
    it is (ORDER).
    """

    kind: Kind
    place: str
    words: str
    block_id: str = ""
    field: str = ""
    segments: tuple[Segment, ...] = ()
    about: About = "text"

    @property
    def detail(self) -> str:
        """The words without the place before them, where the page says the place itself."""
        return self.words.removeprefix(f"{self.place}: ")


@dataclass(frozen=True, slots=True)
class Content:
    """What is compared; whatever one side does not know (a template has no audience) is left None.

    `fallbacks` is what recipients read of whom a field is not known, by its name; `channel` its channel and
    variant; `html` the rendered message, which tells of changes that nothing else tells of.
    """

    subject: str
    preheader: str
    blocks: Sequence[Mapping[str, Any]]
    values: Mapping[str, str] | None = None
    audience: Mapping[str, Any] | None = None
    schedule: Mapping[str, Any] | None = None
    sender: Mapping[str, Any] | None = None
    facts: Mapping[str, str] | None = None
    channel: str | None = None
    fallbacks: Mapping[str, str] | None = None
    html: str | None = None


def content_of(revision: Revision) -> Content:
    """All that the hash of a revision covers. A body that was not loaded (`defer`) is not compared."""
    absent = revision.get_deferred_fields()
    rendered = (revision.rendered_subject, revision.rendered_preheader)
    return Content(
        subject=revision.subject,
        preheader=revision.preheader,
        blocks=revision.blocks,
        values=revision.values,
        audience=revision.audience,
        schedule=revision.schedule,
        sender=revision.sender,
        facts=revision.facts,
        channel=f"{revision.channel}/{revision.variant}",
        fallbacks=None if "text" in absent else recipient_fallbacks(*rendered, revision.text),
        html=None if "html" in absent else revision.html,
    )

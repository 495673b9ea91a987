"""Places of a message that can be talked about: the whole, its lines, and each field of its blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, block_type_name, field_name
from storesync.content.language import show_recipient_fields

if TYPE_CHECKING:
    from storesync.content.models import Revision

LINES: Final = ("subject", "preheader")


@dataclass(frozen=True, slots=True)
class Place:
    """One place, and the text that stands there in a revision ("" where it is no text).

    Attributes:
        label: the place in words.
    """

    block_id: str
    block_type: str
    field: str
    text: str

    @property
    def key(self) -> str:
        """The place as addresses and forms name it."""
        return place_key(self.block_id, self.field)

    @property
    def label(self) -> str:
        """The place in words, in the reader's language."""
        return place_words(self.block_type, self.field)


def place_key(block_id: str, field: str) -> str:
    """One word for a place: "hello.text" in a block, "subject" outside of them, "" for the whole."""
    return f"{block_id}.{field}" if block_id else field


def place_words(block_type: str, field: str) -> str:
    """A place for people: "Text", "Button: Link", "Subject", "The whole message"."""
    if not block_type:
        return field_name(field) if field else _("The whole message")
    kind = block_type_name(block_type)
    name = field_name(field) if field else ""
    return _("%(block)s: %(field)s") % {"block": kind, "field": name} if name and name != kind else kind


def places_in(revision: "Revision") -> Iterator[Place]:
    """Every place of a revision, in the order in which it is read."""
    yield Place("", "", "", "")
    for line in LINES:
        yield Place("", "", line, _plain(getattr(revision, line)))
    for block in revision.blocks:
        kind = BLOCK_TYPES.get(block["type"])
        yield Place(block["id"], block["type"], "", "")
        for field in kind.content_fields() if kind else ():
            text = "" if kind and kind.choices(field) else _plain(block.get(field))
            yield Place(block["id"], block["type"], field, text)


def _plain(value: Any) -> str:
    """What a person reads at a place; lists and switches are no text to quote."""
    return show_recipient_fields(value) if isinstance(value, str) else ""

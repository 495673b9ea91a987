"""The fields that blocks are made of: one spelling, limits, links that lead somewhere."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Final, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from storesync.content.limits import is_day
from storesync.content.media import is_media
from storesync.content.variables import is_https, refused_character

LONGEST_TEXT: Final = 5_000
"""Characters of the text of one block."""
DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
"""A number as blocks write it."""


def _tidy(value: Any) -> Any:
    """One spelling: NFC, line ends as \\n, no white space around."""
    if not isinstance(value, str):
        return value
    if value.isascii() and "\r" not in value:
        return value.strip()
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _plain(value: Any) -> Any:
    value = _tidy(value)
    if isinstance(value, str) and refused_character(value, multiline=False) is not None:
        raise ValueError(_("Control and private-use characters are not allowed."))
    return value


def _link(value: Any) -> Any:
    value = _tidy(value)
    if value and isinstance(value, str) and not is_https(value):
        raise ValueError(_("Write a complete address that starts with https://."))
    return value


def _image(value: Any) -> Any:
    value = _tidy(value)
    return value if isinstance(value, str) and is_media(value) else _link(value)


def _limit(value: Any) -> Any:
    if isinstance(value, str) and not DECIMAL.fullmatch(value) and not is_day(value):
        raise ValueError(_("Write a number such as 20 or 9.99, or a day such as 2026-11-27."))
    return value


def _price(value: Any) -> Any:
    value = _tidy(value)
    if value and isinstance(value, str) and not DECIMAL.fullmatch(value):
        raise ValueError(_("Write the amount as a number, such as 9.99."))
    return value


Line = Annotated[str, Field(max_length=300), BeforeValidator(_tidy)]
Paragraphs = Annotated[str, Field(max_length=LONGEST_TEXT), BeforeValidator(_tidy)]
Address = Annotated[str, Field(max_length=1_000), BeforeValidator(_tidy)]
ImageAddress = Annotated[str, BeforeValidator(_image), Field(max_length=1_000)]
LinkAddress = Annotated[str, BeforeValidator(_link), Field(max_length=1_000)]
Price = Annotated[str, BeforeValidator(_price), Field(max_length=14)]
PlainLine = Annotated[str, BeforeValidator(_plain), Field(max_length=120)]
BlockId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
# Left out of the plain data while empty, so that content without reasons keeps its hash.
Reason = Annotated[
    str,
    BeforeValidator(_plain),
    Field(max_length=200, exclude_if=lambda value: not value),
]
# The first choice is the default everywhere, so that a form without a value shows what holds.
Align = Literal["auto", "start", "center"]
Tone = Literal["plain", "soft", "band"]
Limit = Annotated[str, BeforeValidator(_limit)]
"""A smallest or largest number, or a day."""


def look(default: str) -> Any:
    """A field of appearance. Left out of the plain data while it has its default: old content stays equal."""
    return Field(default=default, exclude_if=lambda value: value == default)


class Data(BaseModel):
    """Plain data that never changes, without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

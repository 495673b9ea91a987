"""Blocks: typed pieces of a message, and what a store may change in them (product.md "Block", rule T7).

A block is plain data (JSON in the database, pydantic in Python). Text fields hold template text
(language.py); text and legal blocks may also use the little markup of markup.py. HTML is only ever
compiled from these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from storesync.content.block_words import block_type_name as block_type_name
from storesync.content.block_words import choice_label as choice_label
from storesync.content.block_words import field_name as field_name
from storesync.content.language import TemplateTextError
from storesync.content.limits import beyond, is_day
from storesync.content.media import is_media
from storesync.content.texts import MessageTexts
from storesync.content.variables import NUMERIC, Variable, is_https, refused_character

MAX_BLOCKS: Final = 60
LONGEST_TEXT: Final = 5_000
"""Characters of the text of one block."""
_NO_CONTENT: Final = frozenset({"id", "type", "locked", "lock_reason", "rules"})
_LONE_VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")


def _tidy(value: Any) -> Any:
    """One spelling: NFC, line ends as \\n, no white space around."""
    if not isinstance(value, str):
        return value
    if value.isascii() and "\r" not in value:
        return value.strip()
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _plain(value: str) -> str:
    if refused_character(value, multiline=False) is not None:
        raise ValueError(_("Control and private-use characters are not allowed."))
    return value


def _link(value: str) -> str:
    if value and not is_https(value):
        raise ValueError(_("Write a complete address that starts with https://."))
    return value


def _image(value: str) -> str:
    return value if is_media(value) else _link(value)


def _limit(value: Any) -> Any:
    if isinstance(value, str) and not _DECIMAL.fullmatch(value) and not is_day(value):
        raise ValueError(_("Write a number such as 20 or 9.99, or a day such as 2026-11-27."))
    return value


def _price(value: str) -> str:
    if value and not _DECIMAL.fullmatch(value):
        raise ValueError(_("Write the amount as a number, such as 9.99."))
    return value


Line = Annotated[str, Field(max_length=300), BeforeValidator(_tidy)]
Paragraphs = Annotated[str, Field(max_length=LONGEST_TEXT), BeforeValidator(_tidy)]
Address = Annotated[str, Field(max_length=1_000), BeforeValidator(_tidy)]
ImageAddress = Annotated[
    str, BeforeValidator(_tidy), BeforeValidator(lambda v: _image(v)), Field(max_length=1_000)
]
LinkAddress = Annotated[
    str, BeforeValidator(_tidy), BeforeValidator(lambda v: _link(v)), Field(max_length=1_000)
]
Price = Annotated[str, BeforeValidator(_tidy), BeforeValidator(lambda v: _price(v)), Field(max_length=14)]
PlainLine = Annotated[
    str, BeforeValidator(_tidy), BeforeValidator(lambda v: _plain(v)), Field(max_length=120)
]
BlockId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
# Left out of the plain data while empty, so that content without reasons keeps its hash.
Reason = Annotated[
    str,
    BeforeValidator(_tidy),
    BeforeValidator(lambda v: _plain(v)),
    Field(max_length=200, exclude_if=lambda value: not value),
]
# The first choice is the default everywhere, so that a form without a value shows what holds.
Align = Literal["auto", "start", "center"]
Tone = Literal["plain", "soft", "band"]


def _look(default: str) -> Any:
    """A field of appearance. Left out of the plain data while it has its default: old content stays equal."""
    return Field(default=default, exclude_if=lambda value: value == default)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class FieldRule(_Data):
    """What a store may do with one field of an unlocked block: nothing, anything, something within limits.

    `minimum` and `maximum` are numbers, or days as 2026-11-27. `reason` says why, to the store.
    """

    locked: bool = False
    max_length: Annotated[int, Field(ge=1, le=5_000)] | None = None
    choices: tuple[Annotated[str, Field(max_length=300)], ...] = ()
    minimum: Annotated[str, BeforeValidator(lambda v: _limit(v))] | None = None
    maximum: Annotated[str, BeforeValidator(lambda v: _limit(v))] | None = None
    reason: Reason = ""

    @property
    def limits(self) -> bool:
        """Whether a store may change the field, but not to anything."""
        limits = (self.max_length, self.minimum, self.maximum)
        return not self.locked and (bool(self.choices) or any(one is not None for one in limits))

    def problem(self, value: Any) -> str:
        """Why a store may not put `value` here, with the template's reason; "" when it may."""
        return with_reason(self._problem(value), self.reason)

    def _problem(self, value: Any) -> str:
        if self.locked:
            return _("This field is locked by the template.")
        if self.choices and str(value) not in self.choices:
            return _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.choices)}
        if self.max_length is not None and isinstance(value, str) and len(value) > self.max_length:
            words = {"length": len(value), "limit": self.max_length}
            return _("%(length)d characters; at most %(limit)d are allowed.") % words
        if self.minimum is None and self.maximum is None:
            return ""
        if self.of_days:
            return (
                beyond(value, self.minimum, self.maximum) if isinstance(value, date) else _("Choose a day.")
            )
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            return _("Write a number here.")
        return beyond(Decimal(value), self.minimum, self.maximum)

    @property
    def of_days(self) -> bool:
        """Whether the smallest and the largest are days."""
        return any(one is not None and is_day(one) for one in (self.minimum, self.maximum))


def with_reason(refusal: str, reason: str) -> str:
    """A refusal, and why the template says so; "" stays ""."""
    return (
        _("%(refusal)s %(reason)s") % {"refusal": refusal, "reason": reason}
        if refusal and reason
        else refusal
    )


class BaseBlock(_Data):
    """What every block has: a stable id, whether stores may touch it and why not, rules for single fields."""

    id: BlockId
    locked: bool = False
    lock_reason: Reason = ""
    rules: dict[str, FieldRule] = Field(default_factory=dict)

    texts: ClassVar[tuple[str, ...]] = ()
    """Fields that hold one line of template text."""
    marked_up: ClassVar[tuple[str, ...]] = ()
    """Fields that hold paragraphs of template text with markup."""
    addresses: ClassVar[tuple[str, ...]] = ()
    """Fields that hold a link."""
    days: ClassVar[tuple[str, ...]] = ()
    """Fields that hold a day."""
    appearance: ClassVar[tuple[str, ...]] = ()
    """Fields that choose a look; stores may change them only where the template has a rule for them."""

    @model_validator(mode="after")
    def _rules_name_fields(self) -> Self:
        unknown = sorted(set(self.rules) - set(self.content_fields())) if self.rules else []
        if unknown:
            raise ValueError(_("There is no field %(name)s to set a rule for.") % {"name": unknown[0]})
        for name, rule in self.rules.items():
            limited = rule.minimum is not None or rule.maximum is not None
            if limited and rule.of_days != (name in self.days):
                words = {"field": field_name(name)}
                raise ValueError(
                    _("The limits of %(field)s are days, such as 2026-11-27.") % words
                    if name in self.days
                    else _("The limits of %(field)s are numbers, such as 20 or 9.99.") % words
                )
        return self

    @classmethod
    def content_fields(cls) -> tuple[str, ...]:
        """The fields that make up the content, in order; id, type, lock and rules are not among them."""
        return tuple(name for name in cls.model_fields if name not in _NO_CONTENT)

    @classmethod
    def choices(cls, field: str) -> tuple[tuple[Any, str], ...]:
        """The choices of a field with their words, its default first; () where it takes anything."""
        wanted = cls.model_fields[field].annotation
        return tuple(
            (one, choice_label(field, one)) for one in get_args(wanted) if get_origin(wanted) is Literal
        )


class HeadingBlock(BaseBlock):
    type: Literal["heading"] = "heading"
    text: Annotated[Line, Field(min_length=1)]
    level: Literal[1, 2] = 1
    kicker: Annotated[Line, Field(max_length=80)] = _look("")
    align: Align = _look("auto")
    tone: Tone = _look("plain")
    texts = ("text", "kicker")
    appearance = ("align", "tone")


class TextBlock(BaseBlock):
    type: Literal["text"] = "text"
    text: Annotated[Paragraphs, Field(min_length=1)]
    style: Literal["normal", "lead", "quote"] = _look("normal")
    align: Align = _look("auto")
    tone: Tone = _look("plain")
    marked_up = ("text",)
    appearance = ("style", "align", "tone")


class ImageBlock(BaseBlock):
    """A picture. At "start" or "end" the heading, text and button that follow stand beside it."""

    type: Literal["image"] = "image"
    src: Annotated[ImageAddress, Field(min_length=1)]
    alt: Line = ""
    url: Address = ""
    width: Literal["inset", "full", "start", "end"] = _look("inset")
    tone: Tone = _look("plain")
    texts = ("alt",)
    addresses = ("url",)
    appearance = ("width", "tone")


class ButtonBlock(BaseBlock):
    type: Literal["button"] = "button"
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    url: Annotated[Address, Field(min_length=1)]
    style: Literal["filled", "outline"] = _look("filled")
    align: Align = _look("auto")
    tone: Tone = _look("plain")
    texts = ("label",)
    addresses = ("url",)
    appearance = ("style", "align", "tone")


class OfferBlock(BaseBlock):
    """An offer: `value` is a number or one variable with `unit` percent or money, else words ("2 for 1")."""

    type: Literal["offer"] = "offer"
    value: Annotated[Line, Field(min_length=1, max_length=80)]
    unit: Literal["percent", "money", "text"] = "text"
    label: Annotated[Line, Field(max_length=200)] = ""
    conditions: Annotated[Line, Field(max_length=300)] = ""
    code: Annotated[PlainLine, Field(max_length=40)] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    layout: Literal["figure", "coupon", "banner"] = _look("figure")
    texts = ("value", "label", "conditions")
    days = ("starts_on", "ends_on")
    appearance = ("layout",)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (
            self.unit != "text"
            and not _LONE_VARIABLE.fullmatch(self.value)
            and not _DECIMAL.fullmatch(self.value)
        ):
            raise ValueError(_("With this unit the value is a number such as 20, or one variable."))
        if self.starts_on and self.ends_on and self.starts_on > self.ends_on:
            raise ValueError(_("The offer ends before it starts."))
        return self


class Product(_Data):
    """One product of a product list; prices are in the currency of the store."""

    name: Annotated[PlainLine, Field(min_length=1)]
    note: PlainLine = ""
    price: Price = ""
    old_price: Price = ""
    image: ImageAddress = ""
    url: LinkAddress = ""


class ProductListBlock(BaseBlock):
    type: Literal["product_list"] = "product_list"
    products: Annotated[tuple[Product, ...], Field(min_length=1, max_length=12)]
    layout: Literal["grid", "grid3", "rows"] = _look("grid")
    tone: Tone = _look("plain")
    appearance = ("layout", "tone")


class DividerBlock(BaseBlock):
    type: Literal["divider"] = "divider"
    style: Literal["line", "short", "dots", "space"] = _look("line")
    appearance = ("style",)


class StoreDetailsBlock(BaseBlock):
    type: Literal["store_details"] = "store_details"
    title: Annotated[Line, Field(min_length=1, max_length=120)] = "{{ location_name }}"
    show_address: bool = True
    show_opening_hours: bool = True
    show_phone: bool = True
    show_map: bool = True
    layout: Literal["card", "columns"] = _look("card")
    texts = ("title",)
    appearance = ("layout",)


class LegalBlock(BaseBlock):
    type: Literal["legal"] = "legal"
    text: Annotated[Paragraphs, Field(min_length=1)]
    marked_up = ("text",)


Block = Annotated[
    HeadingBlock
    | TextBlock
    | ImageBlock
    | ButtonBlock
    | OfferBlock
    | ProductListBlock
    | DividerBlock
    | StoreDetailsBlock
    | LegalBlock,
    Field(discriminator="type"),
]
BLOCK: Final[TypeAdapter[Any]] = TypeAdapter(Block)
BLOCK_TYPES: Final[Mapping[str, type[BaseBlock]]] = {
    "heading": HeadingBlock,
    "text": TextBlock,
    "image": ImageBlock,
    "button": ButtonBlock,
    "offer": OfferBlock,
    "product_list": ProductListBlock,
    "divider": DividerBlock,
    "store_details": StoreDetailsBlock,
    "legal": LegalBlock,
}


@dataclass(frozen=True, slots=True)
class BlockError:
    """What is wrong in a message, and where; `block_id` is "" for its subject, preheader and values."""

    block_id: str
    field: str
    message: str
    line: int = 1
    column: int = 1
    index: int = -1


def block_schema() -> dict[str, Any]:
    """The JSON schema of a list of blocks: what editors, imports and models must produce."""
    return TypeAdapter(list[Block]).json_schema(mode="validation")


def validate_blocks(
    raw: Sequence[Any], variables: Mapping[str, Variable], texts: MessageTexts | None = None
) -> tuple[tuple[BaseBlock, ...], list[BlockError]]:
    """Blocks from plain data, or every error with its place.

    Shape, limits, template text (rule T2), markup and links are checked. With any error the blocks are ().
    Whoever goes on with the texts hands in `texts` of the same variables, and finds them checked there.
    """
    texts = texts or MessageTexts(variables)
    if len(raw) > MAX_BLOCKS:
        return (), [BlockError("", "", _("At most %(limit)d blocks are allowed.") % {"limit": MAX_BLOCKS})]
    blocks: list[BaseBlock] = []
    errors: list[BlockError] = []
    seen: set[str] = set()
    for index, given in enumerate(raw):
        data = given.model_dump(mode="json") if isinstance(given, BaseModel) else given
        named = str(data.get("id", "")) if isinstance(data, dict) else ""
        try:
            block: BaseBlock = BLOCK.validate_python(data)
        except ValidationError as error:
            errors.extend(_shape_errors(error, named, index))
            continue
        if block.id in seen:
            errors.append(BlockError(block.id, "id", _("Another block has the same id."), index=index))
        seen.add(block.id)
        errors.extend(_text_errors(block, texts, index))
        blocks.append(block)
    return (() if errors else tuple(blocks)), errors


def _shape_errors(error: ValidationError, block_id: str, index: int) -> Iterable[BlockError]:
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        if place and place[0] in BLOCK_TYPES:
            place = place[1:]
        context = problem.get("ctx", {})
        limit = {"limit": context.get("max_length")}
        words = {
            "string_too_long": _("At most %(limit)s characters are allowed.") % limit,
            "string_too_short": _("This must not be empty."),
            "too_long": _("At most %(limit)s characters are allowed.") % limit
            if isinstance(problem["input"], str)
            else _("At most %(limit)s entries are allowed.") % limit,
            "too_short": _("This must not be empty."),
            "missing": _("This is missing."),
            "extra_forbidden": _("There is no such field."),
            "union_tag_invalid": _("There is no such type of block."),
            "union_tag_not_found": _("The type of the block is missing."),
            "value_error": str(context.get("error", "")),
        }.get(problem["type"], problem["msg"])
        yield BlockError(block_id, ".".join(place), words, index=index)


def _text_errors(block: BaseBlock, texts: MessageTexts, index: int) -> Iterable[BlockError]:
    checks = (
        (block.texts, texts.line),
        (block.marked_up, texts.paragraphs),
        (block.addresses, texts.address),
    )
    for fields, check in checks:
        for field in fields:
            text = getattr(block, field)
            if not text:
                continue
            try:
                check(text)
            except TemplateTextError as refusal:
                yield BlockError(block.id, field, refusal.message, refusal.line, refusal.column, index)
    if (
        isinstance(block, OfferBlock)
        and block.unit != "text"
        and (lone := _LONE_VARIABLE.fullmatch(block.value))
    ):
        variable = texts.variables.get(lone[1])
        if variable is not None and variable.type not in NUMERIC:
            message = _("%(name)s is no number.") % {"name": variable.name}
            yield BlockError(block.id, "value", message, index=index)


def dump_blocks(blocks: Iterable[BaseBlock]) -> list[dict[str, Any]]:
    """Blocks as plain data, always spelled the same, for the database and the hash."""
    return [block.model_dump(mode="json") for block in blocks]

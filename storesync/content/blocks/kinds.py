"""The types of blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import Field, TypeAdapter, model_validator

from storesync.content.block_words import choice_label, field_name
from storesync.content.blocks.fields import (
    DECIMAL,
    Address,
    Align,
    BlockId,
    Data,
    ImageAddress,
    Line,
    LinkAddress,
    Paragraphs,
    PlainLine,
    Price,
    Reason,
    Tone,
    look,
)
from storesync.content.blocks.locks import FieldRule

_NO_CONTENT: Final = frozenset({"id", "type", "locked", "lock_reason", "rules"})
LONE_VARIABLE: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
"""A text that is one variable and nothing else."""


class BaseBlock(Data):
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
    kicker: Annotated[Line, Field(max_length=80)] = look("")
    align: Align = look("auto")
    tone: Tone = look("plain")
    texts = ("text", "kicker")
    appearance = ("align", "tone")


class TextBlock(BaseBlock):
    type: Literal["text"] = "text"
    text: Annotated[Paragraphs, Field(min_length=1)]
    style: Literal["normal", "lead", "quote"] = look("normal")
    align: Align = look("auto")
    tone: Tone = look("plain")
    marked_up = ("text",)
    appearance = ("style", "align", "tone")


class ImageBlock(BaseBlock):
    """A picture. At "start" or "end" the heading, text and button that follow stand beside it."""

    type: Literal["image"] = "image"
    src: Annotated[ImageAddress, Field(min_length=1)]
    alt: Line = ""
    url: Address = ""
    width: Literal["inset", "full", "start", "end"] = look("inset")
    tone: Tone = look("plain")
    texts = ("alt",)
    addresses = ("url",)
    appearance = ("width", "tone")


class ButtonBlock(BaseBlock):
    type: Literal["button"] = "button"
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    url: Annotated[Address, Field(min_length=1)]
    style: Literal["filled", "outline"] = look("filled")
    align: Align = look("auto")
    tone: Tone = look("plain")
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
    layout: Literal["figure", "coupon", "banner"] = look("figure")
    texts = ("value", "label", "conditions")
    days = ("starts_on", "ends_on")
    appearance = ("layout",)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (
            self.unit != "text"
            and not LONE_VARIABLE.fullmatch(self.value)
            and not DECIMAL.fullmatch(self.value)
        ):
            raise ValueError(_("With this unit the value is a number such as 20, or one variable."))
        if self.starts_on and self.ends_on and self.starts_on > self.ends_on:
            raise ValueError(_("The offer ends before it starts."))
        return self


class Product(Data):
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
    layout: Literal["grid", "grid3", "rows"] = look("grid")
    tone: Tone = look("plain")
    appearance = ("layout", "tone")


class DividerBlock(BaseBlock):
    type: Literal["divider"] = "divider"
    style: Literal["line", "short", "dots", "space"] = look("line")
    appearance = ("style",)


class StoreDetailsBlock(BaseBlock):
    type: Literal["store_details"] = "store_details"
    title: Annotated[Line, Field(min_length=1, max_length=120)] = "{{ location_name }}"
    show_address: bool = True
    show_opening_hours: bool = True
    show_phone: bool = True
    show_map: bool = True
    layout: Literal["card", "columns"] = look("card")
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


def block_schema() -> dict[str, Any]:
    """The JSON schema of a list of blocks: what editors, imports and models must produce."""
    return TypeAdapter(list[Block]).json_schema(mode="validation")

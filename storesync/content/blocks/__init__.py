"""Blocks: typed pieces of a message, and what a store may change in them (product.md "Block", rule T7).

A block is plain data (JSON in the database, pydantic in Python). Text fields hold template text
(language.py); text and legal blocks may also use the little markup of markup.py. HTML is only ever
compiled from these.
"""

from storesync.content.block_words import block_type_name, choice_label, field_name
from storesync.content.blocks.fields import LONGEST_TEXT, Align, Tone
from storesync.content.blocks.kinds import (
    BLOCK,
    BLOCK_TYPES,
    BaseBlock,
    Block,
    ButtonBlock,
    DividerBlock,
    HeadingBlock,
    ImageBlock,
    LegalBlock,
    OfferBlock,
    Product,
    ProductListBlock,
    StoreDetailsBlock,
    TextBlock,
    block_schema,
)
from storesync.content.blocks.locks import FieldRule, with_reason
from storesync.content.blocks.validating import MAX_BLOCKS, BlockError, dump_blocks, validate_blocks

__all__ = [
    "block_type_name",
    "choice_label",
    "field_name",
    "LONGEST_TEXT",
    "Align",
    "Tone",
    "FieldRule",
    "with_reason",
    "BLOCK",
    "BLOCK_TYPES",
    "BaseBlock",
    "Block",
    "ButtonBlock",
    "DividerBlock",
    "HeadingBlock",
    "ImageBlock",
    "LegalBlock",
    "OfferBlock",
    "Product",
    "ProductListBlock",
    "StoreDetailsBlock",
    "TextBlock",
    "block_schema",
    "MAX_BLOCKS",
    "BlockError",
    "dump_blocks",
    "validate_blocks",
]

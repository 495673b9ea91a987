"""The language of template text (rule T2): variables, listed filters, literals, comparisons and `if`.

Text from people is parsed by Jinja2 and held against an allow-list of its syntax tree when it is saved;
what is not on the list is refused with its line and column and a plain word. What passes is rendered in
Jinja2's immutable sandbox from a plain dict. There are no loops, no arithmetic, no attributes and no
calls: nothing to escape with and nothing to exhaust.

Rendering marks where values stand, so that whoever builds HTML from it can tell the template's words from
data:

    \\ue010 value \\ue011           a value (escape it)
    \\ue015 value \\ue011           a value that is a complete https address
    \\ue000 name \\ue001 fallback \\ue002   a field of the recipient, filled at sending

People can never write these characters: every way in refuses or removes private-use characters.
"""

from storesync.content.language.checking import MAX_LENGTH, CheckedText, check_text
from storesync.content.language.compiling import CompiledTexts, OutputTooLarge, render_text
from storesync.content.language.holes import MAX_HOLES, cut_at_holes, in_address, read_hole
from storesync.content.language.parsing import MAX_DEPTH, MAX_TAGS, TemplateTextError
from storesync.content.language.values import (
    URL_START,
    VALUE_END,
    VALUE_START,
    MissingValue,
    format_day,
    format_number,
    language_tag,
    locale_of,
    recipient_fallbacks,
    recipient_fields,
    recipient_mark,
    regional_tag,
    show_recipient_fields,
    without_marks,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_HOLES",
    "MAX_LENGTH",
    "MAX_TAGS",
    "URL_START",
    "VALUE_END",
    "VALUE_START",
    "CheckedText",
    "CompiledTexts",
    "MissingValue",
    "OutputTooLarge",
    "TemplateTextError",
    "check_text",
    "cut_at_holes",
    "format_day",
    "format_number",
    "in_address",
    "language_tag",
    "locale_of",
    "read_hole",
    "recipient_fallbacks",
    "recipient_fields",
    "recipient_mark",
    "regional_tag",
    "render_text",
    "show_recipient_fields",
    "without_marks",
]

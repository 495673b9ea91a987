"""Jinja2's parser with places: nodes know their offset, refusals their line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.language.values import FILTERS, finalize

MAX_DEPTH: Final = 5
MAX_TAGS: Final = 300
MAX_TOKENS_IN_TAG: Final = 80
_TAGS: Final = ("if", "elif", "else", "endif")


class TemplateTextError(ValueError):
    """Template text that is refused: what is wrong, in words, and where (line and column count from 1)."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return _("Line %(line)d, column %(column)d: %(message)s") % {
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


class _Places(ImmutableSandboxedEnvironment):
    """Jinja2's parser with character offsets in place of line numbers: errors can name the column."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = ((offset, kind, value) for offset, kind, value in _tokens(self, source))
        return TokenStream(self.lexer.wrap(tokens, name, filename), name, filename)


def environment_of(kind: type[ImmutableSandboxedEnvironment]) -> Any:
    environment = kind(
        undefined=StrictUndefined,
        finalize=finalize,
        autoescape=False,  # noqa: S701 -- values are marked by finalize and escaped by rendering.py
        keep_trailing_newline=True,
        extensions=(),
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(FILTERS)
    return environment


_PARSER: Final = environment_of(_Places)


def _tokens(environment: ImmutableSandboxedEnvironment, source: str) -> Iterator[tuple[int, str, str]]:
    """The lexer's raw tokens with the offset at which each stands.

    Tokens come in the order of the source and only white space is ever left out between them, so looking for
    each from the end of the one before finds it.
    """
    place = 0
    try:
        for _line, kind, value in environment.lexer.tokeniter(source, None):
            place = max(source.find(value, place), place)
            yield place, kind, value
            place += len(value)
    except TemplateSyntaxError as error:
        raise refusal_at(source, place, _syntax_words(error.message or "")) from None


def refusal_at(source: str, offset: int, message: str) -> TemplateTextError:
    before = source[: max(offset, 0)]
    return TemplateTextError(message, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _syntax_words(reason: str) -> str:
    if "comment" in reason.lower():
        return _("This comment is never closed; add #}.")
    reason = re.sub(r" at \d+$", "", reason)
    return _("This cannot be read as a variable or a condition: %(reason)s") % {"reason": reason}


def allowed_words() -> str:
    return _("Allowed are {{ variable }}, {{ variable|filter }} and {%% if %%} with comparisons.") % {}


@lru_cache(maxsize=4096)
def parsed(source: str) -> nodes.Template:
    """The syntax tree, its line numbers being offsets; kept, as editors check the same texts again."""
    _check_tags(source)
    try:
        tree: nodes.Template = _PARSER.parse(source)
    except TemplateSyntaxError as error:
        raise refusal_at(source, error.lineno, _syntax_words(error.message or "")) from None
    return tree


def _check_tags(source: str) -> None:
    """Refuse unknown tags, unbalanced `if`s and over-long tags before the parser sees them.

    The parser recurses; with these limits it never does so deeply.
    """
    opened: list[tuple[int, bool]] = []
    tag_start: int | None = None
    tokens_in_tag = tags = 0
    awaits_name = False
    for offset, kind, value in _tokens(_PARSER, source):
        if kind in ("raw_begin", "raw_end"):
            raise refusal_at(
                source, offset, _("The tag raw is not allowed. %(allowed)s") % {"allowed": allowed_words()}
            )
        if kind in ("variable_begin", "block_begin"):
            tag_start, tokens_in_tag, awaits_name = offset, 0, kind == "block_begin"
            tags += 1
            if tags > MAX_TAGS:
                raise refusal_at(
                    source, offset, _("At most %(limit)d tags are allowed in one text.") % {"limit": MAX_TAGS}
                )
        elif kind in ("variable_end", "block_end"):
            if awaits_name and tag_start is not None:
                raise refusal_at(source, tag_start, _("This tag is empty."))
            tag_start = None
        elif tag_start is not None and kind != "whitespace":
            if kind == "string" and "\\" in value:
                raise refusal_at(source, offset, _("Backslashes are not allowed in a text in quotes."))
            tokens_in_tag += 1
            if tokens_in_tag > MAX_TOKENS_IN_TAG:
                raise refusal_at(source, offset, _("This tag is too long; write it in parts."))
            if kind in ("integer", "float") and (len(value) > 20 or "e" in value.lower()):
                raise refusal_at(source, offset, _("Write the number in plain digits."))
            if awaits_name:
                awaits_name = False
                _check_tag_name(source, offset, value, opened)
    if tag_start is not None:
        raise refusal_at(source, tag_start, _("This tag is never closed."))
    if opened:
        raise refusal_at(source, opened[-1][0], _("This if is never closed; add {%% endif %%}.") % {})


def _check_tag_name(source: str, offset: int, name: str, opened: list[tuple[int, bool]]) -> None:
    """One `if`, `elif`, `else` or `endif`; `opened` holds each open `if` and whether its else came."""
    if name not in _TAGS:
        message = _("The tag %(name)s is not allowed. %(allowed)s")
        raise refusal_at(source, offset, message % {"name": name, "allowed": allowed_words()})
    if name == "if":
        opened.append((offset, False))
        if len(opened) > MAX_DEPTH:
            message = _("Conditions may be at most %(limit)d deep.")
            raise refusal_at(source, offset, message % {"limit": MAX_DEPTH})
        return
    if not opened:
        raise refusal_at(source, offset, _("There is no open if before this %(name)s.") % {"name": name})
    start, had_else = opened[-1]
    if name == "endif":
        opened.pop()
    elif had_else:
        raise refusal_at(source, offset, _("After else only endif may follow."))
    elif name == "else":
        opened[-1] = (start, True)

"""The allow-list over Jinja2's syntax tree (rule T2); what is not on it is refused with line and column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.language.values import DATE_STYLES, FILTERS, finalize
from storesync.content.variables import NUMERIC, ValueRefused, Variable, refused_character

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 5
MAX_TAGS: Final = 300
MAX_TOKENS_IN_TAG: Final = 80
MAX_LITERAL_LIST: Final = 50
FILTER_NAMES: Final = tuple(FILTERS)
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


def _allowed_words() -> str:
    return _("Allowed are {{ variable }}, {{ variable|filter }} and {%% if %%} with comparisons.") % {}


@dataclass(frozen=True, slots=True)
class CheckedText:
    """Template text that passed: its source in one spelling of line ends, and the variables it names."""

    source: str
    variables: frozenset[str]
    has_tags: bool


def check_text(
    source: str, variables: Mapping[str, Variable], *, multiline: bool = True, max_length: int = MAX_LENGTH
) -> CheckedText:
    """Hold template text against the allow-list (rule T2).

    Args:
        source: what a person wrote.
        variables: every variable the text may name.
        multiline: whether line breaks are allowed (they are not in subjects, labels and addresses).
        max_length: in characters.

    Raises:
        TemplateTextError: what is refused, with line, column and what is allowed.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > max_length:
        message = _("%(length)d characters; at most %(limit)d are allowed.")
        raise refusal_at(source, max_length, message % {"length": len(source), "limit": max_length})
    if (place := refused_character(source, multiline=multiline)) is not None:
        if source[place] in "\n\t":
            raise refusal_at(source, place, _("Line breaks and tabs are not allowed here."))
        raise refusal_at(source, place, _("Control and private-use characters are not allowed."))
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return CheckedText(source, frozenset(), has_tags=False)
    checker = _Checker(source, variables)
    checker.statements(_parsed(source).body)
    return CheckedText(source, frozenset(checker.used), has_tags=True)


@lru_cache(maxsize=4096)
def _parsed(source: str) -> nodes.Template:
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
                source, offset, _("The tag raw is not allowed. %(allowed)s") % {"allowed": _allowed_words()}
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
        raise refusal_at(source, offset, message % {"name": name, "allowed": _allowed_words()})
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


_ORDERED: Final = frozenset({"lt", "lteq", "gt", "gteq"})
_SAYS: Final[dict[type[nodes.Node], str]] = {
    nodes.Getattr: "attribute",
    nodes.Getitem: "subscript",
    nodes.Call: "call",
    nodes.Test: "test",
    nodes.CondExpr: "inline if",
    nodes.Concat: "joining",
    nodes.Dict: "dictionary",
    nodes.List: "list",
    nodes.Tuple: "list",
}


class _Checker:
    """Walks the syntax tree; whatever it does not know by name is refused."""

    def __init__(self, source: str, variables: Mapping[str, Variable]) -> None:
        self.source = source
        self.variables = variables
        self.used: set[str] = set()

    def refuse(self, node: nodes.Node, message: str) -> TemplateTextError:
        return refusal_at(self.source, node.lineno, message)

    def not_allowed(self, node: nodes.Node) -> TemplateTextError:
        """The refusal of something that is never allowed here, in words for its kind."""
        words = {
            "attribute": _("Attributes (a dot after a name) are not allowed."),
            "subscript": _("Square brackets after a name are not allowed."),
            "call": _("Calls are not allowed."),
            "test": _("Tests with “is” are not allowed."),
            "inline if": _("An if inside {{ }} is not allowed."),
            "joining": _("Joining with ~ is not allowed; write the texts one after the other."),
            "dictionary": _("Dictionaries are not allowed."),
            "list": _("A list is only allowed after “in”."),
        }.get(_SAYS.get(type(node), ""), "")
        if isinstance(node, nodes.BinExpr | nodes.UnaryExpr):
            words = _("Calculating is not allowed.")
        place: nodes.Node = node
        if isinstance(node, nodes.Compare):
            place = node.expr
        elif isinstance(node, nodes.Tuple) and node.items:
            place = node.items[0]
        return self.refuse(place, " ".join([words or _("This is not allowed."), _allowed_words()]))

    def statements(self, body: list[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.output(part)
            elif isinstance(node, nodes.If):
                self.condition(node.test)
                self.statements(node.body)
                self.statements(list(node.elif_))
                self.statements(node.else_)
            else:
                raise self.not_allowed(node)

    def output(self, node: nodes.Expr) -> None:
        """What `{{ }}` shows: a variable or literal through listed filters."""
        inner: nodes.Node | None = node
        chain: list[nodes.Filter] = []
        while isinstance(inner, nodes.Filter):
            chain.insert(0, inner)
            inner = inner.node
        if isinstance(inner, nodes.Const):
            if not isinstance(inner.value, str | int | float) or isinstance(inner.value, bool):
                raise self.refuse(inner, _("Only texts and numbers can be shown."))
        elif not isinstance(inner, nodes.Name):
            raise self.not_allowed(inner or node)
        kind = "text"
        if isinstance(inner, nodes.Name):
            variable = self.variable(inner)
            if variable.source == "recipient":
                self.recipient(variable, inner, chain)
                return
            kind = str(variable.type)
        for step in chain:
            kind = self.filter(step, kind)

    def recipient(self, variable: Variable, node: nodes.Node, chain: list[nodes.Filter]) -> None:
        for step in chain:
            if step.name != "default":
                message = _('%(name)s belongs to the recipient: only |default("…") may follow it.')
                raise self.refuse(step, message % {"name": variable.name})
            self.filter(step, "text")
            literal = step.args[0]
            if isinstance(literal, nodes.Const) and not str(literal.value).strip():
                raise self.refuse(step, _("The fallback must not be empty."))
        if not chain and not variable.fallback and variable.type != "url":
            message = _('%(name)s may be missing: write {{ %(name)s|default("…") }}.')
            raise self.refuse(node, message % {"name": variable.name})

    def variable(self, node: nodes.Name) -> Variable:
        found = self.variables.get(node.name)
        if found is not None:
            self.used.add(node.name)
            return found
        near = difflib.get_close_matches(node.name, self.variables, n=1, cutoff=0.6)
        if near:
            message = _("There is no variable %(name)s. Did you mean %(near)s?") % {
                "name": node.name,
                "near": near[0],
            }
        else:
            message = _("There is no variable %(name)s.") % {"name": node.name}
        raise self.refuse(node, message)

    def filter(self, node: nodes.Filter, kind: str) -> str:
        """The type after a filter; unlisted ones, wrong types and arguments but literals are refused."""
        if node.name not in FILTERS:
            near = difflib.get_close_matches(node.name, FILTER_NAMES, n=1, cutoff=0.6)
            message = _("There is no filter %(name)s. Filters: %(all)s.")
            if near:
                message = _("There is no filter %(name)s. Did you mean %(near)s? Filters: %(all)s.")
            words = {"name": node.name, "near": near[0] if near else "", "all": ", ".join(FILTER_NAMES)}
            raise self.refuse(node, message % words)
        if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise self.refuse(node, _("Name no arguments; write the literal alone."))
        literals = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        if len(literals) != len(node.args):
            raise self.refuse(node, _("Only a text or a number may stand in the brackets of a filter."))
        return self.filter_result(node, kind, literals)

    def filter_result(self, node: nodes.Filter, kind: str, args: list[Any]) -> str:
        name = node.name
        if name == "default":
            if len(args) != 1 or not isinstance(args[0], str | int | float) or isinstance(args[0], bool):
                raise self.refuse(node, _('Write the fallback as default("…").'))
            return kind
        if name == "date":
            if kind != "date":
                raise self.refuse(node, _("date formats dates only."))
            if args and (len(args) > 1 or args[0] not in DATE_STYLES):
                raise self.refuse(
                    node, _("Styles of dates: %(styles)s.") % {"styles": ", ".join(DATE_STYLES)}
                )
            return "text"
        if name in NUMERIC:
            if kind not in NUMERIC:
                raise self.refuse(node, _("%(name)s formats numbers only.") % {"name": name})
            allowed = name == "number" and len(args) == 1 and type(args[0]) is int and 0 <= args[0] <= 4
            if args and not allowed:
                raise self.refuse(node, _("Only number takes an argument: 0 to 4 decimals."))
            return "text" if name == "number" else name
        if args:
            raise self.refuse(node, _("%(name)s takes no argument.") % {"name": name})
        return "text"

    def condition(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.And | nodes.Or):
            self.condition(node.left)
            self.condition(node.right)
        elif isinstance(node, nodes.Not):
            self.condition(node.node)
        elif isinstance(node, nodes.Compare):
            self.comparison(node)
        elif isinstance(node, nodes.Name):
            self.asked(node)
        elif not (isinstance(node, nodes.Const) and isinstance(node.value, bool)):
            raise self.not_allowed(node)

    def asked(self, node: nodes.Name) -> Variable:
        variable = self.variable(node)
        if variable.source == "recipient":
            message = _("%(name)s belongs to the recipient and cannot decide a condition.")
            raise self.refuse(node, message % {"name": variable.name})
        return variable

    def comparison(self, node: nodes.Compare) -> None:
        if len(node.ops) != 1:
            raise self.refuse(node.expr, _("Compare two things at a time; join conditions with and."))
        left, operator, right = node.expr, node.ops[0].op, node.ops[0].expr
        if not isinstance(left, nodes.Name):
            raise self.refuse(left, _("Begin the comparison with a variable."))
        variable = self.asked(left)
        if operator in _ORDERED and variable.type not in (*NUMERIC, "date"):
            raise self.refuse(left, _("%(name)s is no number and no date.") % {"name": variable.name})
        if operator in ("in", "notin"):
            if (
                not isinstance(right, nodes.List | nodes.Tuple)
                or not 0 < len(right.items) <= MAX_LITERAL_LIST
            ):
                raise self.refuse(right, _('After “in” write a list of literals: ["Leeds", "York"].'))
            for item in right.items:
                self.compared(variable, item)
        elif isinstance(right, nodes.Name):
            other = self.asked(right)
            same = other.type == variable.type or (other.type in NUMERIC and variable.type in NUMERIC)
            if not same and {other.type, variable.type} - {"text", "choice", "url"}:
                message = _("%(name)s and %(other)s are not of the same type.")
                raise self.refuse(right, message % {"name": variable.name, "other": other.name})
        else:
            self.compared(variable, right)

    def compared(self, variable: Variable, node: nodes.Node) -> None:
        """A literal on the right of a comparison must be of the variable's type."""
        if not isinstance(node, nodes.Const):
            raise self.not_allowed(node)
        value = node.value
        if variable.type in NUMERIC:
            if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 10**12:
                raise self.refuse(node, _("Compare %(name)s with a number.") % {"name": variable.name})
            return
        if not isinstance(value, str):
            raise self.refuse(node, _("Compare %(name)s with a text in quotes.") % {"name": variable.name})
        if value and variable.type in ("date", "choice"):
            try:
                variable.parse(value)
            except ValueRefused as refusal:
                raise self.refuse(node, str(refusal)) from None

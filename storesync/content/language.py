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

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, total_ordering
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, is_currency
from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.environment import Template
from jinja2.lexer import TokenStream
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.variables import NUMERIC, ValueRefused, Variable, refused_character

RECIPIENT_START: Final = "\ue000"
RECIPIENT_FALLBACK: Final = "\ue001"
RECIPIENT_END: Final = "\ue002"
VALUE_START: Final = "\ue010"
URL_START: Final = "\ue015"
VALUE_END: Final = "\ue011"
FIELD_END: Final = "\ue012"

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 5
MAX_TAGS: Final = 300
MAX_TOKENS_IN_TAG: Final = 80
MAX_LITERAL_LIST: Final = 50
MAX_OUTPUT: Final = 1_048_576

_TAGS: Final = ("if", "elif", "else", "endif")
_MARKS = re.compile(f"[{VALUE_START}{URL_START}{VALUE_END}]")
_RECIPIENT = re.compile(
    f"{RECIPIENT_START}([a-z0-9_]+){RECIPIENT_FALLBACK}([^{RECIPIENT_END}]*){RECIPIENT_END}"
)
_DATE_STYLES: Final = ("short", "medium", "long", "full", "weekday")


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


class OutputTooLarge(ValueError):
    """Rendering gave more than 1 MiB."""


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A variable that a message shows without value or fallback: preflight fails on it (rule T3)."""

    name: str
    label: str
    source: str


# -- values as they are inside a template --


@dataclass(slots=True)
class _Rendering:
    """What the values of one rendering share: language, currency, and the variables found missing."""

    language: str
    currency: str
    missing: dict[str, MissingValue]


class _Missing:
    """A variable without a value: false, equal to "", and noted when it is shown."""

    __slots__ = ("rendering", "variable")

    def __init__(self, variable: Variable, rendering: _Rendering) -> None:
        self.variable = variable
        self.rendering = rendering

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other == ""

    def __hash__(self) -> int:
        return hash("")

    def _never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __str__(self) -> str:
        variable = self.variable
        self.rendering.missing[variable.name] = MissingValue(variable.name, variable.label, variable.source)
        return ""


@total_ordering
class _Number:
    """A number, percentage or amount of money; shown in the language of the store."""

    __slots__ = ("amount", "kind", "rendering")

    def __init__(self, amount: Decimal, kind: str, rendering: _Rendering) -> None:
        self.amount = amount
        self.kind = kind
        self.rendering = rendering

    @staticmethod
    def _plain(other: object) -> Decimal | None:
        if isinstance(other, _Number):
            return other.amount
        if isinstance(other, int | float):
            return Decimal(str(other))
        return None

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __eq__(self, other: object) -> bool:
        return self._plain(other) == self.amount

    def __lt__(self, other: object) -> bool:
        plain = self._plain(other)
        return plain is not None and self.amount < plain

    def __hash__(self) -> int:
        return hash(self.amount)

    def __str__(self) -> str:
        return format_number(self.amount, self.kind, self.rendering.language, self.rendering.currency)


@total_ordering
class _Day:
    """A date; compared with dates and literals such as "2026-11-27", shown in the language of the store."""

    __slots__ = ("day", "rendering")

    def __init__(self, day: date, rendering: _Rendering) -> None:
        self.day = day
        self.rendering = rendering

    @staticmethod
    def _plain(other: object) -> str:
        return other.day.isoformat() if isinstance(other, _Day) else str(other)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self._plain(other) == self.day.isoformat()

    def __lt__(self, other: object) -> bool:
        return self.day.isoformat() < self._plain(other)

    def __hash__(self) -> int:
        return hash(self.day)

    def __str__(self) -> str:
        return format_day(self.day, "long", self.rendering.language)


class _Address(str):
    """A complete https address."""

    __slots__ = ()


class _RecipientField:
    """A field of the recipient: stays a mark until the message is sent (rule T2)."""

    __slots__ = ("fallback", "is_url", "name")

    def __init__(self, name: str, fallback: str, *, is_url: bool) -> None:
        self.name = name
        self.fallback = fallback
        self.is_url = is_url

    def __str__(self) -> str:
        return recipient_mark(self.name, self.fallback)


def recipient_mark(name: str, fallback: str = "") -> str:
    """The mark of a field of the recipient, as the mail engine fills it."""
    return f"{RECIPIENT_START}{name}{RECIPIENT_FALLBACK}{fallback}{RECIPIENT_END}"


def show_recipient_fields(text: str, sample: Mapping[str, str] | None = None) -> str:
    """`text` with its recipient marks replaced by samples or their fallbacks: for previews."""
    known = sample or {}
    return _RECIPIENT.sub(lambda mark: known.get(mark[1]) or mark[2], text)


def recipient_fields(text: str) -> frozenset[str]:
    """The names of the recipient's fields that a rendered text holds."""
    return frozenset(match[1] for match in _RECIPIENT.finditer(text))


# -- formats, language-aware --


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Babel's locale for a language tag such as "de" or "pt-br"; English when it is unknown."""
    try:
        return Locale.parse(language.replace("-", "_"), sep="_")
    except (UnknownLocaleError, ValueError):
        base = language.replace("_", "-").split("-")[0]
        return locale_of(base) if base != language and base else Locale("en")


@lru_cache(maxsize=4096)
def format_number(amount: Decimal, kind: str, language: str, currency: str, digits: int | None = None) -> str:
    """A number, percentage ("20" is 20 %) or amount of money as the language writes it."""
    locale = locale_of(language)
    if kind == "percent":
        return format_percent(amount / 100, locale=locale, decimal_quantization=False)
    if kind == "money" and is_currency(currency):
        whole = amount == amount.to_integral_value()
        pattern = locale.currency_formats["standard"].pattern if not whole else None
        if pattern is None:
            return format_currency(amount, currency, locale=locale, decimal_quantization=True)
        return format_currency(amount, currency, format=pattern, locale=locale)
    if digits is not None:
        return format_decimal(
            round(amount, digits), format=f"#,##0.{'0' * digits}".rstrip("."), locale=locale
        )
    return format_decimal(amount, locale=locale, decimal_quantization=False)


@lru_cache(maxsize=4096)
def format_day(day: date, style: str, language: str) -> str:
    """A date as the language writes it: short, medium, long, full, or only the weekday."""
    return format_date(day, format="EEEE" if style == "weekday" else style, locale=locale_of(language))


def _text_filter(change: Any) -> Any:
    def apply(value: Any) -> Any:
        return value if isinstance(value, _Missing) else change(str(value))

    return apply


def _default(value: Any, fallback: Any) -> Any:
    if isinstance(value, _Missing):
        return fallback
    if isinstance(value, _RecipientField):
        return _RecipientField(value.name, str(fallback), is_url=value.is_url)
    return value


def _date(value: Any, style: str = "long") -> Any:
    return format_day(value.day, style, value.rendering.language) if isinstance(value, _Day) else value


def _money(value: Any) -> Any:
    return _Number(value.amount, "money", value.rendering) if isinstance(value, _Number) else value


def _percent(value: Any) -> Any:
    return _Number(value.amount, "percent", value.rendering) if isinstance(value, _Number) else value


def _number(value: Any, digits: int | None = None) -> Any:
    if not isinstance(value, _Number):
        return value
    return format_number(value.amount, "number", value.rendering.language, "", digits)


_FILTERS: Final[dict[str, Any]] = {
    "upper": _text_filter(str.upper),
    "lower": _text_filter(str.lower),
    "title": _text_filter(str.title),
    "default": _default,
    "date": _date,
    "money": _money,
    "number": _number,
    "percent": _percent,
}
FILTER_NAMES: Final = tuple(_FILTERS)


def _finalize(value: Any) -> str:
    """Mark where a value stands, so that the template's own words and data can be told apart."""
    if isinstance(value, _RecipientField):
        return f"{URL_START if value.is_url else VALUE_START}{value}{VALUE_END}"
    if isinstance(value, _Address):
        return f"{URL_START}{value}{VALUE_END}"
    return f"{VALUE_START}{value}{VALUE_END}"


# -- parsing with exact places --


class _Places(ImmutableSandboxedEnvironment):
    """Jinja2's parser with character offsets in place of line numbers: errors can name the column."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = ((offset, kind, value) for offset, kind, value in _tokens(self, source))
        return TokenStream(self.lexer.wrap(tokens, name, filename), name, filename)


def _environment(kind: type[ImmutableSandboxedEnvironment]) -> Any:
    environment = kind(
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=False,  # noqa: S701 -- values are marked by finalize and escaped by rendering.py
        keep_trailing_newline=True,
        extensions=(),
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(_FILTERS)
    return environment


_PARSER: Final = _environment(_Places)
_SANDBOX: Final = _environment(ImmutableSandboxedEnvironment)


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
        raise _refusal(source, place, _syntax_words(error.message or "")) from None


def _refusal(source: str, offset: int, message: str) -> TemplateTextError:
    before = source[: max(offset, 0)]
    return TemplateTextError(message, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _syntax_words(reason: str) -> str:
    if "comment" in reason.lower():
        return _("This comment is never closed; add #}.")
    reason = re.sub(r" at \d+$", "", reason)
    return _("This cannot be read as a variable or a condition: %(reason)s") % {"reason": reason}


def _allowed_words() -> str:
    return _("Allowed are {{ variable }}, {{ variable|filter }} and {%% if %%} with comparisons.") % {}


# -- the allow-list --


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
        raise _refusal(source, max_length, message % {"length": len(source), "limit": max_length})
    if (place := refused_character(source, multiline=multiline)) is not None:
        if source[place] in "\n\t":
            raise _refusal(source, place, _("Line breaks and tabs are not allowed here."))
        raise _refusal(source, place, _("Control and private-use characters are not allowed."))
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return CheckedText(source, frozenset(), has_tags=False)
    _check_tags(source)
    try:
        tree = _PARSER.parse(source)
    except TemplateSyntaxError as error:
        raise _refusal(source, error.lineno, _syntax_words(error.message or "")) from None
    checker = _Checker(source, variables)
    checker.statements(tree.body)
    return CheckedText(source, frozenset(checker.used), has_tags=True)


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
            raise _refusal(
                source, offset, _("The tag raw is not allowed. %(allowed)s") % {"allowed": _allowed_words()}
            )
        if kind in ("variable_begin", "block_begin"):
            tag_start, tokens_in_tag, awaits_name = offset, 0, kind == "block_begin"
            tags += 1
            if tags > MAX_TAGS:
                raise _refusal(
                    source, offset, _("At most %(limit)d tags are allowed in one text.") % {"limit": MAX_TAGS}
                )
        elif kind in ("variable_end", "block_end"):
            if awaits_name and tag_start is not None:
                raise _refusal(source, tag_start, _("This tag is empty."))
            tag_start = None
        elif tag_start is not None and kind != "whitespace":
            if kind == "string" and "\\" in value:
                raise _refusal(source, offset, _("Backslashes are not allowed in a text in quotes."))
            tokens_in_tag += 1
            if tokens_in_tag > MAX_TOKENS_IN_TAG:
                raise _refusal(source, offset, _("This tag is too long; write it in parts."))
            if kind in ("integer", "float") and (len(value) > 20 or "e" in value.lower()):
                raise _refusal(source, offset, _("Write the number in plain digits."))
            if awaits_name:
                awaits_name = False
                _check_tag_name(source, offset, value, opened)
    if tag_start is not None:
        raise _refusal(source, tag_start, _("This tag is never closed."))
    if opened:
        raise _refusal(source, opened[-1][0], _("This if is never closed; add {%% endif %%}.") % {})


def _check_tag_name(source: str, offset: int, name: str, opened: list[tuple[int, bool]]) -> None:
    """One `if`, `elif`, `else` or `endif`; `opened` holds each open `if` and whether its else came."""
    if name not in _TAGS:
        message = _("The tag %(name)s is not allowed. %(allowed)s")
        raise _refusal(source, offset, message % {"name": name, "allowed": _allowed_words()})
    if name == "if":
        opened.append((offset, False))
        if len(opened) > MAX_DEPTH:
            message = _("Conditions may be at most %(limit)d deep.")
            raise _refusal(source, offset, message % {"limit": MAX_DEPTH})
        return
    if not opened:
        raise _refusal(source, offset, _("There is no open if before this %(name)s.") % {"name": name})
    start, had_else = opened[-1]
    if name == "endif":
        opened.pop()
    elif had_else:
        raise _refusal(source, offset, _("After else only endif may follow."))
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
        return _refusal(self.source, node.lineno, message)

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
        if node.name not in _FILTERS:
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
            if args and (len(args) > 1 or args[0] not in _DATE_STYLES):
                raise self.refuse(
                    node, _("Styles of dates: %(styles)s.") % {"styles": ", ".join(_DATE_STYLES)}
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


# -- compiling and rendering --


@lru_cache(maxsize=1024)
def _compiled(source: str) -> Template:
    template: Template = _SANDBOX.from_string(source)
    return template


def bind(
    names: frozenset[str],
    variables: Mapping[str, Variable],
    given: Mapping[str, str],
    *,
    language: str,
    currency: str,
) -> tuple[dict[str, Any], dict[str, MissingValue]]:
    """Typed values for a rendering, and the dict in which missing ones will be noted.

    A value that does not fit its variable counts as missing: preflight stops on it (rule T3).
    """
    missing: dict[str, MissingValue] = {}
    rendering = _Rendering(language, currency, missing)
    return {name: _bound(variables[name], given.get(name, ""), rendering) for name in names}, missing


def _bound(variable: Variable, raw: str, rendering: _Rendering) -> Any:
    if variable.source == "recipient":
        return _RecipientField(variable.name, variable.fallback, is_url=variable.type == "url")
    raw = raw or variable.fallback
    if not raw:
        return _Missing(variable, rendering)
    try:
        value = variable.parse(raw)
    except ValueRefused:
        return _Missing(variable, rendering)
    if isinstance(value, Decimal):
        return _Number(value, variable.type, rendering)
    if isinstance(value, date):
        return _Day(value, rendering)
    return _Address(value) if variable.type == "url" else value


class CompiledTexts:
    """Several checked texts compiled as one template: compile once, render for every store.

    Texts without tags cost nothing at rendering.
    """

    def __init__(self, texts: list[CheckedText], variables: Mapping[str, Variable]) -> None:
        self._variables = variables
        self._fixed = [None if text.has_tags else text.source for text in texts]
        live = [text for text in texts if text.has_tags]
        self.names: frozenset[str] = frozenset().union(*(text.variables for text in live))
        self._template = _compiled(FIELD_END.join(text.source for text in live)) if live else None

    def render(
        self, given: Mapping[str, str], *, language: str, currency: str
    ) -> tuple[list[str], tuple[MissingValue, ...]]:
        """Each text with its values marked (see the module), and the values that are missing.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        if self._template is None:
            return [text or "" for text in self._fixed], ()
        context, missing = bind(self.names, self._variables, given, language=language, currency=currency)
        rendered = self._template.render(context)
        if len(rendered) > MAX_OUTPUT or len(rendered.encode()) > MAX_OUTPUT:
            raise OutputTooLarge(_("The text becomes larger than 1 MiB."))
        parts = iter(rendered.split(FIELD_END))
        return [next(parts) if text is None else text for text in self._fixed], tuple(missing.values())


def without_marks(text: str) -> str:
    """Rendered text without the marks of values; those of recipient fields stay."""
    return _MARKS.sub("", text)


def render_text(
    source: str,
    variables: Mapping[str, Variable],
    given: Mapping[str, str],
    *,
    language: str = "en",
    currency: str = "",
    multiline: bool = True,
) -> tuple[str, tuple[MissingValue, ...]]:
    """Check, compile and render one text for plain use: the editor's preview of a single field."""
    compiled = CompiledTexts([check_text(source, variables, multiline=multiline)], variables)
    (rendered,), missing = compiled.render(given, language=language, currency=currency)
    return without_marks(rendered), missing

"""The everyday part of the language, read and rendered without compiling anything.

Almost every text is words, `{{ variable }}` with filters, and `if` with plain comparisons. A text that one
narrow pattern covers from end to end is taken here, by the same rules of types as any other; whatever the
pattern does not cover, and whatever breaks a rule, goes to Jinja2's parser and the allow-list, which say
what is wrong and where. So this reader can only ever accept, and what it accepts is a part of what they do
(tests/content/test_everyday.py holds the two against each other).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from storesync.content.language.kinds import (
    check_compared,
    check_literal,
    check_ordered,
    type_after_filter,
)
from storesync.content.language.parsing import MAX_DEPTH, MAX_TAGS
from storesync.content.language.values import FILTERS, finalize
from storesync.content.variables import RESERVED, ValueRefused, Variable

_NAME: Final = "[a-z][a-z0-9_]{0,62}"
_LITERAL: Final = (
    r'"[^"\\{}\n]{0,200}"' r"|'[^'\\{}\n]{0,200}'" r"|(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,4})?(?![0-9._a-z])"
)
_FILTER: Final = rf" ?\| ?(?:[a-z]+)(?:\((?:{_LITERAL})\))?"
_TERM: Final = rf"(?:not )?{_NAME}(?: ?(?:==|!=|<=|>=|<|>) ?(?:{_LITERAL}|{_NAME}))?"
# White space is one blank at most, so that no run of blanks can be split in many ways. The last
# alternative is anything else that opens a tag: the text is not for us.
_TAG = re.compile(
    rf"\{{\{{ ?(?P<name>{_NAME})(?P<filters>(?:{_FILTER}){{0,4}}) ?\}}\}}"
    rf"|\{{% ?(?P<test>if|elif) (?P<terms>{_TERM}(?: (?:and|or) {_TERM}){{0,5}}) ?%\}}"
    rf"|\{{% ?(?P<turn>else|endif) ?%\}}"
    r"|\{[{%#]"
)
_ONE_FILTER = re.compile(rf" ?\| ?(?P<name>[a-z]+)(?:\((?P<literal>{_LITERAL})\))?")
_ONE_TERM = re.compile(
    rf"(?:^| (?P<join>and|or) )(?P<negated>not )?(?P<name>{_NAME})"
    rf"(?: ?(?P<sign>==|!=|<=|>=|<|>) ?(?:(?P<literal>{_LITERAL})|(?P<other>{_NAME})))?"
)
_SIGNS: Final[dict[str, tuple[str, Callable[[Any, Any], Any]]]] = {
    "==": ("eq", operator.eq),
    "!=": ("ne", operator.ne),
    "<": ("lt", operator.lt),
    "<=": ("lteq", operator.le),
    ">": ("gt", operator.gt),
    ">=": ("gteq", operator.ge),
}


class Show(NamedTuple):
    """`{{ name }}`, through filters with their arguments."""

    name: str
    filters: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = ()

    def shown(self, values: Mapping[str, Any]) -> Any:
        """The value after its filters."""
        value = values[self.name]
        for apply, arguments in self.filters:
            value = apply(value, *arguments)
        return value


@dataclass(frozen=True, slots=True)
class Term:
    """A variable asked for alone, or compared with a literal or with another variable."""

    name: str
    negated: bool
    compare: Callable[[Any, Any], Any] | None = None
    literal: Any = None
    other: str = ""

    def holds(self, values: Mapping[str, Any]) -> bool:
        found = values[self.name]
        if self.compare is not None:
            found = self.compare(found, values[self.other] if self.other else self.literal)
        return bool(found) is not self.negated


@dataclass(frozen=True, slots=True)
class Choose:
    """`if`, its `elif`s and `else`: the parts of the first branch of which any row of terms holds."""

    branches: tuple[tuple[tuple[tuple[Term, ...], ...] | None, tuple[Part, ...]], ...]


Part = str | Show | Choose


@dataclass(frozen=True, slots=True)
class Everyday:
    """A text of the everyday part, and the variables it names."""

    parts: tuple[Part, ...]
    variables: frozenset[str]


class _NotEveryday(Exception):
    """The text takes the parser: to be rendered, or to be refused with a place."""


def read_everyday(source: str, variables: Mapping[str, Variable]) -> Everyday | None:
    """The text in parts, or None where it takes Jinja2's parser to read or to refuse it.

    `source` has \\n for line ends and no refused character.
    """
    try:
        return _Reader(variables).read(source)
    except (_NotEveryday, ValueRefused):
        return None


class _Open:
    """An `if` that is being read."""

    def __init__(self, terms: tuple[tuple[Term, ...], ...], around: list[Part]) -> None:
        self.terms: tuple[tuple[Term, ...], ...] | None = terms
        self.around = around
        self.branches: list[tuple[tuple[tuple[Term, ...], ...] | None, tuple[Part, ...]]] = []


class _Reader:
    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self.variables = variables
        self.used: set[str] = set()

    def read(self, source: str) -> Everyday:
        parts: list[Part] = []
        opened: list[_Open] = []
        end = 0
        for number, tag in enumerate(_TAG.finditer(source)):
            if number >= MAX_TAGS:
                raise _NotEveryday
            if tag.start() > end:
                parts.append(source[end : tag.start()])
            end = tag.end()
            if name := tag["name"]:
                parts.append(self.show(name, tag["filters"]))
            elif tag["test"] or tag["turn"]:
                parts = self.turn(tag, parts, opened)
            else:
                raise _NotEveryday
        if opened:
            raise _NotEveryday
        if end < len(source):
            parts.append(source[end:])
        return Everyday(tuple(parts), frozenset(self.used))

    def turn(self, tag: re.Match[str], parts: list[Part], opened: list[_Open]) -> list[Part]:
        """One tag of an `if`; where the parts after it go."""
        if tag["test"] == "if":
            if len(opened) >= MAX_DEPTH:
                raise _NotEveryday
            opened.append(_Open(self.terms(tag["terms"]), parts))
            return []
        if not opened:
            raise _NotEveryday
        one = opened[-1]
        one.branches.append((one.terms, tuple(parts)))
        if tag["turn"] == "endif":
            opened.pop()
            one.around.append(Choose(tuple(one.branches)))
            return one.around
        if one.terms is None:
            raise _NotEveryday
        one.terms = self.terms(tag["terms"]) if tag["test"] else None
        return []

    def variable(self, name: str) -> Variable:
        found = self.variables.get(name)
        if found is None or name in RESERVED:
            raise _NotEveryday
        self.used.add(name)
        return found

    def show(self, name: str, filters: str) -> Show:
        variable = self.variable(name)
        of_recipient = variable.source == "recipient"
        if not filters and not of_recipient:
            return Show(name)
        kind: str = "text" if of_recipient else variable.type
        chain = []
        for one in _ONE_FILTER.finditer(filters):
            arguments = () if one["literal"] is None else (_literal(one["literal"]),)
            apply = FILTERS.get(one["name"])
            if apply is None:
                raise _NotEveryday
            if of_recipient and (one["name"] != "default" or not str(*arguments).strip()):
                raise _NotEveryday
            kind = type_after_filter(one["name"], kind, arguments)
            chain.append((apply, arguments))
        if of_recipient and not chain and not variable.fallback and variable.type != "url":
            raise _NotEveryday
        return Show(name, tuple(chain))

    def terms(self, source: str) -> tuple[tuple[Term, ...], ...]:
        """A condition as rows of terms: any row, all of its terms."""
        rows: list[list[Term]] = []
        for match in _ONE_TERM.finditer(source):
            if match["join"] != "and":
                rows.append([])
            rows[-1].append(self.term(match))
        return tuple(tuple(row) for row in rows)

    def term(self, match: re.Match[str]) -> Term:
        variable = self.asked(match["name"])
        negated = bool(match["negated"])
        if not match["sign"]:
            return Term(variable.name, negated)
        word, compare = _SIGNS[match["sign"]]
        check_ordered(variable, word)
        if match["other"]:
            other = self.asked(match["other"])
            check_compared(variable, other)
            return Term(variable.name, negated, compare, other=other.name)
        literal = _literal(match["literal"])
        check_literal(variable, literal)
        return Term(variable.name, negated, compare, literal)

    def asked(self, name: str) -> Variable:
        variable = self.variable(name)
        if variable.source == "recipient":
            raise _NotEveryday
        return variable


def _literal(written: str) -> str | int | float:
    if written[0] in "\"'":
        return written[1:-1]
    return float(written) if "." in written else int(written)


def render_everyday(parts: Iterable[Part], values: Mapping[str, Any]) -> str:
    """The text with its values marked, exactly as the sandbox writes it."""
    out: list[str] = []
    _write(parts, values, out)
    return "".join(out)


def _write(parts: Iterable[Part], values: Mapping[str, Any], out: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Show):
            out.append(finalize(part.shown(values)))
        else:
            for terms, inner in part.branches:
                if terms is None or any(all(term.holds(values) for term in row) for row in terms):
                    _write(inner, values, out)
                    break

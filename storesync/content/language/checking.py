"""The allow-list over Jinja2's syntax tree (rule T2); what is not on it is refused with line and column."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from jinja2 import nodes

from storesync.content.language.everyday import Part, read_everyday
from storesync.content.language.kinds import (
    check_compared,
    check_literal,
    check_ordered,
    type_after_filter,
)
from storesync.content.language.parsing import TemplateTextError, allowed_words, parsed, refusal_at
from storesync.content.language.values import FILTERS
from storesync.content.variables import ValueRefused, Variable, refused_character

MAX_LENGTH: Final = 20_000
MAX_LITERAL_LIST: Final = 50
FILTER_NAMES: Final = tuple(FILTERS)


class CheckedText(NamedTuple):
    """Template text that passed: its source in one spelling of line ends, and the variables it names."""

    source: str
    variables: frozenset[str]
    has_tags: bool
    everyday: tuple[Part, ...] | None = None
    """What `read_everyday` made of it; None: it takes the sandbox to render it."""


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
    if (everyday := read_everyday(source, variables)) is not None:
        return CheckedText(source, everyday.variables, has_tags=True, everyday=everyday.parts)
    checker = _Checker(source, variables)
    checker.statements(parsed(source).body)
    return CheckedText(source, frozenset(checker.used), has_tags=True)


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
        return self.refuse(place, " ".join([words or _("This is not allowed."), allowed_words()]))

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
        try:
            return type_after_filter(node.name, kind, literals)
        except ValueRefused as refusal:
            raise self.refuse(node, str(refusal)) from None

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
        try:
            check_ordered(variable, operator)
        except ValueRefused as refusal:
            raise self.refuse(left, str(refusal)) from None
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
            try:
                check_compared(variable, other)
            except ValueRefused as refusal:
                raise self.refuse(right, str(refusal)) from None
        else:
            self.compared(variable, right)

    def compared(self, variable: Variable, node: nodes.Node) -> None:
        """A literal on the right of a comparison must be of the variable's type."""
        if not isinstance(node, nodes.Const):
            raise self.not_allowed(node)
        try:
            check_literal(variable, node.value)
        except ValueRefused as refusal:
            raise self.refuse(node, str(refusal)) from None

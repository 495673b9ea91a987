"""Checked text compiled once and rendered many times from a plain dict, in Jinja2's immutable sandbox.

The everyday part of the language needs no sandbox: see everyday.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.language.checking import CheckedText, check_text
from storesync.content.language.everyday import Part, render_everyday
from storesync.content.language.parsing import environment_of
from storesync.content.language.values import (
    Day,
    Missing,
    MissingValue,
    Number,
    RecipientField,
    Rendering,
    WebAddress,
    without_marks,
)
from storesync.content.variables import ValueRefused, Variable

MAX_OUTPUT: Final = 1_048_576
_SANDBOX: Final = environment_of(ImmutableSandboxedEnvironment)


class OutputTooLarge(ValueError):
    """Rendering gave more than 1 MiB."""


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
    rendering = Rendering(language, currency, missing)
    return {name: _bound(variables[name], given.get(name, ""), rendering) for name in names}, missing


def _bound(variable: Variable, raw: str, rendering: Rendering) -> Any:
    if variable.source == "recipient":
        return RecipientField(variable.name, variable.fallback, is_url=variable.type == "url")
    raw = raw or variable.fallback
    if not raw:
        return Missing(variable, rendering)
    try:
        value = variable.parse(raw)
    except ValueRefused:
        return Missing(variable, rendering)
    if isinstance(value, Decimal):
        return Number(value, variable.type, rendering, int(variable.format) if variable.format else None)
    if isinstance(value, date):
        return Day(value, rendering, variable.format or "long")
    return WebAddress(value) if variable.type == "url" else value


class CompiledTexts:
    """Several checked texts: compile once, render for every store.

    Texts without tags cost nothing at rendering.
    """

    def __init__(self, texts: Sequence[CheckedText], variables: Mapping[str, Variable]) -> None:
        self._variables = variables
        self._live: list[tuple[int, tuple[Part, ...] | Template]] = [
            (number, _compiled(text.source) if text.everyday is None else text.everyday)
            for number, text in enumerate(texts)
            if text.has_tags
        ]
        self.fixed = ["" if text.has_tags else text.source for text in texts]
        self.names: frozenset[str] = frozenset().union(*(text.variables for text in texts))

    def render(
        self, given: Mapping[str, str], *, language: str, currency: str
    ) -> tuple[list[str], tuple[MissingValue, ...]]:
        """Each text with its values marked (see the module), and the values that are missing.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        rendered = list(self.fixed)
        if not self._live:
            return rendered, ()
        context, missing = bind(self.names, self._variables, given, language=language, currency=currency)
        size = 0
        for number, text in self._live:
            out = render_everyday(text, context) if isinstance(text, tuple) else text.render(context)
            size += len(out) if out.isascii() else len(out.encode())
            if size > MAX_OUTPUT:
                raise OutputTooLarge(_("The text becomes larger than 1 MiB."))
            rendered[number] = out
        return rendered, tuple(missing.values())


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

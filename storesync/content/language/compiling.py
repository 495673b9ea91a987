"""Checked text compiled once and rendered many times from a plain dict, in Jinja2's immutable sandbox.

The everyday part of the language needs no sandbox: see everyday.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.language.checking import CheckedText, check_text
from storesync.content.language.everyday import Show, render_everyday
from storesync.content.language.holes import MAX_HOLES, hole
from storesync.content.language.parsing import environment_of
from storesync.content.language.values import (
    VALUE_END,
    VALUE_START,
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
        return _recipient_field(variable)
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


def _recipient_field(variable: Variable) -> RecipientField:
    return RecipientField(variable.name, variable.fallback, is_url=variable.type == "url")


@dataclass(frozen=True, slots=True)
class Filling:
    """What one store puts into the texts of a message.

    Attributes:
        holes: what goes into each hole of the outlines.
        texts: each text with its values marked (see the package) where it is `whole`, else its outline.
        missing: the values that the store lacks.
    """

    holes: list[str]
    texts: list[str]
    missing: tuple[MissingValue, ...]


class CompiledTexts:
    """The checked texts of a message: compiled once, filled for every store.

    Most texts only show values. Their `outlines` are ready but for a hole in the place of each value
    (holes.py); `whole` has the numbers of the others, and of those that are needed with their values in.
    """

    def __init__(self, texts: Iterable[CheckedText], variables: Mapping[str, Variable]) -> None:
        self.texts: list[CheckedText] = []
        self.outlines: list[str] = []
        self.whole: set[int] = set()
        self._variables = variables
        self._holes: dict[Show, int] = {}
        self._shown: list[int] = []
        for text in texts:
            self.add(text)

    def add(self, text: CheckedText) -> int:
        """Take one more text; its number."""
        outline = self._outline(text) if text.has_tags else text.source
        if outline is None:
            self.whole.add(len(self.texts))
        self.texts.append(text)
        self.outlines.append(outline or "")
        return len(self.texts) - 1

    def _outline(self, text: CheckedText) -> str | None:
        """The text with its holes; None where a value decides about more than its own place."""
        if text.everyday is None:
            return None
        out = []
        for part in text.everyday:
            made = self._hole(part) if isinstance(part, Show) else part
            if not isinstance(made, str):
                return None
            out.append(made)
        return "".join(out)

    def _hole(self, show: Show) -> str | None:
        variable = self._variables[show.name]
        if variable.source == "recipient":
            return render_everyday((show,), {show.name: _recipient_field(variable)})
        # Without its address a link is no link.
        if variable.type == "url" or len(self._holes) == MAX_HOLES:
            return None
        number = self._holes.setdefault(show, len(self._holes))
        self._shown.append(number)
        return f"{VALUE_START}{hole(number)}{VALUE_END}"

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that the texts name."""
        return frozenset().union(*[text.variables for text in self.texts if text.variables])

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The variables that filling asks for."""
        return frozenset(show.name for show in self._holes).union(
            *(self.texts[number].variables for number in self.whole)
        )

    @cached_property
    def _outlined_size(self) -> int:
        return sum(_size(text) for number, text in enumerate(self.outlines) if number not in self.whole)

    def fill(self, given: Mapping[str, str], *, language: str, currency: str) -> Filling:
        """What a store puts into the texts; nothing may be added to them, nor to `whole`, afterwards.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        context, missing = bind(self._asked, self._variables, given, language=language, currency=currency)
        holes = [str(show.shown(context)) for show in self._holes]
        texts = list(self.outlines)
        size = self._outlined_size
        for number in sorted(self.whole):
            texts[number] = out = _rendered(self.texts[number], context)
            size += _size(out)
        sizes = [_size(value) for value in holes]
        if size + sum([sizes[number] for number in self._shown]) > MAX_OUTPUT:
            raise OutputTooLarge(_("The text becomes larger than 1 MiB."))
        return Filling(holes, texts, tuple(missing[name] for name in sorted(missing)))

    def render(
        self, given: Mapping[str, str], *, language: str, currency: str
    ) -> tuple[list[str], tuple[MissingValue, ...]]:
        """Each text with its values marked (see the package), and the values that are missing; see `fill`."""
        self.whole.update(number for number, text in enumerate(self.texts) if text.has_tags)
        filling = self.fill(given, language=language, currency=currency)
        return filling.texts, filling.missing


def _rendered(text: CheckedText, context: Mapping[str, Any]) -> str:
    if text.everyday is not None:
        return render_everyday(text.everyday, context)
    return _compiled(text.source).render(context)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


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

"""A compiled message, and what comes out of it for one store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Any, Final

from django.utils.translation import gettext as _
from mjml import mjml2html
from pydantic_core import to_json

from storesync.content.blocks import (
    BlockError,
    dump_blocks,
    validate_blocks,
)
from storesync.content.hashing import canonical_json
from storesync.content.language import (
    MissingValue,
    TemplateTextError,
    locale_of,
)
from storesync.content.media import media_root
from storesync.content.rendering.composer import Composer
from storesync.content.rendering.document import document
from storesync.content.rendering.store import Part, Store, words_of
from storesync.content.texts import MessageTexts
from storesync.content.theme import Theme, known
from storesync.content.variables import STANDARD, Variable, looked_up

MAX_SUBJECT: Final = 200
MAX_PREHEADER: Final = 200
GMAIL_CLIPS_AT: Final = 102 * 1024
MAX_EDITIONS: Final = 32
SLOT = re.compile(r"%%(\d+)%%")
_SPACES = re.compile(r"[ \t\n]+")


class ContentInvalid(ValueError):
    """Content that cannot be compiled; `errors` says what is wrong, and where."""

    def __init__(self, errors: Sequence[BlockError]) -> None:
        super().__init__("; ".join(f"{e.block_id or '-'}.{e.field}: {e.message}" for e in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message for one store; the marks of recipient fields in it are filled at sending."""

    subject: str
    preheader: str
    html: str
    text: str
    missing: tuple[MissingValue, ...]

    @property
    def size(self) -> int:
        """Bytes of the HTML part; Gmail clips it at 102 KB (rule T7)."""
        return len(self.html.encode())


@dataclass(frozen=True, slots=True)
class Edition:
    """A message in one language and currency: what is the same in every store, and what fills the rest."""

    words: Mapping[str, str]
    lines: tuple[str | Part, ...]
    html: tuple[str | Part, ...]
    plain: tuple[str | Part, ...]


class CompiledMessage:
    """A message of one template version (or of one store's edits of it), ready to render for any store."""

    def __init__(
        self,
        *,
        subject: str,
        preheader: str,
        blocks: Sequence[Any],
        texts: MessageTexts,
        theme: Theme,
    ) -> None:
        self.subject = subject
        self.preheader = preheader
        self.blocks = tuple(blocks)
        self.theme = theme
        composer = Composer(theme, texts)
        composer.compose(subject, preheader, self.blocks)
        self.parts = composer.parts
        """What its MJML document is made of."""
        self._lines = composer.lines
        self._slots = composer.slots
        self._plain = composer.plain
        self._texts = composer.texts
        self.variables = self._texts.names
        self.vocabulary = texts.variables
        """Every variable that its texts may name."""
        self.declared_facts = looked_up(texts.variables[name] for name in sorted(self.variables))
        """What `location_facts` must look up beside the standard facts."""
        self._editions: dict[tuple[str, str], Edition] = {}

    @cached_property
    def plain_blocks(self) -> list[dict[str, Any]]:
        """The blocks as the database keeps them."""
        return dump_blocks(self.blocks)

    @cached_property
    def canonical_blocks(self) -> bytes:
        """The blocks as they are hashed."""
        return canonical_json(self.plain_blocks)

    def edition(self, language: str, currency: str) -> Edition:
        """What all stores of a language and currency share, made once."""
        found = self._editions.get((language, currency))
        if found is None:
            if len(self._editions) >= MAX_EDITIONS:
                self._editions.clear()
            found = self._editions[language, currency] = self._made_edition(language, currency)
        return found

    def missing(self, facts: Mapping[str, str], values: Mapping[str, str]) -> tuple[MissingValue, ...]:
        """What `render` would miss, without rendering."""
        filling = self._texts.fill(
            {**values, **facts},
            language=facts.get("location_language") or "en",
            currency=facts.get("currency") or "",
        )
        return filling.missing + _missing_footer(facts, filling.missing)

    def _made_edition(self, language: str, currency: str) -> Edition:
        store = Store(self._texts.outlines, {}, language, currency, words_of(language))
        direction = locale_of(language).text_direction
        html: list[str | Part] = []
        fixed: list[str] = []
        before, *rest = SLOT.split(_compile_mjml(document(self.theme, self.parts, direction)))
        fixed.append(before)
        for number, after in zip(rest[::2], rest[1::2], strict=True):
            filled = self._slots[int(number)]
            if isinstance(filled, str):
                fixed += (filled, after)
                continue
            for piece in filled.pieces(store, markup=True):
                if isinstance(piece, str):
                    fixed.append(piece)
                else:
                    html += ("".join(fixed), piece)
                    fixed.clear()
            fixed.append(after)
        html.append("".join(fixed))
        lines, plain = (
            [one if isinstance(one, str) else one.whole(store) for one in found]
            for found in (self._lines, self._plain)
        )
        plain = [part.strip() if isinstance(part, str) else part for part in plain]
        return Edition(
            words=store.words,
            lines=tuple(lines),
            html=tuple(html),
            plain=tuple(part for part in plain if part),
        )

    def render(self, facts: Mapping[str, str], values: Mapping[str, str]) -> RenderedMessage:
        """The message of one store.

        Args:
            facts: of `location_facts` with `declared_facts`; `location_language` and `currency` decide how
                things are written.
            values: of the roll-out, as `validate_values` gives them.

        The same arguments give the same bytes. Variables without value and fallback are in `missing`
        (rule T3): such a message must not be sent, and submission refuses it.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        language = facts.get("location_language") or "en"
        currency = facts.get("currency") or ""
        edition = self.edition(language, currency)
        filling = self._texts.fill({**values, **facts}, language=language, currency=currency)
        escaped = [escape(value) for value in filling.holes]
        store = Store(filling.texts, facts, language, currency, edition.words, filling.holes, escaped)
        subject, preheader = [part if isinstance(part, str) else part(store) for part in edition.lines]
        body = "".join([part if isinstance(part, str) else part(store) for part in edition.html])
        paragraphs = [part if isinstance(part, str) else part(store).strip() for part in edition.plain]
        plain = "\n\n".join(filter(None, paragraphs))
        return RenderedMessage(
            subject=_one_line(subject),
            preheader=_one_line(preheader),
            html=body,
            text=plain + "\n",
            missing=filling.missing + _missing_footer(facts, filling.missing),
        )


def _one_line(text: str) -> str:
    # Non-breaking spaces stay: "20 %" must not break.
    return _SPACES.sub(" ", text).strip(" ")


def _missing_footer(facts: Mapping[str, str], already: tuple[MissingValue, ...]) -> tuple[MissingValue, ...]:
    """Rule S8: the footer needs a postal address."""
    if facts.get("location_address") or facts.get("brand_postal_address"):
        return ()
    if any(value.name == "location_address" for value in already):
        return ()
    return (MissingValue("location_address", STANDARD["location_address"].label, "store"),)


@lru_cache(maxsize=512)
def _compile_mjml(document: str) -> str:
    # No web fonts: opening a mail must not tell a third party.
    return str(mjml2html(document, disable_comments=False, fonts={}))


def compile_message(
    *,
    subject: str,
    preheader: str,
    blocks: Sequence[Any],
    variables: Mapping[str, Variable],
    theme: Theme,
) -> CompiledMessage:
    """Check and compile a message; equal content gives the same compiled message again without work.

    Args:
        subject: one line of template text.
        preheader: one line of template text, shown in the inbox after the subject.
        blocks: blocks, or their plain data as the database keeps it.
        variables: what `variable_set` gives.
        theme: colours, from `theme_of`.

    Raises:
        ContentInvalid: with every error and its place.
    """
    plain = [block if isinstance(block, dict) else block.model_dump(mode="json") for block in blocks]
    # Where pictures lie is part of what comes out.
    written = to_json([media_root(), subject, preheader, plain])
    declared = tuple([variables[name] for name in sorted(variables)])
    return _compile(_Content(written, subject, preheader, plain), declared, known(theme))


class _Content:
    """What a message is made of, equal and hashed by how it is written."""

    __slots__ = ("plain", "preheader", "subject", "written")

    def __init__(self, written: bytes, subject: str, preheader: str, plain: Sequence[Any]) -> None:
        self.written = written
        self.subject = subject
        self.preheader = preheader
        self.plain = plain

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)


# Few: a message is some hundred objects, which the garbage collector walks again and again.
@lru_cache(maxsize=64)
def _compile(content: _Content, variables: tuple[Variable, ...], theme: Theme) -> CompiledMessage:
    subject, preheader = content.subject, content.preheader
    texts = MessageTexts({variable.name: variable for variable in variables})
    errors = _line_errors(subject, preheader, texts)
    blocks, block_errors = validate_blocks(content.plain, texts.variables, texts)
    content.plain = ()
    if errors or block_errors:
        raise ContentInvalid([*errors, *block_errors])
    return CompiledMessage(subject=subject, preheader=preheader, blocks=blocks, texts=texts, theme=theme)


def forget_compiled() -> None:
    """Empty the caches of compiled messages, for measuring and for memory."""
    _compile.cache_clear()
    _compile_mjml.cache_clear()


def line_errors(subject: str, preheader: str, variables: Mapping[str, Variable]) -> list[BlockError]:
    """What is wrong with subject and preheader."""
    return _line_errors(subject, preheader, MessageTexts(variables))


def _line_errors(subject: str, preheader: str, texts: MessageTexts) -> list[BlockError]:
    errors = []
    if not subject.strip():
        errors.append(BlockError("", "subject", _("The subject must not be empty.")))
    for field, text, limit in (("subject", subject, MAX_SUBJECT), ("preheader", preheader, MAX_PREHEADER)):
        try:
            texts.line(text, limit)
        except TemplateTextError as refusal:
            errors.append(BlockError("", field, refusal.message, refusal.line, refusal.column))
    return errors

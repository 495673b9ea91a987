"""A compiled message, and what comes out of it for one store."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from mjml import mjml2html

from storesync.content.blocks import (
    BlockError,
    dump_blocks,
    validate_blocks,
)
from storesync.content.hashing import canonical_json
from storesync.content.language import (
    CompiledTexts,
    MissingValue,
    TemplateTextError,
    check_text,
    locale_of,
    without_marks,
)
from storesync.content.rendering.composer import Composer
from storesync.content.rendering.document import Parts, document
from storesync.content.rendering.store import Store, words_of
from storesync.content.theme import Theme
from storesync.content.variables import STANDARD, Variable

MAX_SUBJECT: Final = 200
MAX_PREHEADER: Final = 200
GMAIL_CLIPS_AT: Final = 102 * 1024
SLOT = re.compile(r"%%(\d+)%%")


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


class CompiledMessage:
    """A message of one template version (or of one store's edits of it), ready to render for any store."""

    def __init__(
        self,
        *,
        subject: str,
        preheader: str,
        blocks: Sequence[Any],
        variables: Mapping[str, Variable],
        theme: Theme,
    ) -> None:
        self.subject = subject
        self.preheader = preheader
        self.blocks = tuple(blocks)
        self.plain_blocks = dump_blocks(self.blocks)
        self.canonical_blocks = canonical_json(self.plain_blocks)
        self.theme = theme
        self._composer = Composer(theme, variables)
        self._composer.compose(subject, preheader, self.blocks)
        self._texts = CompiledTexts(self._composer.texts, variables)
        self.variables: frozenset[str] = frozenset().union(*(t.variables for t in self._composer.texts))
        self._pieces: dict[str, list[str | int]] = {}

    @property
    def parts(self) -> Parts:
        """What its MJML document is made of."""
        return self._composer.parts

    def _html_pieces(self, direction: str) -> list[str | int]:
        """The compiled HTML cut at its slots: text, number of a slot, text, ..."""
        if direction not in self._pieces:
            cut = SLOT.split(_compile_mjml(document(self.theme, self.parts, direction)))
            self._pieces[direction] = [int(p) if n % 2 else p for n, p in enumerate(cut)]
        return self._pieces[direction]

    def render(self, facts: Mapping[str, str], values: Mapping[str, str]) -> RenderedMessage:
        """The message of one store.

        Args:
            facts: of `location_facts`; `location_language` and `currency` decide how things are written.
            values: of the roll-out, as `validate_values` gives them.

        The same arguments give the same bytes. Variables without value and fallback are in `missing`
        (rule T3): such a message must not be sent, and submission refuses it.

        Raises:
            OutputTooLarge: more than 1 MiB came out.
        """
        language = facts.get("location_language") or "en"
        currency = facts.get("currency") or ""
        texts, missing = self._texts.render({**values, **facts}, language=language, currency=currency)
        store = Store(texts, facts, language, currency, words_of(language))
        composer = self._composer
        filled = [part(store) for part in composer.slots]
        pieces = self._html_pieces(locale_of(language).text_direction)
        body = "".join([filled[p] if isinstance(p, int) else p for p in pieces])
        plain = "\n\n".join(text for part in composer.plain if (text := part(store).strip()))
        return RenderedMessage(
            subject=_one_line(texts[0]),
            preheader=_one_line(texts[1]),
            html=body,
            text=plain + "\n",
            missing=missing + _missing_footer(facts, missing),
        )


def _one_line(marked: str) -> str:
    # Non-breaking spaces stay: "20 %" must not break.
    return re.sub(r"[ \t\n]+", " ", without_marks(marked)).strip(" ")


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
    declared = [variables[name].model_dump() for name in sorted(variables)]
    key = json.dumps([subject, preheader, plain, declared, theme.model_dump()], sort_keys=True)
    return _compile(key)


@lru_cache(maxsize=256)
def _compile(key: str) -> CompiledMessage:
    subject, preheader, plain, declared, look = json.loads(key)
    variables = {given["name"]: Variable.model_validate(given) for given in declared}
    errors = line_errors(subject, preheader, variables)
    blocks, block_errors = validate_blocks(plain, variables)
    if errors or block_errors:
        raise ContentInvalid([*errors, *block_errors])
    return CompiledMessage(
        subject=subject,
        preheader=preheader,
        blocks=blocks,
        variables=variables,
        theme=Theme.model_validate(look),
    )


def forget_compiled() -> None:
    """Empty the caches of compiled messages, for measuring and for memory."""
    _compile.cache_clear()
    _compile_mjml.cache_clear()


def line_errors(subject: str, preheader: str, variables: Mapping[str, Variable]) -> list[BlockError]:
    """What is wrong with subject and preheader."""
    errors = []
    if not subject.strip():
        errors.append(BlockError("", "subject", _("The subject must not be empty.")))
    for field, text, limit in (("subject", subject, MAX_SUBJECT), ("preheader", preheader, MAX_PREHEADER)):
        try:
            check_text(text, variables, multiline=False, max_length=limit)
        except TemplateTextError as refusal:
            errors.append(BlockError("", field, refusal.message, refusal.line, refusal.column))
    return errors

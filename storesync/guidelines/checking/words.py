"""Words that must not, or must, be read; disclaimers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from storesync.content.blocks import block_type_name
from storesync.content.checks import Finding
from storesync.guidelines.checking.message import bare
from storesync.guidelines.folding import Lexicon, Phrase, fold, phrase_of, words_in

if TYPE_CHECKING:
    from storesync.guidelines.checking.message import Message
    from storesync.guidelines.rules import BannedWords, Disclaimer, RequiredWords, Word

PLACES = 10
"""Places of one word that are told; who mends ten sees the rest."""


class Banned:
    """All rules about banned words that hold at one place, as one lexicon."""

    def __init__(self, rules: Iterable[BannedWords]) -> None:
        self.words: dict[str, list[tuple[BannedWords, Word]]] = {}
        for rule in rules:
            for word in rule.words:
                self.words.setdefault(word.text, []).append((rule, word))
        self.lexicon = Lexicon(phrase_of(text) for text in self.words)

    def check(self, message: Message) -> Iterator[Finding]:
        """A finding for each word and place.

        What nobody writes is not held against anybody: a store's facts (its name, its town), and the words
        that every mail has, such as those of its foot.
        """
        found = {phrase.text: phrase for phrase in self.lexicon.found_in(message.folded, message.words)}
        for text, phrase in sorted(found.items()):
            for block_id, field, written in list(_places(phrase, message))[:PLACES]:
                for rule, word in self.words[text]:
                    yield _banned(rule, word, message.place(block_id, field), written, block_id, field)


def _banned(rule: BannedWords, word: Word, place: str, written: str, block_id: str, field: str) -> Finding:
    words = {"place": place, "word": written}
    if rule.level == "error":
        message = _("%(place)s: “%(word)s” is not allowed.") % words
    else:
        message = _("%(place)s: “%(word)s” is better avoided.") % words
    mend = _("Write “%(word)s” instead.") % {"word": word.instead} if word.instead else _("Take it out.")
    return Finding(rule.level, "banned-words", message, mend, block_id, field, rule.why, rule.id)


def _places(phrase: Phrase, message: Message) -> Iterator[tuple[str, str, str]]:
    """Block, field and the words as written, of each place where a phrase that was read can be mended."""
    anywhere = False
    for block_id, field, words in message.texts:
        if written := phrase.find(words):
            anywhere = True
            yield block_id, field, written
    for name, value in message.values.items():
        if written := phrase.find(value):
            anywhere = True
            yield "", name, written
    if anywhere or any(phrase.find(value) for value in (*message.facts.values(), *message.built_in)):
        return
    # Partly from the words and partly from a value: the line in which it is read.
    for field, words in (("subject", message.subject), ("preheader", message.preheader)):
        if written := phrase.find(words):
            yield "", field, written
            return
    yield "", "", phrase.find(message.read)


def check_required(rule: RequiredWords, message: Message) -> Iterator[Finding]:
    """A finding for each word that is not read, or one when none of them is."""
    missing = [word for word in rule.words if not phrase_of(word.text).pattern.search(message.folded)]
    if rule.need == "one":
        missing = missing if len(missing) == len(rule.words) else []
        if missing:
            named = ", ".join(_("“%(word)s”") % {"word": word.text.removesuffix("*")} for word in missing)
            text = _("One of these is missing: %(words)s.") % {"words": named}
            yield Finding(
                rule.level, "required-words", text, _("Write one of them."), why=rule.why, rule=rule.id
            )
        return
    for word in missing:
        text = _("“%(word)s” is missing.") % {"word": word.text.removesuffix("*")}
        yield Finding(
            rule.level,
            "required-words",
            text,
            _("Write it somewhere in the mail."),
            why=rule.why,
            rule=rule.id,
        )


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    """The words of a text and nothing else, so that markup, quotes and line ends make no difference."""
    return f" {' '.join(words_in(fold(text)))} "


def has_wording(text: str, wording: str) -> bool:
    """Whether the words of a disclaimer stand in a text, whatever its markup, quotes and line ends."""
    return _plain(wording) in _plain(bare(text))


def check_disclaimer(rule: Disclaimer, message: Message) -> Iterator[Finding]:
    """A finding when the words of a disclaimer do not stand in a legal block, or are not read."""
    wanted = _plain(rule.text)
    stands = [text for text in message.texts if text.block_id and wanted in _plain(text.words)]
    legal = {block["id"] for block in message.blocks if block["type"] == "legal"}
    if any(text.block_id in legal for text in stands) and wanted in f" {' '.join(words_in(message.folded))} ":
        return
    shown = rule.text if len(rule.text) <= 120 else f"{rule.text[:119]}…"
    named = {"text": shown, "block": block_type_name("legal")}
    if stands and not legal.intersection(text.block_id for text in stands):
        block_id, field = stands[0].block_id, stands[0].field
        place = message.place(block_id, field)
        said = _("%(place)s: “%(text)s” has to stand in a block %(block)s.") % {**named, "place": place}
        mend = _("Move it to a block %(block)s.") % named
        yield Finding(rule.level, "disclaimer", said, mend, block_id, field, rule.why, rule.id, rule.text)
        return
    said = _("The text “%(text)s” is missing.") % named
    mend = (
        _("Add it in a block %(block)s.") % named
        if shown == rule.text
        else _("Add it in a block %(block)s: %(text)s") % {**named, "text": rule.text}
    )
    place_id = next(iter(_last(message, legal)), "")
    yield Finding(
        rule.level,
        "disclaimer",
        said,
        mend,
        place_id,
        "text" if place_id else "",
        rule.why,
        rule.id,
        rule.text,
    )


def is_open(block: Mapping[str, Any]) -> bool:
    """Whether stores may write in the text of a block."""
    return not block.get("locked") and not ((block.get("rules") or {}).get("text") or {}).get("locked")


def _last(message: Message, legal: set[str]) -> Sequence[str]:
    """The last legal block that may be written in, where the words could be added."""
    open_blocks = [b["id"] for b in message.blocks if b["id"] in legal and is_open(b)]
    return open_blocks[-1:]

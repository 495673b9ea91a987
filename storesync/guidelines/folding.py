"""Words as they are compared: without case, accents and invisible characters, in any script.

Banned words are looked for in every message of a roll-out of ten thousand, so the common case (nothing
found) is a few set operations over the words of the text, whatever the number of banned words is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

# Accents of alphabets, points of Hebrew and Arabic, and what is not seen at all. Vowel signs of Indic and
# Thai scripts are letters to their readers and stay.
_UNSEEN: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufeff]"
)
_SAME: Final = (
    {"ı": "i"} | dict.fromkeys("’‘ʼ´`", "'") | dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„«»", '"')
)
_SPELLINGS: Final = re.compile(f"[{''.join(_SAME)}]")
_WORD_CHARACTER: Final = r"[\w\u0900-\u0963\u0966-\u0dff]"
_WORD: Final = re.compile(rf"{_WORD_CHARACTER}+")
# Scripts that put no space between words: there a word is found inside of others.
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Between the words of a phrase: spaces, a hyphen, one line end; never the end of a sentence.
_GAP: Final = r"(?:[^\w.!?;:\n]|\n(?!\n))"


def fold(text: str) -> str:
    """`text` as words are compared in it."""
    if text.isascii():
        return text.lower()
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _SPELLINGS.sub(lambda match: _SAME[match[0]], seen)


def words_in(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(folded)


class Phrase:
    """A word or phrase to look for; `*` at its end means any ending.

    Of ten thousand few are ever met, so what only those need is made when it is asked for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        folded = fold(text)
        self.open_ended = folded.endswith("*")
        self.folded = folded = folded.removesuffix("*").strip()
        self.first = (_WORD.match(folded) or [""])[0]
        self.lone = self.first == folded
        self.inside = not self.first or not folded.isascii() and bool(_SPACELESS.search(folded))

    @cached_property
    def parts(self) -> Sequence[str]:
        """What stands between its gaps, the longest first."""
        return sorted(self.folded.split(), key=len, reverse=True)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """It, in a folded text."""
        folded = self.folded
        first, *others = (re.escape(part) for part in folded.split() or [""])
        # A gap ends where the next part begins: parts that are signs themselves ("- - -") would else be told
        # from gaps in exponentially many ways.
        parts = first + "".join(f"(?:(?!{part}){_GAP}){{1,4}}{part}" for part in others)
        before = f"(?<!{_WORD_CHARACTER})" if self.first and not _SPACELESS.match(folded) else ""
        after = ""
        if self.open_ended:
            after = f"{_WORD_CHARACTER}*"
        elif folded and _WORD.match(folded[-1]) and not _SPACELESS.match(folded[-1]):
            after = f"(?!{_WORD_CHARACTER})"
        return re.compile(f"{before}{parts}{after}")

    def find(self, text: str, folded: str | None = None) -> str:
        """The first place where it stands in `text`, as it is written there; "" when it does not."""
        folded = fold(text) if folded is None else folded
        match = self.pattern.search(folded)
        return _as_written(text, match.start(), match.end()) if match else ""


def _as_written(text: str, start: int, end: int) -> str:
    """The part of `text` that became `fold(text)[start:end]`."""
    if text.isascii():
        return text[start:end]
    place, first, last = 0, 0, len(text)
    for index, character in enumerate(text):
        length = len(fold(character))
        if place <= start and length:
            first = index
        if place >= end and length:
            last = index
            break
        place += length
    return text[first:last]


class Lexicon:
    """Many phrases, looked for at once."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases: Sequence[Phrase] = tuple(phrases)

    @cached_property
    def _by_word(self) -> Mapping[str, list[Phrase]]:
        found: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in self.phrases:
            if not phrase.inside and not (phrase.lone and phrase.open_ended):
                found[phrase.first].append(phrase)
        return found

    @cached_property
    def _by_beginning(self) -> Mapping[int, Mapping[str, list[Phrase]]]:
        """Words with any ending, by their length."""
        found: dict[int, dict[str, list[Phrase]]] = defaultdict(lambda: defaultdict(list))
        for phrase in self.phrases:
            if not phrase.inside and phrase.lone and phrase.open_ended:
                found[len(phrase.first)][phrase.first].append(phrase)
        return found

    @cached_property
    def _anywhere(self) -> Sequence[Phrase]:
        return tuple(phrase for phrase in self.phrases if phrase.inside)

    def found_in(self, folded: str, words: frozenset[str]) -> Iterator[Phrase]:
        """The phrases that stand in a folded text; `words` are its words."""
        for word in words & self._by_word.keys():
            for phrase in self._by_word[word]:
                if phrase.lone or phrase.pattern.search(folded):
                    yield phrase
        for length, beginnings in self._by_beginning.items():
            for beginning in {word[:length] for word in words} & beginnings.keys():
                yield from beginnings[beginning]
        for phrase in self._anywhere:
            # Most are not there at all, and a plain search says so many times faster than a pattern.
            if all(part in folded for part in phrase.parts) and phrase.pattern.search(folded):
                yield phrase


@lru_cache(maxsize=32_768)
def phrase_of(text: str) -> Phrase:
    """The phrase, made once."""
    return Phrase(text)

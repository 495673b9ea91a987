"""Texts word by word, and values as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from storesync.content.differences.content import About, Difference, Kind, Segment
from storesync.core import formats
from storesync.core.words import word_changes

_SHORT: Final = 60


def word_segments(before: str, after: str) -> tuple[Segment, ...]:
    """Both texts word by word; joining "same" and "del" gives the first, "same" and "ins" the second."""
    return tuple(Segment(kind, text) for kind, text in word_changes(before, after))


def text_difference(
    place: str, before: str, after: str, block_id: str, key: str, *, about: About
) -> Iterator[Difference]:
    """The difference between two texts, if there is one; of a long text the words tell what changed."""
    if before == after:
        return
    segments = word_segments(before, after)
    if not before or not after:
        kind: Kind = "added" if after else "removed"
        sentence = _("%(place)s added: %(text)s") if after else _("%(place)s removed: %(text)s")
        words = sentence % {"place": place, "text": shortened(after or before)}
    else:
        kind = "changed"
        old, new = _around_change(segments)
        words = _("%(place)s: “%(before)s” → “%(after)s”") % {"place": place, "before": old, "after": new}
    yield Difference(kind, place, words, block_id, key, segments, about)


def _around_change(segments: Sequence[Segment]) -> tuple[str, str]:
    """Of a long text only what changed; of a short one all."""
    old = "".join(s.text for s in segments if s.kind != "ins")
    new = "".join(s.text for s in segments if s.kind != "del")
    if max(len(old), len(new)) <= _SHORT:
        return old, new
    changed = [n for n, segment in enumerate(segments) if segment.kind != "same"]
    part = segments[max(changed[0] - 1, 0) : changed[-1] + 2]
    trimmed = [
        Segment("same", _edge(s.text, first=n == 0, last=n == len(part) - 1)) if s.kind == "same" else s
        for n, s in enumerate(part)
    ]
    shown_old = "".join(s.text for s in trimmed if s.kind != "ins")
    shown_new = "".join(s.text for s in trimmed if s.kind != "del")
    return shortened(shown_old, 2 * _SHORT), shortened(shown_new, 2 * _SHORT)


def _edge(text: str, *, first: bool, last: bool) -> str:
    if first and len(text) > 20:
        return "…" + text[-20:]
    return text[:20] + "…" if last and len(text) > 20 else text


def shortened(text: str, limit: int = _SHORT) -> str:
    """One line, cut at `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shown(value: Any) -> str:
    """A plain value in words: "nothing", "yes", a date as the reader writes it."""
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return formats.day(date.fromisoformat(value))
    return shortened(str(value))


def language() -> str:
    """The language of who reads."""
    return get_language() or "en"

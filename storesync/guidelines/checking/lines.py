"""Subject, preheader and headings: how long, how loud, how many emoji."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.content.checks import Finding
from storesync.guidelines.checking.message import bare

if TYPE_CHECKING:
    from storesync.guidelines.checking.message import Message
    from storesync.guidelines.rules import Preheader, Shouting, SubjectEmoji, SubjectLength

_PICTURE: Final = (
    "(?:[\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u2600-\u27bf\u231a\u231b\u23e9-\u23f3\u2b05-\u2b07\u2b1b"
    "\u2b1c\u2b50\u2b55\u3030\u303d]|[\u00a9\u00ae\u2122\u2139\u2194-\u21aa]\ufe0f)[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
)
EMOJI: Final = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}(?:\u200d{_PICTURE})*"
)
"""One emoji as people count them: a flag, a keycap, a family joined together is one."""
_MARKS: Final = re.compile(r"[!！¡‼❗❕](?:\s*[!！‼❗❕])*")
_FEW: Final = 8
"""Letters below which capitals are a name or a size and nobody shouts."""


def check_subject_length(rule: SubjectLength, message: Message) -> Iterator[Finding]:
    """Too short or too long; an empty subject is an error without any guideline."""
    length = len(message.subject)
    if rule.maximum is not None and length > rule.maximum:
        words = {"length": length, "limit": rule.maximum}
        said = _("The subject has %(length)d characters; at most %(limit)d are allowed.") % words
        yield Finding(rule.level, "subject-long", said, _("Shorten it."), "", "subject", rule.why, rule.id)
    if rule.minimum is not None and 0 < length < rule.minimum:
        words = {"length": length, "limit": rule.minimum}
        said = _("The subject has %(length)d characters; at least %(limit)d are asked for.") % words
        yield Finding(rule.level, "subject-short", said, _("Say more."), "", "subject", rule.why, rule.id)


def check_preheader(rule: Preheader, message: Message) -> Iterator[Finding]:
    """Missing, too short or too long."""
    length = len(message.preheader.strip())
    if length == 0:
        said = _("There is no preheader: inboxes will show the first words of the mail.")
        yield Finding(
            rule.level, "preheader-empty", said, _("Write one sentence."), "", "preheader", rule.why, rule.id
        )
    elif length < rule.minimum:
        words = {"length": length, "limit": rule.minimum}
        said = _("The preheader has %(length)d characters; at least %(limit)d are asked for.") % words
        yield Finding(rule.level, "preheader-short", said, _("Say more."), "", "preheader", rule.why, rule.id)
    elif rule.maximum is not None and length > rule.maximum:
        words = {"length": length, "limit": rule.maximum}
        said = _("The preheader has %(length)d characters; at most %(limit)d are allowed.") % words
        yield Finding(
            rule.level, "preheader-long", said, _("Shorten it."), "", "preheader", rule.why, rule.id
        )


def check_emoji(rule: SubjectEmoji, message: Message) -> Iterator[Finding]:
    """More emoji in the subject than allowed."""
    if message.subject.isascii():
        return
    found = EMOJI.findall(message.subject)
    if len(found) > rule.maximum:
        said = ngettext(
            "The subject has %(count)d emoji (%(emoji)s); at most %(limit)d are allowed.",
            "The subject has %(count)d emoji (%(emoji)s); at most %(limit)d are allowed.",
            len(found),
        ) % {"count": len(found), "emoji": " ".join(found), "limit": rule.maximum}
        mend = _("Take emoji out.")
        yield Finding(rule.level, "subject-emoji", said, mend, "", "subject", rule.why, rule.id)


def check_shouting(rule: Shouting, message: Message) -> Iterator[Finding]:
    """Capitals and exclamation marks. Scripts without capitals cannot shout with them."""
    lines = [("", "subject", message.subject), ("", "preheader", message.preheader)]
    lines += [(b["id"], "text", bare(b["text"])) for b in message.blocks if b["type"] == "heading"]
    for block_id, field, line in lines:
        letters = [c for c in line if c.isupper() or c.islower()]
        capitals = sum(c.isupper() for c in letters)
        if len(letters) >= _FEW and capitals * 100 > rule.capitals * len(letters):
            said = _(
                "%(place)s: %(share)d %% of the letters are capitals; at most %(limit)d %% are allowed."
            ) % {
                "place": message.place(block_id, field),
                "share": round(capitals * 100 / len(letters)),
                "limit": rule.capitals,
            }
            mend = _("Write it in small letters, with capitals where the language has them.")
            yield Finding(rule.level, "capitals", said, mend, block_id, field, rule.why, rule.id)
        row = max((sum(c in "!！¡‼❗❕" for c in run) for run in _MARKS.findall(line)), default=0)
        if row > rule.exclamations:
            said = ngettext(
                "%(place)s: %(count)d exclamation mark; at most %(limit)d in a row are allowed.",
                "%(place)s: %(count)d exclamation marks in a row; at most %(limit)d are allowed.",
                row,
            ) % {
                "place": message.place(block_id, field),
                "count": row,
                "limit": rule.exclamations,
            }
            mend = _("Take exclamation marks out.")
            yield Finding(rule.level, "exclamations", said, mend, block_id, field, rule.why, rule.id)
